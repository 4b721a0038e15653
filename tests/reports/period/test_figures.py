"""The figures of a report: each rule at its edges, over cases made by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.case.key import CaseKey
from earshot.cases.case.recovery import RecoveryOutcome, RecoveryStatus
from earshot.cases.case.response import Target, target_of
from earshot.cases.case.status import Outcome, Status
from earshot.reports.period.figures import (
    figures_by_brand,
    figures_by_network,
    figures_by_person,
    figures_by_speed,
    figures_by_topic,
    opened_by_hour,
    percentile,
    recovery_figures,
    response_times,
)
from earshot.triage.judgement import Intent, Reason, Severity
from tests.fakes import START
from tests.reports.period.fakes import MINUTE, NOW, WEEKDAYS, a_case

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
    figures = response_times(cases, NOW)
    assert (figures.answered, figures.within_target, figures.share_within_target) == (6, 4, 0.6667)
    assert (figures.median_seconds, figures.p90_seconds) == (60 * 60, 2 * 24 * 60 * 60)


@pytest.mark.parametrize(("minutes", "overdue", "share"), [(59, 0, 1.0), (60, 1, 0.5)])
def test_who_waits_too_long_counts_as_missed_before_anybody_answers(minutes, overdue, share):
    figures = response_times([a_case("1", answered=5), a_case("2")], START + minutes * MINUTE)
    assert (figures.waiting, figures.overdue, figures.share_within_target) == (1, overdue, share)


def test_a_case_that_was_resolved_without_an_answer_neither_waits_nor_was_answered():
    figures = response_times([a_case(status=Status.RESOLVED, resolution__by="mia")], NOW)
    assert (figures.answered, figures.waiting, figures.share_within_target) == (0, 0, None)
    assert (figures.median_seconds, figures.p90_seconds) == (None, None)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 300) | st.none()), max_size=8), st.integers(0, 600))
def test_response_adds_up(drawn, minutes):
    cases = [
        a_case(str(number), opened=opened, answered=None if waits is None else opened + waits)
        for number, (opened, waits) in enumerate(drawn)
    ]
    figures = response_times(cases, START + minutes * MINUTE)
    assert figures.answered + figures.waiting == len(cases)
    assert 0 <= figures.within_target <= figures.answered
    assert 0 <= figures.overdue <= figures.waiting
    assert (figures.share_within_target is None) == (figures.answered + figures.overdue == 0)
    assert figures.share_within_target is None or 0 <= figures.share_within_target <= 1


# ---------------------------------------------------------------------------- topics, brands, networks, hours, people


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
    told = [(one.name, one.cases, one.answered, one.within_target, one.recovered) for one in figures_by_topic(cases)]
    assert told == [("money", 3, 2, 1, 1), ("other", 1, 0, 0, 0), ("outage", 1, 0, 0, 0)]
    assert [one.median_seconds for one in figures_by_topic(cases)] == [300, None, None]


def test_brands_and_networks_the_one_with_most_cases_first():
    other = CaseKey("bluesky", "9", "7-zephyr")
    cases = [a_case("1", answered=5), a_case("2"), a_case("3", key=other, brand="Zephyr")]
    assert [(one.name, one.cases, one.answered) for one in figures_by_brand(cases)] == [
        ("NimbusAir", 2, 1),
        ("Zephyr", 1, 0),
    ]
    assert [(one.name, one.cases) for one in figures_by_network(cases)] == [("x", 2), ("bluesky", 1)]


def test_each_hour_of_the_week_has_what_opened_in_it():
    # START is Saturday the 21st, at nine in UTC.
    cases = [a_case("1"), a_case("2", opened=59), a_case("3", opened=60), a_case("4", opened=2 * 24 * 60)]
    hours = opened_by_hour(cases)
    assert [len(day) for day in hours] == [24] * 7
    assert {(day, hour): count for day, row in enumerate(hours) for hour, count in enumerate(row) if count} == {
        (5, START.hour): 2,
        (5, START.hour + 1): 1,
        (0, START.hour): 1,
    }


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
    told = [(one.person, one.acknowledged, one.resolved) for one in figures_by_person(cases)]
    assert told == [("mia", 3, 0), ("leo", 0, 2), ("ann", 1, 0)]
    assert [one.median_seconds_to_acknowledge for one in figures_by_person(cases)] == [600, None, 1800]


# -------------------------------------------------------------------------------------------------------- recovery


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
    figures = recovery_figures(cases, NOW)
    assert (figures.complainers, figures.answered) == (5, 4)
    assert (figures.came_back_pleased, figures.relapsed, figures.silent, figures.share) == (1, 1, 2, 0.2)
    assert recovery_figures(cases, START + timedelta(days=13)).silent == 0
    assert recovery_figures([], NOW).share is None


@pytest.mark.parametrize(
    ("minutes", "speed"),
    [
        (1, "within_15_minutes"),
        (15, "within_15_minutes"),
        (16, "within_1_hour"),
        (240, "within_4_hours"),
        (24 * 60, "within_1_day"),
        (24 * 60 + 1, "later"),
        (None, "not_answered"),
    ],
)
def test_a_complaint_belongs_to_the_first_limit_that_its_answer_kept(minutes, speed):
    counted = {one.speed: one.complaints for one in figures_by_speed([a_case(answered=minutes)])}
    assert counted.pop(speed) == 1
    assert set(counted.values()) == {0}


def test_of_those_who_were_answered_as_fast_it_is_told_how_many_came_back():
    def came_back(status):
        return RecoveryOutcome(status, START, "9")

    cases = [
        a_case("1", answered=5, recovery__outcome=came_back(RecoveryStatus.RECOVERED)),
        a_case("2", answered=9, recovery__outcome=came_back(RecoveryStatus.RELAPSED)),
        a_case("3", answered=9),
        a_case("4", answered=9, assessment__intent=Intent.PRAISE),
        a_case("5", answered=9, resolution__outcome=Outcome.NOT_A_COMPLAINT),
        a_case("6"),
    ]
    told = [
        (one.speed, one.complaints, one.came_back_pleased, one.relapsed, one.share) for one in figures_by_speed(cases)
    ]
    assert told[0] == ("within_15_minutes", 3, 1, 1, 0.3333)
    assert told[1] == ("within_1_hour", 0, 0, 0, None)
    assert told[-1] == ("not_answered", 1, 0, 0, 0.0)


def test_the_time_until_they_came_back_begins_with_their_first_complaint():
    pleased = RecoveryOutcome(RecoveryStatus.RECOVERED, START + 50 * MINUTE, "9")
    cases = [
        a_case("1", answered=5, author="ann"),
        a_case("2", opened=20, answered=25, author="ann", recovery__outcome=pleased),
        a_case("3", answered=5, author="bob"),
    ]
    assert recovery_figures(cases, NOW).median_seconds_to_pleased == 50 * 60
    assert recovery_figures(cases[2:], NOW).median_seconds_to_pleased is None


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
    figures = recovery_figures(cases, NOW)
    assert figures.came_back_pleased + figures.relapsed + figures.silent <= figures.complainers
    assert figures.complainers == len({who for who, *_ in drawn})
