"""A sample of the fault matrix, and proof that its checks see what they are for."""

import copy
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context

import pytest

from earshot.triage.judgement import HIGH
from infra.faults.branches import Verdict, strikes_in, usual_and_verdicts
from infra.faults.injector import Call, FaultKind
from infra.faults.matrix import OUTAGE, all_trials, points, sampled
from infra.faults.play import Outcome, Trial
from infra.faults.promises import LATE, LATE_IN_FEED, violations
from infra.faults.scenario.feeds import ITEMS
from infra.faults.scenario.posts import MINUTES, POSTS, case_of
from infra.faults.scenario.staff import PRESSES
from infra.faults.state_faults import StateFault, StateFaultKind

pytestmark = [pytest.mark.engine, pytest.mark.slow]
SEED = 20261129
NOT_DONE = (FaultKind.REFUSED, FaultKind.THROTTLED, FaultKind.DENIED)
# By this minute there are cases, ladders and people at work, and most of the scenario need not be played again.
LATE_MINUTE = 35


def chosen(usual: Outcome) -> Sequence[Trial]:
    """A sample: `make faults` tries them all."""
    trials = all_trials(usual)
    single = [one for one in trials if one.fault is not None and one.fault.at is not None]
    first_late = usual.calls_before[LATE_MINUTE]
    picked: list[Trial] = []
    # Those of NOT_DONE are below.
    for number, kind in enumerate(kind for kind in FaultKind if kind not in NOT_DONE):
        # A call of the notifier's, and one of another function, in turn.
        calls = {
            at
            for at, call in enumerate(usual.calls)
            if at >= first_late and (call.function == "notify") is (number % 2 == 0)
        }
        of_kind = [one for one in single if one.fault and one.fault.kind is kind and one.fault.at in calls]
        assert of_kind, f"{kind} is never tried"
        picked += sampled(of_kind, 1, SEED)
    # Ten minutes in which SNS sends and its answers are lost: once each of them cost a message a minute.
    picked.append(
        next(
            one
            for one in reversed(trials)
            if one.fault is not None
            and (one.fault.service, one.fault.operation, one.fault.kind) == ("sns", "Publish", FaultKind.ANSWER_LOST)
        )
    )
    asked = usual.x_calls_before[LATE_MINUTE]
    picked += sampled([one for one in trials if one.x_fault is not None and one.x_fault[0] >= asked], 1, SEED)
    # The clock is set back while ladders run.
    picked += [one for one in trials if one.state == StateFault(StateFaultKind.CLOCK_BACK, 40)]
    # One call in three ways of not being done.
    (late,) = sampled([one for one in single if strikes_in(one, usual) == 20], 1, SEED)
    assert late.fault is not None
    return [
        *picked,
        *(one for one in single if one.fault and one.fault.at == late.fault.at and one.fault.kind in NOT_DONE),
    ]


