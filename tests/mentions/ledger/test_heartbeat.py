"""A source is suspected where its silence would be a chance of less than 1 in 1,000, and not for less."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from earshot.mentions.ledger.heartbeat import is_suspicious, suspected_since
from earshot.mentions.ledger.hour import Entry, LedgerHour
from earshot.mentions.source_state import SourceState, SourceStatus
from earshot.mentions.sources.contract import Delivery
from earshot.mentions.sources.runner import SourceRunner
from tests.fakes import START
from tests.mentions.fakes import MemoryDeadLetterQueue, MemoryQueue, MemorySourceTable
from tests.mentions.ledger.simulated_x import SimulatedX
from tests.mentions.listener import MENTIONS

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
past = st.lists(st.integers(0, 60), max_size=4)


@given(counts=past)
def test_it_takes_eight_posts_in_the_quietest_of_three_weeks(counts: list[int]) -> None:
    assert is_suspicious(counts) == (len(counts) >= 3 and min(counts) >= 8)


@given(counts=past, more=st.integers(0, 50))
def test_who_brought_more_is_suspected_no_later(counts: list[int], more: int) -> None:
    assert is_suspicious([count + more for count in counts]) >= is_suspicious(counts)


def hours(a_week: list[int], entry: Entry) -> dict[datetime, Entry]:
    """So many posts in each hour of the last weeks, the latest first."""
    known = {}
    for number, news in enumerate(a_week, 1):
        for hour in range(-30, 2):
            known[START + hour * HOUR - number * WEEK] = replace(entry, delivered=news)
    return known


def suspected(a_week: list[int], silent_for: float, entry: Entry = Entry(runs=60)) -> datetime | None:  # noqa: B008 - frozen
    known = hours(a_week, entry)

    def day(of: date) -> list[LedgerHour]:
        return [LedgerHour(at, one) for at, one in known.items() if at.date() == of]

    return suspected_since(START - silent_for * HOUR, START, day)


def test_the_same_hours_of_the_last_weeks_are_compared_and_only_those_in_which_it_was_read() -> None:
    # Heard at 08:59 or before: the hour that is open is not counted, nor is that of the last post.
    assert suspected([3, 3, 3, 3], 1.01) is None
    assert suspected([3, 3, 3, 3], 4.01) == START - 4 * HOUR
    assert suspected([8, 9, 8], 2.01) == START - 2 * HOUR
    assert suspected([100, 100], 5) is None
    assert suspected([100, 100, 0, 100], 5) is None
    assert suspected([100] * 4, 5, Entry(runs=60, failed={"unavailable": 1})) is None
    assert suspected([100] * 4, 5, Entry()) is None
    assert suspected([1] * 4, 24 * 9) == START - 24 * HOUR
    assert suspected([100] * 4, 0) is None


def test_after_a_change_of_clocks_the_quiet_of_the_night_is_no_silence() -> None:
    """Until a week ago people slept until 7:00 UTC; since the clocks were set back they sleep until 8:00."""
    lively = {
        START - week * WEEK + hour * HOUR: Entry(runs=60, delivered=50 if hour >= -2 else 0)
        for week in range(1, 5)
        for hour in range(-30, 3)
    }

    def day(of: date) -> list[LedgerHour]:
        return [LedgerHour(at, one) for at, one in lively.items() if at.date() == of]

    assert suspected_since(START - 2.5 * HOUR, START - HOUR, day) is None
    # An hour later it is noticed all the same.
    assert suspected_since(START - 2.5 * HOUR, START, day) == START - 2 * HOUR


def test_the_state_says_since_when_and_the_next_post_ends_it(clock: object) -> None:
    class Reader:
        def read(self, source: object, checkpoint: object, before: object, now: datetime) -> Delivery:
            status = SourceStatus.UNAVAILABLE if now == failing else SourceStatus.OK
            state = SourceState(MENTIONS.key, status, "said", now, now, now)
            brought = [post.mention for post in x.posts if now - HOUR < post.mention.created_at <= now]
            return Delivery(checkpoint, state, tuple(brought))

    x, table = SimulatedX(clock), MemorySourceTable()
    failing = START + 4 * WEEK + 15 * HOUR
    for week in range(5):
        for hour in range(30):
            if week < 4 or hour < 10 or hour > 20:
                for number in range(3):
                    x.write(START + week * WEEK + hour * HOUR - number * timedelta(minutes=1), number)
    states = {}
    for week in range(5):
        for hour in range(30):
            runner = SourceRunner(Reader(), MemoryQueue(), MemoryDeadLetterQueue(), table)
            runner.fetch(MENTIONS, "run", START + week * WEEK + hour * HOUR)
            states[week, hour] = table.state_of[MENTIONS.key].suspected_since
    assert not any(since for (week, _), since in states.items() if week < 4)
    first = min(hour for (week, hour), since in states.items() if since)
    # Three posts an hour, and nothing after 9 o'clock: three hours of silence are 9 posts.
    assert (first, states[4, first]) == (13, START + 4 * WEEK + 10 * HOUR)
    assert states[4, 15] is None, "of a source that fails it is known why nothing comes"
    assert states[4, 14] == states[4, 16] == states[4, 20] == states[4, 13]
    assert states[4, 21] is None
