"""The sweep: each hour, are the posts that are stored still at their source? What is gone there goes here, too."""

from collections.abc import Mapping
from typing import Any

from earshot.bootstrap import Bootstrap
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.telemetry.powertools import logger, observed

# A call may take 13 s to fail; then what is gone must be removed, and the state saved.
TIME_TO_REMOVE_MS, TIME_TO_FINISH_MS = 55_000, 25_000


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the sweep."""
    wired = Bootstrap(environ, clock)

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        def has_time() -> bool:
            return context.get_remaining_time_in_millis() > TIME_TO_REMOVE_MS

        def can_remove() -> bool:
            return context.get_remaining_time_in_millis() > TIME_TO_FINISH_MS

        now = clock()
        done = wired.sweep_runner(has_time, can_remove).run(wired.swept_networks(now), context.aws_request_id, now)
        for source, outcome in done.outcomes.items():
            log = logger.info if outcome.status.is_success else logger.warning
            log("swept", source=source, status=str(outcome.status), result=outcome.message)
        if done.errors:
            # The run counts as failed, so that the alarm on errors sees it; the next hour goes on.
            raise done.errors[0]
        return {"asked": done.asked, "removed": {name: one.removed for name, one in done.outcomes.items()}}

    return observed(wired.time_left.limiting(handle))


handler = on_first_call(build)
