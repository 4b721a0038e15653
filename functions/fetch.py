"""The fetcher: once a minute, every feed of X from its checkpoint on, into the mention queue."""

from collections.abc import Mapping
from typing import Any

from earshot.bootstrap import Bootstrap
from earshot.mentions.budget import MILLION
from earshot.mentions.feeds import FeedKind
from earshot.mentions.fetcher import Fetcher
from earshot.mentions.sources.rotation import fetch_in_turn
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.telemetry.fetch import report_fetch
from earshot.telemetry.powertools import observed

TIME_TO_FINISH_MS = 25_000  # A call to X may take 13 s to fail; what was read must be queued, and the checkpoint saved.


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the fetcher."""
    wired = Bootstrap(environ, clock)
    queue, dead_letters, table = wired.mention_queue, wired.dead_letter_queue, wired.source_table
    new_source, limit = wired.new_x_source, round(wired.settings.x_monthly_spend_limit * MILLION)

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        def has_time() -> bool:
            return context.get_remaining_time_in_millis() > TIME_TO_FINISH_MS

        feeds, now = wired.feeds, clock()
        mention_feeds = sum(feed.kind is FeedKind.MENTIONS for feed in feeds)
        thinning = wired.brands.now().thinning
        fetcher = Fetcher(new_source(), queue, dead_letters, table, limit, has_time, thinning, mention_feeds)
        owner = context.aws_request_id
        done = fetch_in_turn(feeds, lambda feed: fetcher.fetch(feed, owner, clock()), now, has_time)
        summary = report_fetch(done, table.states(feed.key for feed in feeds), now)
        done.check(len(feeds))
        return summary

    return observed(wired.time_left.limiting(handle))


handler = on_first_call(build)
