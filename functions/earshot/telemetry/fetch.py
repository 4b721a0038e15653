"""What the fetcher reports: each feed whose state changed, and the figures of the dashboard."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from earshot.mentions.fetcher import FetchOutcome
from earshot.mentions.source_state import SourceState
from earshot.telemetry.powertools import count, logger


def report_fetch(outcomes: Sequence[FetchOutcome], states: Sequence[SourceState], now: datetime) -> dict[str, Any]:
    """Log what changed, count the posts and the sources that are not heard, and return a summary of the run."""
    for outcome in outcomes:
        state = outcome.state
        if state and not outcome.skipped and (outcome.queued or state.since == state.checked_at):
            logger.info(
                state.message,
                source=outcome.feed.key,
                status=state.status,
                queued=outcome.queued,
                rejected=outcome.rejected,
                notes=state.notes,
            )
    summary: dict[str, Any] = {
        "posts_read": sum(outcome.posts_read for outcome in outcomes),
        "queued": sum(outcome.queued for outcome in outcomes),
        "rejected": sum(outcome.rejected for outcome in outcomes),
        "sources": {state.source: state.status.value for state in states},
    }
    count("PostsRead", summary["posts_read"])
    # One that fails in a way that will not pass is counted at once, and not after a quarter of an hour.
    count("SourcesSilent", sum(state.hearing(now).is_deaf for state in states))
    return summary
