"""A week in which all goes wrong that can: at its end the ledger says what the simulator knows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from earshot.errors import ConflictError
from earshot.mentions.feeds import Feed, FeedKind, FeedPage, PageRequest
from earshot.mentions.fetcher import Fetcher
from earshot.mentions.ledger.coverage import Coverage, Kept, SourceCoverage, coverage_of
from earshot.mentions.ledger.hour import LATE_AFTER
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError, SourceState, SourceStatus
from earshot.mentions.sources.backfill import store
from earshot.mentions.sources.x.backfill import read_stretch
from earshot.reports.health import SourceHealth
from earshot.reports.listening.coverage import gather_coverage
from tests.fakes import START, FakeClock
from tests.mentions.fakes import MemoryDeadLetterQueue, MemoryQueue, MemorySourceTable
from tests.mentions.ledger.simulated_x import SimulatedX

MENTIONS, SEARCH = Feed(FeedKind.MENTIONS, "NimbusAir"), Feed(FeedKind.SEARCH, "nimbus air")
POLL = timedelta(minutes=20)
OVERLAP = timedelta(minutes=10)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
LIMIT = 1_000_000_000


@dataclass
class TimedQueue(MemoryQueue):
    """Knows when it got what. What a process queued before it died comes again."""

    clock: FakeClock = field(default_factory=FakeClock)
    got: dict[str, datetime] = field(default_factory=dict)

    def send(self, mentions: list[Mention]) -> int:
        for mention in mentions:
            self.got[mention.id] = self.clock.now
        return super().send(mentions)


@dataclass
class DyingTable(MemorySourceTable):
    """Its process dies at these times between queueing and the write."""

    clock: FakeClock = field(default_factory=FakeClock)
    dies_at: tuple[datetime, ...] = ()
    lost: int = 0

    def save(self, source: str, owner: str, checkpoint: object, state: SourceState, *ledger: object) -> None:
        if self.clock.now in self.dies_at:
            self.lost += 1
            raise ConflictError("killed")
        super().save(source, owner, checkpoint, state, *ledger)


class Week:
    """The network, the fetcher and the table of a week, on one clock."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.clock = FakeClock()
        self.x = SimulatedX(self.clock)
        self.queue = TimedQueue(clock=self.clock)
        self.table = DyingTable(clock=self.clock)
        self.dead_letters = MemoryDeadLetterQueue()
        self.limit = limit
        self.end = START + 7 * DAY

    def run_until(self, end: datetime) -> None:
        while self.clock.now < end:
            fetcher = Fetcher(self.x, self.queue, self.dead_letters, self.table, self.limit, lambda: True)
            try:
                fetcher.fetch(MENTIONS, "run", self.clock.now)
            except ConflictError:
                assert self.clock.now in self.table.dies_at
            self.clock.advance(seconds=POLL.total_seconds())

    def fail(self, start: timedelta, lasts: timedelta, status: SourceStatus, until: datetime | None = None) -> None:
        begin = START + start
        self.x.outages.append((begin, begin + lasts, lambda: SourceError(status, f"It was {status}.", until)))

    def covered(self, start: datetime, end: datetime) -> SourceCoverage:
        return coverage_of(MENTIONS.key, self.table.kept(MENTIONS.key), start, end, self.clock.now)

    def missed(self) -> list[datetime]:
        """What the simulator knows was shown and never came."""
        shown = [post for post in self.x.posts if post.visible_at < self.clock.now - POLL]
        return [post.mention.created_at for post in shown if post.mention.id not in self.queue.got]

    def late(self) -> int:
        written = {post.mention.id: post.mention.created_at for post in self.x.posts}
        return sum(at - written[post] >= LATE_AFTER for post, at in self.queue.got.items())


