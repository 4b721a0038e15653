"""The simulated months with which the forecast of a month's cost is compared."""

import pytest

from infra.bench.forecast import ASKED_ON, DAYS, VIRAL, VIRAL_DAY, error, hours


@pytest.mark.parametrize("day", ASKED_ON)
def test_of_an_even_month_the_forecast_is_right(day: int) -> None:
    assert error([7] * DAYS * 24, day) == pytest.approx(0, abs=1e-6)


def test_a_month_that_doubles_after_the_forecast_costs_a_third_more_than_it_said() -> None:
    half = DAYS * 24 // 2
    assert error([10] * half + [20] * half, DAYS // 2) == pytest.approx(20 / 30 - 1, abs=1e-6)


def test_a_month_has_so_many_mentions_quiet_nights_and_its_viral_day() -> None:
    month = hours(10_000, 1, viral=False)
    assert sum(month) == pytest.approx(10_000, rel=0.05)
    by_hour = [sum(month[hour::24]) for hour in range(24)]
    assert max(by_hour[:7]) < min(by_hour[10:20])
    viral = hours(10_000, 1, viral=True)
    days = [sum(viral[day * 24 :][:24]) for day in range(DAYS)]
    assert days[VIRAL_DAY - 1] > VIRAL / 2 * sorted(days)[-2]
