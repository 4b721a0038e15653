"""The health of the sources, and the spending."""

from datetime import timedelta

import pytest

from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.feeds import feeds_of
from earshot.mentions.source_state import SourceStatus, next_state
from tests.api.fakes import Tables

pytestmark = pytest.mark.slow


def test_health_tells_each_source_and_the_spending(made, call):
    feeds = feeds_of(("NimbusAir",), ("nimbus air",))
    before = call("GET", "/health").json
    assert before["status"] == "degraded"
    assert {source["status"] for source in before["sources"]} == {"never_run"}
    for feed in feeds:
        run(made, feed.key, SourceStatus.OK, "3 posts read")
    made.sources.spend("x", "2026-11", 12_345_678)
    made.texts.book_beyond_limit(1_250_000, made.clock())
    health = call("GET", "/health").json
    assert health["status"] == "ok"
    assert [source["source"] for source in health["sources"]] == [feed.key for feed in feeds]
    assert health["spending"] == [
        {"service": "x", "month": "2026-11", "spent_usd": 12.345678, "limit_usd": 50.0},
        {"service": "comprehend", "month": "2026-11", "spent_usd": 0.0, "limit_usd": 20.0},
        {"service": "sms", "month": "2026-11", "spent_usd": 1.25, "limit_usd": 20.0},
    ]
    run(made, feeds[0].key, SourceStatus.UNAUTHORISED, "X refuses the bearer token: put a new one into the secret.")
    worse = call("GET", "/health").json
    assert worse["status"] == "degraded"
    assert "bearer token" in worse["sources"][0]["message"]


def run(made: Tables, source: str, status: SourceStatus, message: str) -> None:
    """One run of the fetcher, as the source table sees it."""
    held = made.sources.acquire(source, "run", made.clock(), timedelta(minutes=1))
    state = next_state(held.state, source, status, message, made.clock())
    made.sources.save(source, "run", Checkpoint(), state)
