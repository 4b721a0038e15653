"""Reposts that are seen after a post was judged: the reasons of its reach are updated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.triage.judgement import Reason, urgency_of
from earshot.triage.reach import with_reposts
from earshot.triage.terms.terms import NO_TERMS, Terms

POINTS = {"reach.some": 4, "reach.some_reposts": 8, "reach.reposts": 30, "reach.speed": 10}
SAID = (
    Reason("intent.complaint", 40, "a complaint"),
    Reason("reach.some", POINTS["reach.some"], "2,000 people follow the author"),
)
SLOW = [number * 600 for number in range(1, 101)]


def given_by(*rules: str) -> dict[str, int]:
    """The points of these rules, by rule."""
    return {rule: POINTS[rule] for rule in rules}


def added(reposts: int, delays: list[int], said: tuple[Reason, ...] = SAID, terms: Terms = NO_TERMS) -> dict[str, int]:
    """The points of a post's reach after these reposts, by rule."""
    reasons = with_reposts(said, reposts, delays, terms)
    assert [reason for reason in reasons if not reason.rule.startswith("reach.")] == list(SAID[:1])
    return {reason.rule: reason.points for reason in reasons if reason.rule.startswith("reach.")}


@pytest.mark.parametrize(
    ("reposts", "delays", "rules"),
    [
        (0, [], []),
        (19, SLOW[:19], []),
        (20, SLOW[:20], ["reach.some_reposts"]),
        (100, SLOW, ["reach.reposts"]),
        (9, [0] * 9, []),
        (10, [0] * 10, ["reach.speed"]),
        (10, [0] * 9 + [1_200], ["reach.speed"]),
        (10, [0] * 9 + [1_201], []),
        (11, [0] * 9 + [1_201] * 2, ["reach.speed"]),
        (100, [0] * 100, ["reach.reposts", "reach.speed"]),
    ],
)
def test_later_reposts_count_like_those_known_at_once(reposts: int, delays: list[int], rules: list[str]) -> None:
    assert added(reposts, delays) == given_by("reach.some", *rules)


def test_late_reposts_do_not_lower_the_rate() -> None:
    assert (
        with_reposts(SAID, 11, [60] * 10 + [900_000], NO_TERMS)[2:] == with_reposts(SAID, 10, [60] * 10, NO_TERMS)[2:]
    )


def test_of_two_counts_of_the_same_reposts_the_higher_one_counts() -> None:
    some, many, fast = (POINTS[rule] for rule in ("reach.some_reposts", "reach.reposts", "reach.speed"))
    knew = (*SAID, Reason("reach.some_reposts", some, "passed on 40 times"))
    assert with_reposts(knew, 60, SLOW[:60], NO_TERMS) == knew
    assert added(100, SLOW, knew) == given_by("reach.some", "reach.reposts")
    knew_all = (*SAID, Reason("reach.reposts", many, "passed on 400 times"), Reason("reach.speed", fast, "quickly"))
    assert with_reposts(knew_all, 100, [0] * 100, NO_TERMS) == knew_all
    assert added(10, [0] * 10, knew) == given_by("reach.some", "reach.some_reposts", "reach.speed")


@pytest.mark.parametrize("rule", ["reach.some_reposts", "reach.speed"])
def test_a_disabled_rule_adds_nothing(rule: str) -> None:
    switched = Terms(disabled_rules=frozenset({rule}))
    assert set(added(20, [0] * 20)) - set(added(20, [0] * 20, terms=switched)) == {rule}


@given(st.lists(st.integers(0, 10**6), max_size=40), st.integers(0, 10**6))
def test_one_more_repost_never_lowers_the_urgency(delays: list[int], one_more: int) -> None:
    fewer, more = sorted(delays), sorted([*delays, one_more])
    assert urgency_of(with_reposts(SAID, len(more), more, NO_TERMS)) >= urgency_of(
        with_reposts(SAID, len(fewer), fewer, NO_TERMS)
    )
