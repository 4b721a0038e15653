"""The fetcher of the networks beside X: what is said to each account that was added, and about it, into the queue."""

from collections.abc import Mapping
from typing import Any

from earshot.bootstrap import Bootstrap
from earshot.mentions.sources.rotation import fetch_in_turn
from earshot.mentions.sources.social.pace import is_due
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.telemetry.fetch import report_fetch
from earshot.telemetry.powertools import observed

TIME_TO_FINISH_MS = 25_000  # A call may take 13 s to fail; what was read must be queued, and the checkpoint saved.


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the fetcher of these networks. While no account was added, a run reads one item of a table."""
    wired = Bootstrap(environ, clock)
    table = wired.source_table

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        def has_time() -> bool:
            return context.get_remaining_time_in_millis() > TIME_TO_FINISH_MS

        streams, now = wired.streams, clock()
        if not streams:
            return {"sources": {}}
        runner, owner = wired.stream_runner(has_time), context.aws_request_id
        # A post is of the brand by whose stream it comes first: a search also finds what speaks to another one.
        due = [stream for stream in streams if is_due(stream, now)]
        done = fetch_in_turn(
            due, lambda stream: runner.fetch(stream, owner, clock()), now, has_time, lambda stream: stream.is_found
        )
        summary = report_fetch(done, table.states(stream.key for stream in streams), now)
        done.check(len(due))
        return summary

    return observed(wired.time_left.limiting(handle))


handler = on_first_call(build)
