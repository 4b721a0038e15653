"""Time that counts only while somebody is at work, over every change of the clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from earshot.cases.policy.business_hours import (
    MINUTES_A_DAY,
    Calendar,
    OpeningHours,
    add_working_time,
    working_time_between,
)
from tests.cases.policy.calendars import DAYS, SPANS, ZONES, calendars, every_day

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LONDON = ZoneInfo("Europe/London")
OFFICE = Calendar(
    "office",
    "Europe/London",
    tuple(OpeningHours(day, *ends) for day in range(5) for ends in ((9 * 60, 12 * 60), (13 * 60, 17 * 60 + 30))),
    holidays=(date(2026, 12, 25), date(2026, 12, 28)),
)
# Any second of 2026, and more often than chance would have it one of a night on which clocks change.
INSTANTS = st.builds(
    lambda day, second: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=second),
    DAYS,
    st.integers(-6 * 3600, 30 * 3600),
)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-23T09:00", 60, "2026-11-23T10:00"),
        ("2026-11-23T11:30", 60, "2026-11-23T13:30"),
        ("2026-11-23T11:30", 30, "2026-11-23T12:00"),
        ("2026-11-23T12:15", 15, "2026-11-23T13:15"),
        ("2026-11-23T17:00", 60, "2026-11-24T09:30"),
        ("2026-11-20T17:00", 60, "2026-11-23T09:30"),
        ("2026-11-22T03:00", 15, "2026-11-23T09:15"),
        ("2026-12-24T17:00", 60, "2026-12-29T09:30"),
        ("2026-03-27T17:00", 60, "2026-03-30T09:30"),
    ],
    ids=[
        "within",
        "over lunch",
        "to the last minute",
        "posted at lunch",
        "overnight",
        "over a weekend",
        "posted on a Sunday",
        "over Christmas",
        "over the change to summer time",
    ],
)
def test_time_passes_while_somebody_is_at_work(start, minutes, due):
    assert add_working_time(london(start), minutes * MINUTE, OFFICE) == london(due)
    assert working_time_between(london(start), london(due), OFFICE) == minutes * MINUTE


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)], ids=["spring", "autumn", "summer"]
)
def test_a_day_has_as_many_hours_as_the_clock_makes_of_it(day, hours):
    midnight = datetime.fromisoformat(day).replace(tzinfo=LONDON)
    following = (datetime.fromisoformat(day) + DAY).replace(tzinfo=LONDON)
    assert working_time_between(midnight, following, every_day("Europe/London")) == hours * HOUR


def test_hours_that_the_clock_skips_do_not_count_and_hours_that_it_shows_twice_do():
    night = every_day("Europe/London", (60, 120))
    saturday_of = {"spring": datetime(2026, 3, 28, 12, tzinfo=UTC), "autumn": datetime(2026, 10, 24, 12, tzinfo=UTC)}
    assert working_time_between(saturday_of["spring"], saturday_of["spring"] + DAY, night) == 0 * HOUR
    assert working_time_between(saturday_of["autumn"], saturday_of["autumn"] + DAY, night) == 2 * HOUR


def test_a_time_that_is_skipped_counts_when_the_clock_jumps():
    # Half past one is skipped on 29 March: who begins then begins at one o'clock GMT, which is two in summer.
    shift = every_day("Europe/London", (90, 180))
    assert add_working_time(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), HOUR, shift) == datetime(
        2026, 3, 29, 2, 0, tzinfo=UTC
    )


def test_a_day_that_a_country_left_out_has_no_hours():
    # Samoa went from 29 to 31 December 2011.
    before = datetime(2011, 12, 29, tzinfo=ZoneInfo("Pacific/Apia"))
    assert working_time_between(before, before + 3 * DAY, every_day("Pacific/Apia", (540, 600))) == 2 * HOUR


@given(INSTANTS, SPANS)
def test_without_a_calendar_it_is_plain_addition(start, working):
    assert add_working_time(start, working, None) == start + working
    assert working_time_between(start, start + working, None) == working


@given(INSTANTS, SPANS, st.sampled_from(ZONES))
def test_a_calendar_that_never_closes_is_plain_addition_whatever_the_clocks_do(start, working, zone):
    assert add_working_time(start, working, every_day(zone)) == start + working
    assert working_time_between(start, start + working, every_day(zone)) == working


@given(INSTANTS, INSTANTS, SPANS, SPANS, calendars())
def test_later_is_never_earlier(start, other, working, more, calendar):
    first, second = sorted((start, other))
    assert add_working_time(first, working, calendar) <= add_working_time(
        second, working, calendar
    ) or working == timedelta(0)
    assert add_working_time(start, working, calendar) <= add_working_time(start, working + more, calendar)
    assert working_time_between(first, second, calendar) <= second - first


@given(INSTANTS, SPANS, SPANS, calendars())
def test_in_two_pieces_it_is_the_same(start, working, more, calendar):
    in_two = add_working_time(add_working_time(start, working, calendar), more, calendar)
    assert in_two == add_working_time(start, working + more, calendar)


@given(INSTANTS, INSTANTS, INSTANTS, calendars())
def test_what_lies_between_adds_up(one, two, three, calendar):
    start, middle, end = sorted((one, two, three))
    assert working_time_between(start, middle, calendar) + working_time_between(
        middle, end, calendar
    ) == working_time_between(start, end, calendar)


@given(INSTANTS, SPANS, calendars())
def test_what_was_added_lies_between(start, working, calendar):
    assert working_time_between(start, add_working_time(start, working, calendar), calendar) == working


@given(INSTANTS, st.integers(1, 3 * 24 * 60), calendars())
def test_it_never_lands_outside_the_hours(start, minutes, calendar):
    due = add_working_time(start, minutes * MINUTE, calendar)
    # The last moment that was counted, a whole second before: the clock in that place shows working hours then.
    wall = (due - timedelta(seconds=1)).astimezone(ZoneInfo(calendar.timezone))
    assume(not _is_changing(wall))
    minute = wall.hour * 60 + wall.minute
    assert wall.date() not in calendar.holidays
    assert any(one.weekday == wall.weekday() and one.opens <= minute < one.closes for one in calendar.periods)


@given(INSTANTS, st.integers(1, 6), calendars())
def test_it_agrees_with_counting_the_minutes_one_by_one(start, hours, calendar):
    start = start.replace(second=0)
    end = start + hours * HOUR
    zone = ZoneInfo(calendar.timezone)
    # Hours follow the latest time that the clock has shown: what it shows a second time is past already.
    shown = (start - 2 * HOUR).astimezone(zone).replace(tzinfo=None)
    counted, at = 0, start - 2 * HOUR
    while at < end:
        shown = max(shown, at.astimezone(zone).replace(tzinfo=None))
        minute = shown.hour * 60 + shown.minute
        is_open = any(one.weekday == shown.weekday() and one.opens <= minute < one.closes for one in calendar.periods)
        counted += at >= start and is_open and shown.date() not in calendar.holidays
        at += MINUTE
    assert working_time_between(start, end, calendar) == counted * MINUTE


def _is_changing(wall: datetime) -> bool:
    """Whether the clock is put back within these hours: it shows times that are past already."""
    return wall.utcoffset() != (wall.astimezone(UTC) - 2 * HOUR).astimezone(wall.tzinfo).utcoffset()


def test_no_time_at_all_leads_nowhere():
    sunday = london("2026-11-22T03:00")
    assert add_working_time(sunday, timedelta(0), OFFICE) == sunday
    assert (
        working_time_between(sunday, sunday, OFFICE)
        == working_time_between(sunday, sunday - HOUR, OFFICE)
        == timedelta(0)
    )


def test_time_does_not_run_backwards_and_an_empty_calendar_has_none():
    with pytest.raises(ValueError, match="negative"):
        add_working_time(london("2026-11-23T09:00"), -MINUTE, OFFICE)
    with pytest.raises(ValueError, match="'never' has no hours"):
        add_working_time(london("2026-11-23T09:00"), MINUTE, Calendar("never", "UTC", ()))


def test_the_hours_of_a_day_end_where_the_next_ones_begin():
    assert add_working_time(london("2026-11-23T23:30"), HOUR, every_day("Europe/London", (0, MINUTES_A_DAY))) == london(
        "2026-11-24T00:30"
    )
