"""No post that X served is lost, whatever interrupts a run: a property test of the whole fetcher."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from earshot.errors import ConflictError
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.feeds import Feed, FeedKind
from earshot.mentions.queue import QueueError
from earshot.mentions.source_state import SourceState
from infra.local.loopback import answered_at_once
from infra.local.x.api import XApi
from infra.local.x.description import ApiVersion
from infra.local.x.faults import (
    NOT_JSON,
    OUT_OF_CREDIT,
    PARTIAL,
    RATE_LIMITED,
    RESET,
    SERVER_ERROR,
    UNAUTHORISED,
    XFault,
    problem,
    stale_since_id,
)
from infra.local.x.posts import PostArchive
from tests.fakes import START, FakeClock
from tests.mentions.fakes import MemorySourceTable, post
from tests.mentions.listener import MENTIONS, Listener

pytestmark = pytest.mark.slow

SEARCH = Feed(FeedKind.SEARCH, "nimbus air")
SOON = problem(429, "Too Many Requests", "Slow", **{"x-rate-limit-reset": str(int(START.timestamp()) + 120)})
FAULTS = (RATE_LIMITED, SOON, SERVER_ERROR, RESET, NOT_JSON, PARTIAL, UNAUTHORISED, OUT_OF_CREDIT, stale_since_id())


@dataclass(frozen=True)
class Run:
    """Seconds since the run before, the answers to its requests, and the failures when it saves."""

    after: int
    faults: tuple[XFault | None, ...] = ()
    pages: int = 1_000
    queue_refuses: bool = False
    lease_is_lost: bool = False


runs = st.builds(
    Run,
    after=st.integers(20, 600),
    faults=st.lists(st.sampled_from((None, None, None, *FAULTS)), max_size=5).map(tuple),
    pages=st.integers(1, 4) | st.just(1_000),
    queue_refuses=st.integers(0, 4).map(lambda n: n == 4),
    lease_is_lost=st.integers(0, 6).map(lambda n: n == 6),
)
# Seconds from the first run, and how late X indexes the post: always within the overlap.
moments = st.tuples(st.integers(-600, 3_000), st.integers(0, 590))


class CheckedSourceTable(MemorySourceTable):
    """Compares each checkpoint that is saved with what X showed and what is in the queue."""

    listener: Listener
    lease_is_lost: bool = False

    def save(self, source: str, owner: str, checkpoint: Checkpoint, state: SourceState, *ledger: Any) -> None:
        if self.lease_is_lost:
            raise ConflictError("lost")
        if checkpoint.read_at is not None:
            missing = visible(self.listener, checkpoint.read_at) - history(self.listener, checkpoint)
            assert missing <= set(self.listener.queue.ids), "the checkpoint passed a post"
        super().save(source, owner, checkpoint, state, *ledger)


def visible(listener: Listener, at: datetime) -> set[str]:
    return {found.id for found in listener.api.archive.visible(at)}


def history(listener: Listener, checkpoint: Checkpoint) -> set[str]:
    """The posts before the baseline, which is bounded and has tests of its own."""
    return visible(listener, checkpoint.first_read_at) if checkpoint.first_read_at else set()


@pytest.fixture(scope="module")
def api() -> Iterator[XApi]:
    # Without threads: one request waits for the other anyway, and there are thousands.
    with XApi() as server, answered_at_once({server.port: server}):
        yield server


@pytest.mark.parametrize("feed", [MENTIONS, SEARCH], ids=lambda feed: feed.kind)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    posts=st.lists(moments, max_size=40),
    script=st.lists(runs, max_size=12),
    largest_page=st.integers(5, 12),
    version=st.sampled_from(ApiVersion),
)
def test_no_post_is_lost_and_the_checkpoint_never_passes_one(
    api: XApi, feed: Feed, posts: list[tuple[int, int]], script: list[Run], largest_page: int, version: ApiVersion
) -> None:
    clock = FakeClock()
    api.until, api.largest_page, api.version = clock, largest_page, version
    api.archive = PostArchive.of((), ["NimbusAir"])
    for number, (second, delay) in enumerate(sorted(posts)):
        at = START + timedelta(seconds=second)
        seen_at = at + timedelta(seconds=delay)
        api.add(post(number, "@NimbusAir Nimbus Air", created_at=at, visible_at=seen_at))
    sources = CheckedSourceTable()
    listener = sources.listener = Listener(api, clock, sources=sources)
    api.calls.clear()
    for run in script:
        _run(listener, feed, run)
    for _ in range(8):
        _run(listener, feed, Run(after=1_200))
    served = {post_id for call in api.calls for post_id in call.served}
    owed = (served | visible(listener, clock.now)) - history(listener, listener.checkpoint(feed))
    assert owed <= set(listener.queue.ids)
    assert listener.checkpoint(feed).sweep is None


def _run(listener: Listener, feed: Feed, run: Run) -> None:
    listener.api.faults.clear()
    listener.api.inject(*run.faults)
    listener.pages = run.pages
    listener.queue.refuses = run.queue_refuses
    listener.sources.lease_is_lost = run.lease_is_lost
    try:
        listener.run(feed, seconds=run.after)
    except (QueueError, ConflictError):
        assert run.queue_refuses or run.lease_is_lost
