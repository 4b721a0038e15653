"""The fetcher: once a minute, every feed of X from its checkpoint on, into the mention queue."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import boto3
from botocore.config import Config

from earshot.errors import ConflictError
from earshot.mentions.budget import month_of
from earshot.mentions.feeds import Feed, feeds_of
from earshot.mentions.fetcher import Fetcher, FetchOutcome
from earshot.mentions.queue import DeadLetterQueue, MentionQueue
from earshot.mentions.source_table import SourceTable
from earshot.mentions.sources.x.posts import Brands
from earshot.mentions.sources.x.source import XSource
from earshot.mentions.sources.x.token import XSecret
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.settings import Settings
from earshot.telemetry import MetricUnit, logger, metrics, tracer

# A call to X may take 13 s to fail, and what was read must still be queued and the checkpoint saved.
TIME_TO_FINISH_MS = 25_000
_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the fetcher."""
    settings = Settings(environ)
    feeds = feeds_of(settings.brand_handles, settings.search_terms)
    brands = Brands(settings.brand_handles, settings.search_terms)
    sqs = boto3.client("sqs", config=_CONFIG)
    table = SourceTable(boto3.client("dynamodb", config=_CONFIG), settings.source_table)
    queue = MentionQueue(sqs, settings.mention_queue_url)
    dead_letters = DeadLetterQueue(sqs, settings.mention_dead_letter_queue_url)
    secret = XSecret(boto3.client("secretsmanager", config=_CONFIG), settings.x_secret_id, clock)
    limit = round(settings.x_monthly_spend_limit * 1_000_000)

    @metrics.log_metrics
    @logger.inject_lambda_context
    @tracer.capture_lambda_handler(capture_response=False)
    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        def has_time() -> bool:
            return context.get_remaining_time_in_millis() > TIME_TO_FINISH_MS

        source = XSource(secret, brands, clock, settings.x_api_url)
        fetching = Fetcher(source, queue, dead_letters, table, limit, has_time)
        outcomes: list[FetchOutcome] = []
        broken: list[Exception] = []
        now = clock()
        for feed in _in_turn(feeds, now):
            if not has_time():
                logger.warning("no time left for a source in this run", source=feed.key)
                continue
            try:
                outcomes.append(fetching.fetch(feed, context.aws_request_id, clock()))
            except ConflictError as error:
                logger.warning(str(error), source=feed.key)
            except Exception as error:  # noqa: BLE001 - raised below, when the other sources have been read
                logger.exception("a source could not be fetched", source=feed.key)
                broken.append(error)
        summary = _report(outcomes, len(broken), feeds, table, now)
        if broken:
            raise ExceptionGroup(f"{len(broken)} of {len(feeds)} sources could not be fetched", broken)
        return summary

    return handle


def _in_turn(feeds: tuple[Feed, ...], now: datetime) -> tuple[Feed, ...]:
    """Another feed goes first each minute, so that a slow one cannot take the time of the same others for ever."""
    first = int(now.timestamp() // 60) % len(feeds)
    return feeds[first:] + feeds[:first]


def _report(
    outcomes: list[FetchOutcome], broken: int, feeds: tuple[Feed, ...], table: SourceTable, now: datetime
) -> dict[str, Any]:
    """Log what changed or failed, count what a dashboard shows, and sum up for whoever called."""
    for outcome in outcomes:
        if outcome.state and not outcome.waited and (outcome.queued or outcome.state.since == outcome.state.checked_at):
            logger.info(
                outcome.state.message,
                source=outcome.feed.key,
                status=outcome.state.status,
                queued=outcome.queued,
                rejected=outcome.rejected,
                notes=outcome.state.notes,
            )
    states = table.states(feed.key for feed in feeds)
    summary = {
        "posts_read": sum(outcome.posts_read for outcome in outcomes),
        "queued": sum(outcome.queued for outcome in outcomes),
        "rejected": sum(outcome.rejected for outcome in outcomes),
        "sources": {state.source: state.status.value for state in states},
    }
    failures = broken + sum(not state.status.heard for state in states)
    metrics.add_metric("PostsRead", MetricUnit.Count, summary["posts_read"])
    metrics.add_metric("MentionsQueued", MetricUnit.Count, summary["queued"])
    metrics.add_metric("PostsRejected", MetricUnit.Count, summary["rejected"])
    metrics.add_metric("SourceFailures", MetricUnit.Count, failures)
    metrics.add_metric("SourcesSilent", MetricUnit.Count, sum(state.is_silent(now) for state in states))
    metrics.add_metric("XSpend", MetricUnit.NoUnit, table.spent("x", month_of(now)) / 1_000_000)
    return summary


handler = on_first_call(build)
