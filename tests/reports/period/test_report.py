"""Gathering a report: days, cases, money and gaps."""

from datetime import date, datetime, timedelta

import pytest

from earshot.api.schemas.reports import Report
from earshot.cases.case.status import Status
from earshot.cases.incidents.incident import Incident
from earshot.cases.store.mention_counts import MentionCounts, MentionLabels
from earshot.errors import PeriodError
from earshot.mentions.source_state import Gap
from earshot.reports.health import SourceHealth
from earshot.reports.period.report import MAX_CASES, Spend, gather_report, source_report
from earshot.reports.period.text import report_text
from tests.fakes import START
from tests.reports.period.fakes import MINUTE, NOW, TODAY, a_case


class Read:
    """What a report reads, in memory."""

    def __init__(self, cases=(), counted=()):
        self.cases, self.mentions = cases, dict(counted)

    def count_mentions(self, start, end):
        return MentionCounts.of(self.mentions.get(start.date(), []))

    def opened_between(self, status, start, end):
        found = [case for case in self.cases if case.status is status and start <= case.opened_at < end]
        return iter(sorted(found, key=lambda case: case.opened_at, reverse=True))

    def spent(self, service, month):
        return {"2026-11": 2_500_000, "2026-12": 500_000}.get(month, 0) if service == "x" else 0

    def booked(self, at):
        return {11: 100_000, 12: 20_000}.get(at.month, 0)


def report(read, first=TODAY, last=TODAY):
    limits = {"x": 50.0, "sms": 20.0}
    stores = {"queries": read, "counting": read, "budgets": read, "sms_budget": read}
    return gather_report(first, last, **stores, sources=(), limits=limits, now=NOW)


def test_days_count_what_was_said_and_what_opened_on_them():
    day = START.date()
    said = MentionLabels("x", False, "praise", "low", "positive")
    cases = [a_case("1"), a_case("2", opened=24 * 60, status=Status.RESOLVED), a_case("3", opened=2 * 24 * 60)]
    told = report(Read(cases, {day: [said, said]}), day, day + timedelta(days=1))
    assert [(one.day, one.volume.customers, one.cases_opened) for one in told.days] == [
        (day, 2, 1),
        (day + timedelta(days=1), 0, 1),
    ]
    assert (told.total.by_intent["praise"], told.cases_opened, told.complete) == (2, 2, True)


def test_days_that_there_was_no_time_for_are_named_and_the_last_days_come_first():
    said, day = MentionLabels("x", False, "praise", "low", "positive"), START.date()
    days = [day + timedelta(days=number) for number in range(3)]
    read, left = Read(counted={one: [said] for one in days}), iter([False, False, True])
    told = gather_report(
        days[0],
        days[-1],
        queries=read,
        counting=read,
        sources=(),
        budgets=read,
        sms_budget=read,
        limits={},
        now=NOW,
        is_over=lambda: next(left),
    )
    assert ([one.day for one in told.days], told.uncounted) == (days[1:], (days[0],))
    assert (told.total.customers, Report.of(told).complete) == (2, False)
    assert "no time to count" in report_text(told)


def test_what_stands_for_an_incident_is_no_customers_case():
    incident = Incident("incident-outage-20261121T0900", "outage", ("outage",), START, START, 42, 0.2)
    told = report(Read([a_case("1", incident_id=incident.id), a_case("outage-20261121T0900", incident=incident)]))
    assert (told.cases_opened, told.response.waiting, told.recovery.complainers) == (1, 1, 1)


def test_a_report_reads_only_so_many_cases_and_says_so():
    cases = [a_case(str(number), opened=number % 600) for number in range(MAX_CASES)]
    assert report(Read(cases)).complete
    more = report(Read([*cases, a_case("more", status=Status.OPEN, opened=-1)]))
    assert (more.complete, more.cases_opened) == (False, MAX_CASES)


def test_a_case_that_stands_in_two_lists_counts_once():
    assert report(Read([a_case("1"), a_case("1", answered=5)])).cases_opened == 1


def test_text_messages_are_counted_from_their_own_budget():
    days = date(2026, 11, 30), date(2026, 12, 1)
    assert report(Read(), *days).spend["sms"] == Spend(0.12, 40.0)


@pytest.mark.parametrize(
    ("first", "last", "spent", "limit"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), 2.5, 50.0),
        (date(2026, 11, 30), date(2026, 12, 1), 3.0, 100.0),
        (date(2026, 10, 31), date(2026, 11, 1), 2.5, 100.0),
    ],
)
def test_money_is_that_of_whole_months(first, last, spent, limit):
    assert report(Read(), first, last).spend["x"] == Spend(spent, limit)


def test_the_last_day_of_all_is_a_day_too_and_too_long_a_period_is_none():
    assert report(Read(), date.max, date.max).cases_opened == 0
    with pytest.raises(PeriodError):
        report(Read(), date(2026, 1, 1), date(2026, 2, 1))


@pytest.mark.parametrize(
    ("start", "end", "touches"),
    [(-10, 0, False), (-10, 1, True), (None, 1, True), (None, 0, False), (59, 99, True), (60, 99, False)],
)
def test_a_gap_is_told_where_it_touches_the_period(start, end, touches):
    def at(minute) -> datetime:
        return START + minute * MINUTE

    gap = Gap(None if start is None else at(start), at(end), "X was down")
    told = source_report(SourceHealth("x#own#a", "ok", "", False, gap=gap), START, at(60))
    assert told.gaps == ((gap,) if touches else ())