def a_week() -> Week:
    week = Week()
    for number in range(7 * 24 * 2):
        # Indexed late within the window, each third by nine minutes.
        week.x.write(START + MINUTE + number * HOUR / 2, number, late=timedelta(minutes=9 if number % 3 == 0 else 0))
    week.fail(1 * DAY, 3 * HOUR, SourceStatus.UNAVAILABLE)
    week.fail(2 * DAY, HOUR, SourceStatus.RATE_LIMITED, START + 2 * DAY + 40 * MINUTE)
    week.fail(3 * DAY, 12 * HOUR, SourceStatus.OUT_OF_CREDIT)
    for number in range(1_000):  # a crowd while nobody paid
        week.x.write(START + 3 * DAY + HOUR + number * 20 * timedelta(seconds=1), 10_000 + number)
    week.fail(4 * DAY, 2 * HOUR, SourceStatus.UNAUTHORISED)
    for number in range(5_000):  # five thousand in a minute
        week.x.write(START + 5 * DAY + number * MINUTE / 5_000, 20_000 + number)
    # Two crowds while X refuses the search: what its timeline does not serve is missing.
    for day, first in ((5.5, 30_000), (6, 40_000)):
        at = START + day * DAY
        week.x.search_outages.append(
            (at, at + 2 * HOUR, lambda: SourceError(SourceStatus.FORBIDDEN, "Search is not in the plan."))
        )
        for number in range(1_200):
            week.x.write(at + MINUTE + number * timedelta(seconds=0.4), first + number)
    week.table.dies_at = (START + 12 * HOUR, START + 5 * DAY + 2 * POLL)
    return week


def test_after_a_week_of_outages_the_ledger_says_what_was_delivered_missed_and_fetched_later() -> None:
    week = a_week()
    week.run_until(week.end + MINUTE)
    covered = week.covered(START, week.end)
    done = covered.entry
    assert week.table.lost == 2
    assert done.delivered == len(week.queue.got)
    assert (done.late, done.history, done.shared) == (week.late(), 0, 0)
    missed = week.missed()
    assert len(missed) == 2 * 401, "of each crowd, and who wrote just before it"
    # Every post that never came is in a stretch that is known to be missing, and but for the overlap no other is.
    assert len(covered.missing) == 2
    for gap in covered.missing:
        inside = [post for post in week.x.posts if gap.start + OVERLAP < post.mention.created_at < gap.end]
        assert {post.mention.created_at for post in inside} <= set(missed)
    assert all(any(gap.start <= at < gap.end for gap in covered.missing) for at in missed)
    assert covered.coverage is Coverage.PARTIAL
    partial = {hour for hour, how in covered.by_hour() if how is not Coverage.WHOLE}
    assert {at.replace(minute=0, second=0, microsecond=0) for at in missed} <= partial
    assert dict(done.failed) == {
        "unavailable": 9,
        "rate_limited": 2,
        "out_of_credit": 36,
        "unauthorised": 6,
    }
    # A process that died had booked what it read, and the ledger has it once.
    spent = week.table.spent("x", "2026-11")
    assert done.looked_up == 10_000
    assert 0 < spent - done.cost <= 2 * 5_000 * 2_000
    _fetch_later(week)


def _fetch_later(week: Week) -> None:
    """What is fetched later is history, and closes the stretch that it reaches."""
    first, second = week.covered(START, week.end).missing
    before = len(week.queue.got)
    part = read_stretch(week.x, MENTIONS, first.start, first.end, LIMIT, lambda _: None, week.clock.now)
    entry = store(MENTIONS.key, part, first.start, first.end, week.queue, week.table, week.clock.now)
    assert len(week.queue.got) == before + 401
    assert all(mention.baseline for mention in week.queue.mentions[-entry.delivered :])
    assert week.covered(START, week.end).missing == (second,)
    # The money of the second reaches for half of it, from its end back.
    half = read_stretch(week.x, MENTIONS, second.start, second.end, 1_200_000, lambda _: None, week.clock.now)
    store(MENTIONS.key, half, second.start, second.end, week.queue, week.table, week.clock.now)
    (left,) = week.covered(START, week.end).missing
    assert not half.is_done
    assert (left.start, left.end) == (second.start, half.read_from)
    assert all(left.start <= at <= left.end for at in week.missed())


