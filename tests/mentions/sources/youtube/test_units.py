"""The units of a key of YouTube: whoever uses them, and however they end, they are not exceeded."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from earshot.mentions.sources.youtube.units import (
    AT_ONCE,
    LISTENING,
    LOOK_UPS,
    UNITS_OF_A_KEY,
    Units,
    key_name,
    pacific_day,
)
from tests.mentions.sources.social.stream_listener import MemoryUnits

MIDNIGHT = datetime(2026, 11, 21, 8, tzinfo=UTC)  # in California


def test_all_that_a_day_has_is_given_out_and_no_more() -> None:
    table, taken = MemoryUnits(), 0
    listening, look_ups = Units(table, LISTENING), Units(table, LOOK_UPS)
    for minute in range(1, 24 * 60):
        now = MIDNIGHT + timedelta(minutes=minute)
        taken += sum(units.take("key", now) is None for units in (listening, look_ups) for _ in range(20))
    assert UNITS_OF_A_KEY - 150 <= taken <= UNITS_OF_A_KEY - 100


def test_what_is_not_used_in_the_morning_is_there_in_the_evening_and_gone_the_next_day() -> None:
    units = Units(MemoryUnits(), LISTENING)
    evening = MIDNIGHT + timedelta(hours=20)
    until = next(until for _ in range(UNITS_OF_A_KEY) if (until := units.take("key", evening)) is not None)
    assert evening < until < evening + timedelta(minutes=3)
    assert units.take("key", until) is None
    assert units.take("another", evening) is None
    tomorrow = MIDNIGHT + timedelta(days=1, minutes=2)
    taken = sum(units.take("key", tomorrow) is None for _ in range(UNITS_OF_A_KEY))
    assert LISTENING.at_first <= taken < LISTENING.at_first + 2 * AT_ONCE


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 40), st.booleans(), st.integers(1, 90)), max_size=60))
def test_runs_at_once_and_killed_ones_never_use_more_than_there_is(runs: list[tuple[int, int, bool, int]]) -> None:
    table, now, used = MemoryUnits(), MIDNIGHT + timedelta(minutes=5), dict[str, int]()
    processes = [Units(table, share) for share in (LISTENING, LISTENING, LOOK_UPS)]
    for which, wanted, is_killed, minutes in runs:
        share = processes[which].share
        for _ in range(wanted):
            if processes[which].take("key", now) is None:
                day = f"{pacific_day(now)} {share.name}"
                used[day] = used.get(day, 0) + 1
                assert used[day] <= share.allowed(now)
        if is_killed:
            processes[which] = Units(table, share)
        now += timedelta(minutes=minutes)


def test_a_day_is_that_of_california_also_where_clocks_change() -> None:
    assert pacific_day(datetime(2026, 11, 21, 7, 59, tzinfo=UTC)) == "2026-11-20"
    assert pacific_day(datetime(2026, 11, 21, 8, 2, tzinfo=UTC)) == "2026-11-21"
    # Whose clock is a little ahead does not begin the new day before Google does.
    assert pacific_day(datetime(2026, 11, 21, 8, 0, 30, tzinfo=UTC)) == "2026-11-20"
    # The day has 25 hours.
    last = datetime(2026, 11, 2, 7, 59, tzinfo=UTC)
    assert pacific_day(last) == "2026-11-01"
    assert LISTENING.a_day - AT_ONCE < LISTENING.allowed(last) <= LISTENING.a_day


def test_what_waits_for_the_next_day_waits_until_units_are_there() -> None:
    for seconds in (-30, 30):
        now, units = MIDNIGHT + timedelta(seconds=seconds), Units(MemoryUnits(), LISTENING)
        until = next(until for _ in range(UNITS_OF_A_KEY) if (until := units.take("key", now)) is not None)
        assert now < until
        assert units.take("key", until) is None
    # Until then it is the day before, of which all is there.
    assert LISTENING.allowed(MIDNIGHT + timedelta(seconds=30)) >= LISTENING.a_day


def test_what_is_held_of_one_day_is_not_used_on_the_next() -> None:
    table, tomorrow = MemoryUnits(), MIDNIGHT + timedelta(days=1, minutes=2)
    units = Units(table, LISTENING)
    assert units.take("key", MIDNIGHT + timedelta(hours=20)) is None
    table[pacific_day(tomorrow), key_name("key"), LISTENING.name] = LISTENING.allowed(tomorrow)
    assert units.take("key", tomorrow) is not None
