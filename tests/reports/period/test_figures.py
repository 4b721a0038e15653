"""The figures of a report: each rule at its edges, over cases made by hand."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.case.assessment import Assessment
from earshot.cases.case.case import Case
from earshot.cases.case.headline import Headline
from earshot.cases.case.key import ConversationKey
from earshot.cases.case.recovery import Recovery, RecoveryOutcome, RecoveryStatus
from earshot.cases.case.response import ResponseClock, Target, target_of
from earshot.cases.case.status import Outcome, Status
from earshot.cases.incidents.incident import Incident
from earshot.cases.policy.business_hours import Calendar, OpeningHours
from earshot.cases.store.queries import MentionCount
from earshot.mentions.mention import Author
from earshot.mentions.source_state import Gap
from earshot.reports.counts import PeriodError
from earshot.reports.health import SourceHealth
from earshot.reports.period.figures import people_of, percentile, response_of, topics_of, turned_round_of
from earshot.reports.period.report import MOST_CASES, Spend, gather, source_report
from earshot.reports.spreadsheet import as_csv
from earshot.triage.judgement import Intent, Reason, Severity
from tests.fakes import START, changed

MINUTE = timedelta(minutes=1)
NOW = START + timedelta(days=30)
TODAY = START.date()
# START is a Saturday: two days later at nine nobody has been at work for an hour.
WEEKDAYS = Calendar("office", "UTC", tuple(OpeningHours(weekday, 9 * 60, 17 * 60) for weekday in range(5)))


def a_case(id="1", *, opened=0, answered=None, author="7", **changes) -> Case:
    """A complaint with a target of an hour; times are minutes after START."""
    first_response = None if answered is None else START + answered * MINUTE
    opened_at = START + opened * MINUTE
    case = Case(
        key=ConversationKey("x", id),
        brand="NimbusAir",
        author=Author(author),
        response=ResponseClock(opened_at, id, opened_at, Target(60), first_response_at=first_response),
        assessment=Assessment(Intent.COMPLAINT, 50, Severity.NORMAL, reasons=()),
        headline=Headline(id, START, "", link=None, language="en"),
        status=Status.OPEN if answered is None else Status.REPLIED,
        recovery=Recovery(complained_at=opened_at, answered_at=first_response),
    )
    return changed(case, **changes)


# ------------------------------------------------------------------------------------------------------- percentiles


@pytest.mark.parametrize(
    ("values", "percent", "value"),
    [
        ([], 50, None),
        ([7], 50, 7),
        ([7], 90, 7),
        ([1, 2], 50, 1),
        ([3, 1, 2], 50, 2),
        (range(1, 11), 90, 9),
        (range(1, 12), 90, 10),
        (range(1, 101), 90, 90),
        ([5, 5, 5, 9], 75, 5),
        ([5, 5, 5, 9], 76, 9),
        (range(1, 11), 100, 10),
    ],
)
def test_a_percentile_is_the_value_of_nearest_rank(values, percent, value):
    assert percentile(values, percent) == value


@given(st.lists(st.integers(0, 10**6), min_size=1), st.integers(1, 100))
def test_at_least_so_many_percent_do_not_exceed_a_percentile_and_fewer_are_below_it(values, percent):
    value = percentile(values, percent)
    assert value in values
    assert 100 * sum(one <= value for one in values) >= percent * len(values)
    assert 100 * sum(one < value for one in values) < percent * len(values)


# ---------------------------------------------------------------------------------------------------------- response


def test_first_answers_are_held_against_each_cases_own_target():
    cases = [
        a_case("1", answered=10),
        a_case("2", answered=59),
        a_case("3", answered=60),
        a_case("4", answered=100, response__target=Target(101)),
        a_case("5", answered=100, response__target=target_of(Intent.COMPLAINT, Severity.NORMAL)),
        a_case("6", answered=2 * 24 * 60, response__target=Target(60, WEEKDAYS)),
    ]
    figures = response_of(cases, NOW)
    assert (figures.answered, figures.within_target, figures.share_within_target) == (6, 4, 0.6667)
    assert (figures.median_seconds, figures.p90_seconds) == (60 * 60, 2 * 24 * 60 * 60)


@pytest.mark.parametrize(("minutes", "overdue", "share"), [(59, 0, 1.0), (60, 1, 0.5)])
def test_who_waits_too_long_counts_as_missed_before_anybody_answers(minutes, overdue, share):
    figures = response_of([a_case("1", answered=5), a_case("2")], START + minutes * MINUTE)
    assert (figures.waiting, figures.overdue, figures.share_within_target) == (1, overdue, share)


def test_a_case_that_was_resolved_without_an_answer_neither_waits_nor_was_answered():
    figures = response_of([a_case(status=Status.RESOLVED, resolution__by="mia")], NOW)
    assert (figures.answered, figures.waiting, figures.share_within_target) == (0, 0, None)
    assert (figures.median_seconds, figures.p90_seconds) == (None, None)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 300) | st.none()), max_size=8), st.integers(0, 600))
def test_response_adds_up(drawn, minutes):
    cases = [
        a_case(str(number), opened=opened, answered=None if waits is None else opened + waits)
        for number, (opened, waits) in enumerate(drawn)
    ]
    figures = response_of(cases, START + minutes * MINUTE)
    assert figures.answered + figures.waiting == len(cases)
    assert 0 <= figures.within_target <= figures.answered
    assert 0 <= figures.overdue <= figures.waiting
    assert (figures.share_within_target is None) == (figures.answered + figures.overdue == 0)
    assert figures.share_within_target is None or 0 <= figures.share_within_target <= 1


# -------------------------------------------------------------------------------------------------- topics and people


def test_topics_the_one_with_most_cases_first():
    money = (Reason("intent.complaint", 30, ""), Reason("stake.money", 20, ""))
    recovered = RecoveryOutcome(RecoveryStatus.RECOVERED, START, "9")
    cases = [
        a_case("1", assessment__reasons=money, answered=5, recovery__outcome=recovered),
        a_case("2", assessment__reasons=money, answered=90),
        a_case("3", assessment__reasons=money),
        a_case("4", recovery__outcome=replace(recovered, status=RecoveryStatus.RELAPSED)),
        a_case(
            "5",
            assessment__reasons=(Reason("stake.outage", 9, ""),),
            recovery__outcome=recovered,
            resolution__outcome=Outcome.NOT_A_COMPLAINT,
        ),
    ]
    told = [(one.topic, one.cases, one.answered, one.within_target, one.turned_round) for one in topics_of(cases)]
    assert told == [("money", 3, 2, 1, 1), ("other", 1, 0, 0, 0), ("outage", 1, 0, 0, 0)]
    assert [one.median_seconds for one in topics_of(cases)] == [300, None, None]


def test_people_by_what_the_cases_say_of_them():
    def held(id, by, at, **changes):
        return a_case(id, acknowledgement__by=by, acknowledgement__at=START + at * MINUTE, **changes)

    cases = [
        held("1", "mia", 4, resolution__by="leo"),
        held("2", "mia", 10),
        held("3", "mia", 130, answered=5, response__last_asked_at=START + 100 * MINUTE),
        held("4", "ann", 30, answered=60, response__last_asked_at=START),
        a_case("5", resolution__by="leo"),
        a_case("6"),
    ]
    told = [(one.person, one.acknowledged, one.resolved) for one in people_of(cases)]
    assert told == [("mia", 3, 0), ("leo", 0, 2), ("ann", 1, 0)]
    assert [one.median_seconds_to_acknowledge for one in people_of(cases)] == [600, None, 1800]


# ------------------------------------------------------------------------------------------------------ turned round


def test_each_complainer_counts_once_and_by_the_last_that_is_known_of_them():
    def came_back(turn, at):
        return RecoveryOutcome(turn, START + at * MINUTE, "9")

    cases = [
        a_case("1", answered=5, author="ann", recovery__outcome=came_back(RecoveryStatus.RECOVERED, 9)),
        a_case("2", answered=5, author="ann", recovery__outcome=came_back(RecoveryStatus.RELAPSED, 8)),
        a_case("3", answered=5, author="bob", recovery__outcome=came_back(RecoveryStatus.RELAPSED, 9)),
        a_case("4", answered=5, author="cat"),
        a_case("5", author="dan"),
        a_case("6", author="eve", recovery__settled_at=START + 5 * MINUTE, status=Status.RESOLVED),
        a_case("7", answered=5, author="fay", assessment__intent=Intent.PRAISE),
        a_case("8", answered=5, author="gus", resolution__outcome=Outcome.NOT_A_COMPLAINT),
    ]
    figures = turned_round_of(cases, NOW)
    assert (figures.complainers, figures.answered) == (5, 4)
    assert (figures.came_back_pleased, figures.relapsed, figures.silent, figures.share) == (1, 1, 2, 0.2)
    assert turned_round_of(cases, START + timedelta(days=13)).silent == 0
    assert turned_round_of([], NOW).share is None


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.none() | st.integers(0, 99), st.none() | st.sampled_from(RecoveryStatus)),
        max_size=9,
    )
)
def test_nobody_is_in_two_of_the_three(drawn):
    cases = [
        a_case(str(number), answered=answered, author=who, recovery__outcome=turn and RecoveryOutcome(turn, START, "9"))
        for number, (who, answered, turn) in enumerate(drawn)
    ]
    figures = turned_round_of(cases, NOW)
    assert figures.came_back_pleased + figures.relapsed + figures.silent <= figures.complainers
    assert figures.complainers == len({who for who, *_ in drawn})


# --------------------------------------------------------------------------------------------------------- gathering


class Read:
    """What a report reads, in memory."""

    def __init__(self, cases=(), counted=()):
        self.cases, self.mentions = cases, dict(counted)

    def counted(self, day):
        return iter(self.mentions.get(day, []))

    def opened_between(self, status, start, end):
        found = [case for case in self.cases if case.status is status and start <= case.opened_at < end]
        return iter(sorted(found, key=lambda case: case.opened_at, reverse=True))

    def spent(self, service, month):
        return {"2026-11": 2_500_000, "2026-12": 500_000}.get(month, 0) if service == "x" else 0

    def booked(self, at):
        return {11: 100_000, 12: 20_000}.get(at.month, 0)


def report(read, first=TODAY, last=TODAY):
    limits = {"x": 50.0, "sms": 20.0}
    return gather(first, last, queries=read, sources=(), budgets=read, texts=read, limits=limits, now=NOW)


def test_days_count_what_was_said_and_what_opened_on_them():
    day = START.date()
    said = MentionCount("x", False, "praise", "low", "positive")
    cases = [a_case("1"), a_case("2", opened=24 * 60, status=Status.RESOLVED), a_case("3", opened=2 * 24 * 60)]
    told = report(Read(cases, {day: [said, said]}), day, day + timedelta(days=1))
    assert [(one.day, one.tally.customers, one.cases_opened) for one in told.days] == [
        (day, 2, 1),
        (day + timedelta(days=1), 0, 1),
    ]
    assert (told.total.by_intent["praise"], told.cases_opened, told.complete) == (2, 2, True)


def test_what_stands_for_an_incident_is_no_customers_case():
    incident = Incident("incident-outage-20261121T0900", "outage", ("outage",), START, START, 42, 0.2)
    told = report(Read([a_case("1", incident_id=incident.id), a_case("outage-20261121T0900", incident=incident)]))
    assert (told.cases_opened, told.response.waiting, told.turned_round.complainers) == (1, 1, 1)


def test_a_report_reads_only_so_many_cases_and_says_so():
    cases = [a_case(str(number), opened=number % 600) for number in range(MOST_CASES)]
    assert report(Read(cases)).complete
    more = report(Read([*cases, a_case("more", status=Status.OPEN, opened=-1)]))
    assert (more.complete, more.cases_opened) == (False, MOST_CASES)


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


# -------------------------------------------------------------------------------------------------------- spreadsheets

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(st.lists(st.lists(CELLS | st.integers() | st.none(), min_size=2, max_size=4), min_size=1, max_size=4))
def test_no_cell_is_a_formula_and_every_text_comes_back(rows):
    read = list(csv.reader(io.StringIO(as_csv(rows), newline="")))
    for row, cells in zip(rows, read, strict=True):
        for value, cell in zip(row, cells, strict=True):
            if isinstance(value, str):
                assert cell in (value, f"'{value}")
                assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))
            else:
                assert cell == ("" if value is None else str(value))


def test_what_a_spreadsheet_would_run_is_text():
    assert as_csv([["=HYPERLINK(1)", "a=b", -1, "@mia"]]) == "'=HYPERLINK(1),a=b,-1,'@mia\r\n"