def test_a_source_that_is_not_read_is_deaf_until_it_is_read_again() -> None:
    week = Week()
    week.run_until(START + HOUR)
    week.clock.advance(hours=3)
    covered = week.covered(START, week.clock.now)
    assert covered.of(START, START + HOUR - POLL) is Coverage.WHOLE
    assert covered.of(START + HOUR, week.clock.now) is Coverage.DEAF
    week.run_until(week.clock.now + POLL)
    assert week.covered(START, week.clock.now - POLL).coverage is Coverage.WHOLE
    assert week.covered(START - DAY, START).coverage is Coverage.UNKNOWN


def a_search(clock: FakeClock) -> tuple[SimulatedX, Callable[[], None], MemorySourceTable]:
    x, table = SimulatedX(clock), MemorySourceTable()
    queue, dead_letters = MemoryQueue(), MemoryDeadLetterQueue()

    def run() -> None:
        Fetcher(x, queue, dead_letters, table, LIMIT, lambda: True).fetch(SEARCH, "run", clock.now)

    return x, run, table


class ByDay:
    """The ledger as it is read: the hours of the days that were asked for, and no others."""

    def __init__(self, table: MemorySourceTable) -> None:
        self.table = table

    def read(self, sources: Iterable[str], start: datetime, end: datetime) -> dict[str, Kept]:
        found = self.table.read(sources, start, end)
        days = (start.date(), end.date())
        return {
            name: replace(kept, hours=tuple(one for one in kept.hours if days[0] <= one.hour.date() <= days[1]))
            for name, kept in found.items()
        }


def test_an_outage_of_weeks_is_known_after_it_is_over() -> None:
    clock = FakeClock()
    x, run, table = a_search(clock)
    run()
    for number in range(20):
        x.write(START + number * DAY, number)
    clock.advance(days=20)
    for _ in range(3):
        run()
        clock.advance(hours=1)
    state = table.state_of[SEARCH.key]
    health = SourceHealth(SEARCH.key, state.status, "", False)
    day = START + 5 * DAY
    (covered,) = gather_coverage([health], ByDay(table), day, day + DAY, clock.now)
    assert covered.coverage is Coverage.DEAF


def test_a_backfill_says_no_more_than_it_read_where_reposts_bring_what_is_older() -> None:
    clock = FakeClock()
    clock.advance(hours=5)
    x = SimulatedX(clock)
    for number in range(10):
        x.write(START + (1 + number) * HOUR / 4, number)
    original = replace(x.posts[0].mention, id="7", created_at=START - 2 * DAY)

    class WithOriginals:
        def user_id(self, handle: str) -> str:
            return x.user_id(handle)

        def read(self, feed: Feed, request: PageRequest, user_id: str | None) -> FeedPage:
            return replace(x.read(feed, replace(request, size=min(request.size, 4)), user_id), originals=(original,))

    start, end = START, START + 4 * HOUR
    part = read_stretch(WithOriginals(), SEARCH, start, end, 110_000, lambda _: None, clock.now)
    assert not part.is_done
    assert part.read_from > START + HOUR / 4, "the first was not read"


def test_a_backfill_that_x_refuses_midway_keeps_what_was_paid_for() -> None:
    clock = FakeClock()
    clock.advance(hours=5)
    x = SimulatedX(clock)
    for number in range(250):
        x.write(START + number * MINUTE, number)
    booked: list[int] = []

    def book(millionths: int) -> None:
        booked.append(millionths)
        if len(booked) == 2:
            x.outages.append((clock.now, clock.now + HOUR, lambda: SourceError(SourceStatus.UNAVAILABLE, "Down.")))

    part = read_stretch(x, SEARCH, START, START + 4 * HOUR + 10 * MINUTE, LIMIT, book, clock.now)
    assert (len(part.mentions), part.cost, part.is_done, part.problem) == (200, 1_000_000, False, "Down.")
    assert part.read_from == START + 50 * MINUTE
    with pytest.raises(SourceError, match="Down"):
        read_stretch(x, SEARCH, START, START + HOUR, LIMIT, book, clock.now)
