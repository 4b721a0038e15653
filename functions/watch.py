"""The watch: each minute, do many customers have one problem? It has a minute of its own, and no alert waits for it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from earshot.bootstrap import Bootstrap
from earshot.errors import ConflictError
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.telemetry.powertools import observed
from earshot.telemetry.watch import report_incidents, report_incidents_failed

# For what is begun when the time is over: a page of cases, the list of incidents, the cases that just join.
SPARE = timedelta(seconds=15)


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the watch."""
    wired = Bootstrap(environ, clock)
    detector, policy = wired.incident_detector, wired.policy

    def handle(event: dict[str, Any], context: Any) -> dict[str, int]:
        until = clock() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - SPARE
        try:
            found = detector.detect(clock(), policy.now(), lambda: clock() >= until)
        except Exception as error:
            report_incidents_failed(error)
            if isinstance(error, ConflictError):
                # The notifier has found one at the same moment. The next minute goes on from there.
                return {"opened": 0, "joined": 0, "left": 0}
            raise
        report_incidents(found)
        if found.failed:
            # The run counts as failed, so that the alarm on errors sees it; the next minute tries again.
            raise found.failed[0][1]
        return {"opened": len(found.opened), "joined": found.joined, "left": found.left}

    return observed(wired.time_left.limiting(handle))


handler = on_first_call(build)
