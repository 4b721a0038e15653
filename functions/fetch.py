"""The fetcher: once a minute, every feed of X from its checkpoint on, into the mention queue."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from earshot.bootstrap import Bootstrap
from earshot.errors import ConflictError
from earshot.mentions.budget import MILLION
from earshot.mentions.feeds import Feed
from earshot.mentions.fetcher import Fetcher, FetchOutcome
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.telemetry.fetch import report_fetch
from earshot.telemetry.powertools import logger, observed

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
        fetcher = Fetcher(new_source(), queue, dead_letters, table, limit, has_time)
        outcomes: list[FetchOutcome] = []
        failures: list[Exception] = []
        for feed in _rotated(feeds, now):
            if not has_time():
                logger.warning("no time left for a source in this run", source=feed.key)
                continue
            try:
                outcomes.append(fetcher.fetch(feed, context.aws_request_id, clock()))
            except ConflictError as error:
                logger.warning(str(error), source=feed.key)
            except Exception as error:  # noqa: BLE001 - raised below, when the other sources have been read
                logger.exception("a source could not be fetched", source=feed.key)
                failures.append(error)
        states = table.states(feed.key for feed in feeds)
        summary = report_fetch(outcomes, states, now)
        if failures:
            raise ExceptionGroup(f"{len(failures)} of {len(feeds)} sources could not be fetched", failures)
        return summary

    return observed(wired.time_left.limiting(handle))


def _rotated(feeds: tuple[Feed, ...], now: datetime) -> tuple[Feed, ...]:
    """The feeds, another one first each minute, so that a slow one does not always take the others' time."""
    first = int(now.timestamp() // 60) % len(feeds)
    return feeds[first:] + feeds[:first]


handler = on_first_call(build)
