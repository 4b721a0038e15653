"""Proposals from evidence that is made here: never without cause, never far, never worse than the rules alone."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.triage.learned.adjustment import MAX_LOG_ODDS, Adjustment, Weights
from infra.evaluation.learning.proposal import limited, propose
from infra.evaluation.learning.regression import (
    BASE_PENALTY,
    MOST_OF_ONE,
    RULE_PENALTY,
    Observation,
    fit,
    shares,
)
from infra.evaluation.learning.text import adjustment_text_for_people

RULES = ("cue.joke", "cue.waiting", "start.addressed", "cue.thanks")
OBSERVATIONS = st.lists(
    st.builds(
        Observation,
        st.floats(-8, 8),
        st.booleans(),
        st.frozensets(st.sampled_from(RULES)),
        st.sampled_from(["mia", "leo", "ana", "kim"]),
    ),
    max_size=80,
)


def said(count: int, *, yes: int, offset: float, rule: str = "", people: int = 6, seed: int = 1) -> list[Observation]:
    """So many cases, of which staff said yes to ``yes``, in a mixed order."""
    labels = [number < yes for number in range(count)]
    random.Random(seed).shuffle(labels)
    rules = frozenset({rule} if rule else ())
    return [Observation(offset, label, rules, f"p{n % people}") for n, label in enumerate(labels)]


def mixed(*groups: list[Observation]) -> list[Observation]:
    found = [one for group in groups for one in group]
    random.Random(2).shuffle(found)
    return found


def test_no_evidence_proposes_nothing_and_says_how_much_is_needed() -> None:
    proposal = propose([])
    assert proposal.weights.is_empty
    assert proposal.why_not == (
        "not enough evidence: staff agreed in 0 cases and corrected 0, and 10 of each are needed"
    )
    assert propose(said(50, yes=50, offset=1)).weights.is_empty


@settings(deadline=None)
@given(OBSERVATIONS)
def test_a_proposal_never_explains_the_evidence_worse_and_no_post_by_more_than_the_limit(
    observations: list[Observation],
) -> None:
    weights = propose(observations).weights
    share = shares([one.by for one in observations])

    def loss(changed: Weights) -> float:
        return sum(share[one.by] * one.loss(limited(changed, one.rules, MAX_LOG_ODDS)) for one in observations)

    assert loss(weights) <= loss(Weights()) + 1e-9
    for one in observations:
        assert one.loss(limited(weights, one.rules, MAX_LOG_ODDS)) <= one.loss() + MAX_LOG_ODDS


@given(st.floats(0, 4), st.integers(5, 40))
def test_corrections_that_contradict_each_other_give_nothing(offset: float, count: int) -> None:
    """As many false alarms as misses, equally sure."""
    alarms = [Observation(offset, label, by=f"p{n % 5}") for n in range(count) for label in (True, False)]
    misses = [Observation(-offset, label, by=f"p{n % 5}") for n in range(count) for label in (True, False)]
    assert abs(fit([*alarms, *misses], ()).base) < 1e-6
    assert propose(mixed(alarms, misses)).weights.is_empty


@given(st.integers(1, 400), st.floats(-3, 3), st.booleans(), st.frozensets(st.sampled_from(RULES[:3])))
def test_one_person_alone_moves_no_post_far(count: int, offset: float, is_true: bool, rules: frozenset[str]) -> None:
    """However often they say it: the weight of one person over the penalty, for the base and for three rules."""
    weight = shares(["mia"] * count)["mia"]
    angry = [Observation(offset, is_true, rules, "mia", weight)] * count
    bound = MOST_OF_ONE * (1 / BASE_PENALTY + 3 / RULE_PENALTY)
    assert bound <= 1.0 + 1e-9
    assert abs(fit(angry, RULES[:3]).sum(rules)) <= bound


@given(OBSERVATIONS.filter(bool), st.integers(1, 200), st.booleans())
def test_one_person_among_others_moves_no_post_far_either(others: list[Observation], count: int, is_true: bool) -> None:
    weight = shares(["eve"] * count)["eve"]
    angry = [Observation(2.0 if not is_true else -2.0, is_true, frozenset(RULES[:1]), "eve", weight)] * count
    before, after = fit(others, RULES[:3]), fit([*others, *angry], RULES[:3])
    for one in others:
        assert abs(after.sum(one.rules) - before.sum(one.rules)) <= 1.0 + 1e-6


def test_a_rule_that_misleads_here_gets_a_weight_and_others_do_not() -> None:
    jokes = said(60, yes=10, offset=1.2, rule="cue.joke")
    others = said(120, yes=96, offset=1.2, rule="cue.waiting")
    proposal = propose(mixed(jokes, others))
    assert proposal.why_not == ""
    assert proposal.loss_after < proposal.loss_before
    assert proposal.weights.sum({"cue.joke"}) < -0.3
    assert abs(proposal.weights.sum({"cue.waiting"})) < 0.3
    assert "log-odds where cue.joke fires" in adjustment_text_for_people(Adjustment(proposal.weights))


def test_what_is_as_the_rules_expect_changes_nothing() -> None:
    observations = mixed(said(80, yes=58, offset=1.0), said(80, yes=22, offset=-1.0))
    proposal = propose(observations)
    assert proposal.weights.is_empty
    assert "no better than the rules alone" in proposal.why_not
