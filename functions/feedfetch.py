"""The fetcher of feeds: every few minutes each RSS or Atom feed that is listened to, into the mention queue."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from earshot.bootstrap import Bootstrap
from earshot.mentions.sources.rotation import fetch_in_turn
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.telemetry.fetch import report_fetch
from earshot.telemetry.powertools import observed

TIME_TO_FINISH_MS = 55_000  # A document may take 20 s to come and 30 s to be read; what it brought must be queued.
LEASE = timedelta(minutes=5)  # longer than the function's timeout


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the fetcher of feeds. While no feed was added, a run reads one item of a table."""
    wired = Bootstrap(environ, clock)
    table = wired.source_table

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        def has_time() -> bool:
            return context.get_remaining_time_in_millis() > TIME_TO_FINISH_MS

        feeds, now = wired.web_feeds, clock()
        if not feeds:
            return {"sources": {}}
        runner, owner = wired.feed_runner(has_time, LEASE), context.aws_request_id
        done = fetch_in_turn(feeds, lambda feed: runner.fetch(feed, owner, clock()), now, has_time)
        summary = report_fetch(done, table.states(feed.key for feed in feeds), now)
        done.check(len(feeds))
        return summary

    return observed(wired.time_left.limiting(handle))


handler = on_first_call(build)
