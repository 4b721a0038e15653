"""Calendars and targets as a policy file may hold them, for Hypothesis."""

from datetime import date, timedelta

from hypothesis import strategies as st

from earshot.cases.case.response import Target
from earshot.cases.policy.business_hours import MINUTES_A_DAY, Calendar, OpeningHours

# Summer time by an hour in both hemispheres, by half an hour, at midnight; none; and a day that was left out.
ZONES = (
    "UTC",
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Kolkata",
    "Pacific/Apia",
)
# The nights on which clocks change, and days like any other.
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31)) | st.sampled_from(
    [date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5), date(2026, 10, 4)]
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Up to three periods a day, at least a quarter of an hour each, on at least four days."""
    periods = []
    for weekday in draw(st.sets(st.integers(0, 6), min_size=4)):
        most = 2 * draw(st.integers(1, 3))
        ends = sorted(draw(st.sets(st.integers(0, MINUTES_A_DAY // 15), min_size=most, max_size=most)))
        periods += [
            OpeningHours(weekday, 15 * opens, 15 * closes) for opens, closes in zip(ends[::2], ends[1::2], strict=True)
        ]
    holidays = draw(st.sets(DAYS, max_size=3))
    return Calendar("office", draw(st.sampled_from(ZONES)), tuple(sorted(periods, key=_order)), tuple(sorted(holidays)))


def every_day(timezone: str, *periods: tuple[int, int]) -> Calendar:
    """The same hours, in minutes after midnight, on all days; the whole day where none are given."""
    hours = periods or ((0, MINUTES_A_DAY),)
    return Calendar("daily", timezone, tuple(OpeningHours(day, *ends) for day in range(7) for ends in hours))


def targets() -> st.SearchStrategy[Target]:
    """Targets of up to two days, with and without a calendar."""
    return st.builds(Target, minutes=st.integers(1, 2880), calendar=st.none() | calendars())


SPANS = st.integers(0, 5 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))


def _order(period: OpeningHours) -> tuple[int, int]:
    return period.weekday, period.opens
