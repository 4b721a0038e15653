"""A sample of the fault matrix, and proof that its checks see what they are for."""

import copy
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context

import pytest

from infra.faults.injector import Call, FaultKind
from infra.faults.matrix import (
    OUTAGE,
    Trial,
    Verdict,
    all_trials,
    outages,
    points,
    sampled,
    try_all,
    without_fault,
)
from infra.faults.promises import LATE, violations
from infra.faults.scenario import POSTS, case_of
from infra.faults.state_faults import StateFault, StateFaultKind
from infra.faults.world import Outcome

pytestmark = [pytest.mark.engine, pytest.mark.slow]
SEED = 20261129
# One call of each; `make faults` tries them all.
KINDS = (FaultKind.ANSWER_LOST, FaultKind.DIES_AFTER)


@pytest.fixture(scope="module")
def usual() -> Iterator[Outcome]:
    """The scenario without a fault, played in a process of its own, which hosts the embedded cloud."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool.submit(without_fault, print).result()


def broken(usual: Outcome, changed: Outcome, outage: timedelta = timedelta(0)) -> list[str]:
    return list(violations(usual, changed, outage))


def test_the_scenario_walks_through_every_function_and_tells_of_whoever_is_urgent(usual: Outcome) -> None:
    functions = {call.function for call in usual.calls}
    assert functions >= {"fetch", "classify", "notify", "deliver", "receipts", "escalate", "digest", "api"}
    assert len(usual.mentions) == len(POSTS) == 25
    assert {case for message in usual.messages for case in message.cases} >= {case_of("1"), case_of("5"), case_of("16")}
    assert usual.delivered
    assert broken(usual, usual) == []


def test_a_sample_of_the_faults_breaks_no_promise(usual: Outcome) -> None:
    trials = all_trials(usual)
    chosen: list[Trial] = []
    for kind in KINDS:
        single = [one for one in trials if one.fault is not None and one.fault.kind is kind and not one.outage]
        chosen += sampled(single, 1, SEED)
    # Ten minutes in which SNS sends and its answers are lost: once each of them cost a message a minute.
    chosen += [
        next(
            one
            for one in outages(usual)
            if one.fault is not None
            and (one.fault.service, one.fault.operation, one.fault.kind) == ("sns", "Publish", FaultKind.ANSWER_LOST)
        )
    ]
    chosen += sampled([one for one in trials if one.x_fault is not None], 1, SEED)
    # The clock is set back while ladders run.
    chosen += [one for one in trials if one.state == StateFault(StateFaultKind.CLOCK_BACK, 17)]
    verdicts: list[Verdict] = list(try_all(chosen, usual, processes=1))
    assert {str(one.trial): one.broken for one in verdicts if one.broken} == {}
    # Each fault was met: a call that is not made any more cannot fail.
    assert [str(one.trial) for one in verdicts if one.trial.fault is not None and one.hit is None] == []


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
    later = [replace(one, at=one.at + LATE + timedelta(minutes=1)) for one in usual.messages]
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
