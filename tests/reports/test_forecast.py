"""The forecast of the month: what goes on, and not what is paid once."""

from datetime import timedelta

from earshot.mentions.ledger.coverage import SourceCoverage
from earshot.mentions.ledger.hour import Entry
from earshot.reports.health import Spending
from earshot.reports.listening.forecast import forecast
from tests.fakes import START

DAY = timedelta(days=1)


def of(entry: Entry, known: timedelta = 7 * DAY) -> SourceCoverage:
    return SourceCoverage("x#mentions#NimbusAir", START - 7 * DAY, START, entry, (), START - known)


def test_on_its_first_day_a_source_is_not_expected_to_read_its_past_every_hour() -> None:
    first = of(Entry(runs=60, delivered=301, history=300, cost=301 * 5_000), timedelta(hours=1))
    found = forecast([first], [Spending("x", "2026-11", 1.505, 50.0)], 1, START)
    (x,) = found.services
    assert (x.spent, x.a_day) == (1_505_000, 24 * 5_000)


def test_what_a_backfill_cost_is_not_paid_every_week() -> None:
    usual, fetched = Entry(delivered=70, cost=350_000), Entry(delivered=4_000, history=4_000, cost=20_000_000)
    found = forecast([of(usual.plus(fetched))], [Spending("x", "2026-11", 20.35, 50.0)], 0, START)
    assert abs(found.services[0].a_day - 50_000) <= 1
    # What was read and was known is paid again.
    again = forecast([of(Entry(read=70, cost=350_000))], [Spending("x", "2026-11", 0.35, 50.0)], 0, START)
    assert again.services[0].a_day == 50_000
    nothing_else = forecast([of(fetched)], [Spending("x", "2026-11", 20.0, 50.0)], 0, START)
    assert (nothing_else.services[0].a_day, nothing_else.causes) == (0, ())


def test_what_the_sweep_looks_up_is_expected_to_go_on() -> None:
    x = Spending("x", "2026-11", 4.35, 50.0)
    found = forecast([of(Entry(read=70, cost=350_000, looked_up=70_000))], [x], 0, START, 4_000_000)
    a_day = 4_000_000 / ((START - START.replace(day=1, hour=0)) / DAY)
    assert {one.cause: one.a_day for one in found.causes} == {"mentions": 40_000, "look-ups": round(10_000 + a_day)}
    assert found.services[0].a_day == round(50_000 + a_day)
    # Where no ledger is known all goes on as the month has been.
    assert forecast([], [x], 0, START, 4_000_000).causes == ()
