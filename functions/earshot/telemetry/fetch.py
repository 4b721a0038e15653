"""What the fetchers report: each source whose state changed, and the figures of the dashboard."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from earshot.mentions.source_state import SourceState
from earshot.mentions.sources.rotation import Rotation
from earshot.telemetry.powertools import count, logger


def report_session_unkept(error: Exception) -> None:
    """Log that a session could not be kept: it is good until the process ends."""
    logger.warning("a session could not be kept", reason=str(error))


def report_fetch(done: Rotation, states: Sequence[SourceState], now: datetime) -> dict[str, Any]:
    """Log what changed, count the posts and the sources that are not heard, and return a summary of the run."""
    for key in done.out_of_time:
        logger.warning("no time left for a source in this run", source=key)
    for key, conflict in done.conflicts:
        logger.warning(str(conflict), source=key)
    for key, error in done.failures:
        logger.error("a source could not be fetched", source=key, exc_info=error)
    for outcome in done.outcomes:
        state = outcome.state
        if state and not outcome.skipped and (outcome.queued or state.since == state.checked_at):
            logger.info(
                state.message,
                source=outcome.source.key,
                status=state.status,
                queued=outcome.queued,
                rejected=outcome.rejected,
                not_kept=outcome.not_kept,
                notes=state.notes,
            )
    summary: dict[str, Any] = {
        "posts_read": sum(outcome.posts_read for outcome in done.outcomes),
        "queued": sum(outcome.queued for outcome in done.outcomes),
        "rejected": sum(outcome.rejected for outcome in done.outcomes),
        "sources": {state.source: state.status.value for state in states},
    }
    count("PostsRead", summary["posts_read"])
    # One that fails in a way that will not pass is counted at once, and not after a quarter of an hour.
    count("SourcesSuspected", sum(state.suspected_since is not None for state in states))
    count("SourcesSilent", sum(state.hearing(now).is_deaf for state in states))
    return summary
