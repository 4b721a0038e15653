"""The period of a digest, by clocks that change."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given

from earshot.reports.digest.period import period_at, period_of
from tests.reports.digest.fakes import BERLIN, DAYS, HOURS, MOMENTS, ZONES


@given(DAYS, HOURS, ZONES)
def test_the_periods_of_all_days_cover_every_moment_once(day, hour, zone):
    period, following = period_of(day, hour, zone), period_of(day + timedelta(days=1), hour, zone)
    assert period.end == following.start
    assert timedelta(hours=23) <= period.end - period.start <= timedelta(hours=25)


@given(DAYS, HOURS, ZONES)
def test_a_period_ends_on_its_own_day_at_its_hour_or_the_one_after(day, hour, zone):
    ends = period_of(day, hour, zone).end.astimezone(zone)
    assert ends.date() == day
    assert ends.hour in (hour, hour + 1)


def test_an_hour_that_the_clocks_skip_is_the_next_and_of_one_that_they_repeat_the_first_counts():
    assert period_of(date(2026, 3, 29), 2, BERLIN).end == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert period_of(date(2026, 10, 25), 2, BERLIN).end == datetime(2026, 10, 25, 0, tzinfo=UTC)


@given(MOMENTS, HOURS, ZONES)
def test_the_period_at_a_moment_is_that_of_the_local_day(now, hour, zone):
    assert period_at(now, hour, zone).day == now.astimezone(zone).date()


def test_the_day_on_which_the_clocks_change_is_an_hour_shorter_or_longer():
    spring, autumn = period_of(date(2026, 3, 29), 8, BERLIN), period_of(date(2026, 10, 25), 8, BERLIN)
    assert (spring.end - spring.start, autumn.end - autumn.start) == (timedelta(hours=23), timedelta(hours=25))
    assert spring.end == datetime(2026, 3, 29, 6, tzinfo=UTC)