@pytest.fixture(scope="module")
def done() -> Iterator[tuple[Outcome, list[Verdict]]]:
    """The scenario without a fault, and the sample, in a process of their own, which hosts the embedded cloud."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool.submit(usual_and_verdicts, chosen).result()


@pytest.fixture(scope="module")
def usual(done: tuple[Outcome, list[Verdict]]) -> Outcome:
    return done[0]


def broken(usual: Outcome, changed: Outcome, outage: timedelta = timedelta(0)) -> list[str]:
    return list(violations(usual, changed, outage))


def test_the_scenario_walks_through_every_function_and_tells_of_whoever_is_urgent(usual: Outcome) -> None:
    functions = {call.function for call in usual.calls}
    assert functions >= {"fetch", "feedfetch", "classify", "notify", "deliver", "receipts", "escalate", "watch"}
    assert functions >= {"digest", "api"}
    assert len(usual.mentions) == len(POSTS) + ITEMS == 29
    assert {status for _, status in usual.pressed.values()} == {200, 201}
    assert usual.pressed.keys() == set(PRESSES)
    noticed = sorted((one.to, one.channel, one.reason) for one in usual.messages if one.is_notice)
    assert noticed == [
        ("+12025550121", "sms", "assigned to you"),
        ("+12025550121", "sms", "taken over from you"),
        ("+12025550122", "sms", "assigned to you"),
        ("+12025550122", "sms", "assigned to you"),
        ("mia@example.com", "email", "mentioned in a note"),
    ]
    assert {case for message in usual.messages for case in message.cases} >= {case_of("1"), case_of("5"), case_of("16")}
    assert usual.delivered
    assert broken(usual, usual) == []


def test_no_case_is_so_near_the_line_that_a_voice_which_is_out_decides_whether_it_alerts(usual: Outcome) -> None:
    urgency = {case.id: case.assessment.urgency for case in usual.cases.values()}
    assert [case for case, points in urgency.items() if abs(points - HIGH) < 8] == []


def test_a_sample_of_the_faults_breaks_no_promise(done: tuple[Outcome, list[Verdict]]) -> None:
    usual, verdicts = done
    assert {str(one.trial): one.broken for one in verdicts if one.broken} == {}
    assert len(verdicts) == len(chosen(usual))
    # Each fault was met: a call that is not made any more cannot fail.
    assert [str(one.trial) for one in verdicts if one.trial.fault is not None and one.hit is None] == []


def test_runs_that_go_on_alike_are_played_once(done: tuple[Outcome, list[Verdict]]) -> None:
    usual, verdicts = done
    alike = [one for one in verdicts[-60:] if strikes_in(one.trial, usual) == 20 and one.trial.kind in NOT_DONE]
    assert len(alike) >= len(NOT_DONE)
    # The first of them may be played to its end; the others go on as it did.
    assert sorted(one.minutes for one in alike)[-2] < MINUTES - 20


def test_what_was_lost_is_seen(usual: Outcome) -> None:
    case = case_of("1")
    assert broken(usual, replace(usual, mentions=usual.mentions - {"x#1"})) == ["lost: post x#1 is not stored"]
    assert f"lost: case {case} is missing" in broken(usual, replace(usual, cases=_without(usual.cases, case)))
    silent = [one for one in usual.messages if case_of("11") not in one.cases]
    assert broken(usual, replace(usual, messages=silent)) == [f"lost: nobody was alerted of {case_of('11')}"]
    no_digest = [one for one in usual.messages if one.reason != "digest"]
    assert set(broken(usual, replace(usual, messages=no_digest))) == {"lost: digest#2026-11-24 was not sent"}
    assert broken(usual, replace(usual, dead_letters=["mention: {}"])) == ["lost: given up: mention: {}"]
    unanswered = broken(usual, replace(usual, pressed={}))
    assert all("was never answered" in line for line in unanswered)
    assert len(unanswered) == len(usual.pressed)


def test_what_came_late_is_seen_and_an_outage_may_last(usual: Outcome) -> None:
    later = [replace(one, at=one.at + LATE + LATE_IN_FEED + timedelta(minutes=1)) for one in usual.messages]
    assert {line.partition(":")[0] for line in broken(usual, replace(usual, messages=later))} == {"late"}
    assert broken(usual, replace(usual, messages=later), OUTAGE) == []


def test_what_was_invented_or_multiplied_is_seen(usual: Outcome) -> None:
    praised = replace(usual.messages[0], cases=(case_of("2"),))
    invented = broken(usual, replace(usual, messages=[*usual.messages, praised]))
    assert invented == [f"invented: {case_of('2')} was told, and is not over the line"]
    twice = [*usual.messages, usual.messages[0]]
    assert broken(usual, replace(usual, messages=twice)) == []
    thrice = broken(usual, replace(usual, messages=[*twice, usual.messages[0]]))
    assert [line.partition(":")[0] for line in thrice] == ["multiplied"]
    hooks = {name: count + 2 for name, count in usual.delivered.items()}
    assert {line.partition(":")[0] for line in broken(usual, replace(usual, delivered=hooks))} == {"multiplied"}


def test_a_notice_that_was_lost_or_multiplied_is_seen_whatever_its_channel(usual: Outcome) -> None:
    notice = next(one for one in usual.messages if one.is_notice and one.reason == "taken over from you")
    others = [one for one in usual.messages if one is not notice]
    lost = broken(usual, replace(usual, messages=others))
    assert lost == [f"lost: mia was not told: taken over from you, {notice.cases[0]}"]
    by_email = replace(notice, to="mia@example.com", channel="email")
    assert broken(usual, replace(usual, messages=[*others, by_email])) == []
    thrice = broken(usual, replace(usual, messages=[*others, notice, notice, by_email]))
    assert thrice == [f"multiplied: mia was told 3 times: taken over from you, {notice.cases[0]}"]


def test_a_post_that_nobody_wrote_is_seen(usual: Outcome) -> None:
    more = replace(usual, mentions=usual.mentions | {"feed#twice"})
    assert broken(usual, more) == ["invented: post feed#twice is stored"]


def test_what_is_untrue_is_seen(usual: Outcome) -> None:
    refused = {press: (minute, 409) for press, (minute, _) in usual.pressed.items()}
    assert all(line.startswith("untrue") for line in broken(usual, replace(usual, pressed=refused)))
    changed = copy.copy(usual.cases)
    case = changed[case_of("1")]
    response = replace(case.response, first_response_at=None)
    changed[case.id] = replace(case, response=response, status=type(case.status).OPEN)
    assert broken(usual, replace(usual, cases=changed)) == [f"untrue: {case.id} waits although the brand has answered"]


def test_calls_that_differ_in_nothing_are_failed_once_at_each_end() -> None:
    calls = [Call(function, "dynamodb", name) for function in "ababab" for name in ("GetItem", "PutItem")]
    assert points(calls) == [0, 1, 2, 3, 8, 9, 10, 11]
    assert points(calls, every=True) == list(range(12))


def _without(cases: dict, case_id: str) -> dict:
    return {name: case for name, case in cases.items() if name != case_id}
