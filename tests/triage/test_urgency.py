"""Urgency from the context of a post: each rule at its limit, and the intents that it counts for."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.triage.context import History, PostContext
from earshot.triage.judge import judge
from earshot.triage.judgement import Intent, Judgement
from earshot.triage.language.detector import resolve
from earshot.triage.rules.registry import RULES
from earshot.triage.sentiment.lexicon import measure
from earshot.triage.terms.terms import NO_TERMS, Terms

COMPLAINT = "@acme three hours on hold and nobody picks up, pathetic"
STRANDED = "@acme we are stranded at the airport, flight cancelled, no hotel"
DUE_TOMORROW = "@acme my visa appointment is tomorrow morning and your courier lost the papers, terrible"
DANGEROUS_QUESTION = "@acme is it normal that there are sparks coming from the plug?"
QUESTION = "@acme do you ship to Norway?"
HARMLESS = {
    QUESTION: Intent.QUESTION,
    "@acme loved the soup on board, awesome crew": Intent.PRAISE,
    "@acme please bring back the pear cake": Intent.OPPORTUNITY,
    "@acme": Intent.OTHER,
}
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MOMENT = timedelta(seconds=1)
ALL_AT_ONCE = PostContext(
    followers=1_000_000,
    verified=True,
    reposts=5_000,
    age=HOUR,
    history=History(complaints=2, waiting=True, answered=True),
)
KINDS = ("reach.", "history.", "time.", "author.")


def judged(text: str, context: PostContext, terms: Terms = NO_TERMS) -> Judgement:
    """As the classifier does it without Comprehend."""
    language = resolve(text, None)
    return judge(text, language=language, sentiment=measure(text, language), context=context, terms=terms)


def points(text: str, context: PostContext, terms: Terms = NO_TERMS) -> dict[str, int]:
    """The points from the context, by rule."""
    reasons = judged(text, context, terms).reasons
    return {reason.rule: reason.points for reason in reasons if reason.rule.startswith(KINDS)}


def told(context: PostContext) -> list[str]:
    """The texts of the reasons from the context of a complaint."""
    return [reason.text for reason in judged(COMPLAINT, context).reasons if reason.rule.startswith(KINDS)]


def slowly(reposts: int | None) -> dict[str, Any]:
    """The context of a post with many reposts over a long time."""
    return {"reposts": reposts, "age": 23 * HOUR}


GIVEN = {
    "reach.wide": 30,
    "reach.some": 4,
    "reach.verified": 2,
    "reach.reposts": 30,
    "reach.some_reposts": 8,
    "reach.speed": 10,
    "history.earlier": 5,
    "history.waiting": 10,
    "history.answered": 15,
    "time.old": -30,
    "time.stale": -15,
    "time.fresh": 5,
    "author.vip": 30,
}
LIMITS = [
    ({}, []),
    ({"followers": 1_999}, []),
    ({"followers": 2_000}, ["reach.some"]),
    ({"followers": 9_999}, ["reach.some"]),
    ({"followers": 10_000}, ["reach.wide"]),
    ({"verified": True}, ["reach.verified"]),
    (slowly(0), []),
    (slowly(19), []),
    (slowly(20), ["reach.some_reposts"]),
    (slowly(99), ["reach.some_reposts"]),
    (slowly(100), ["reach.reposts"]),
    ({"reposts": 9, "age": MINUTE}, []),
    ({"reposts": 10, "age": timedelta(0)}, ["reach.speed"]),
    ({"reposts": 10, "age": 20 * MINUTE}, ["reach.speed"]),
    ({"reposts": 10, "age": 20 * MINUTE + MOMENT}, []),
    ({"reposts": 23, "age": 46 * MINUTE}, ["reach.some_reposts", "reach.speed"]),
    ({"reposts": 23, "age": 46 * MINUTE + MOMENT}, ["reach.some_reposts"]),
    ({"reposts": 100, "age": HOUR}, ["reach.reposts", "reach.speed"]),
    ({"history": History(complaints=1)}, ["history.earlier"]),
    ({"history": History(waiting=True)}, ["history.waiting"]),
    ({"history": History(answered=True)}, ["history.answered"]),
    ({"age": timedelta(0)}, []),
    ({"age": DAY - MOMENT}, []),
    ({"age": DAY}, ["time.stale"]),
    ({"age": 7 * DAY - MOMENT}, ["time.stale"]),
    ({"age": 7 * DAY}, ["time.old"]),
    ({"vip": True}, ["author.vip"]),
]


def given_by(*rules: str) -> dict[str, int]:
    """The points of these rules, by rule."""
    return {rule: GIVEN[rule] for rule in rules}


@pytest.mark.parametrize(("known", "rules"), LIMITS)
def test_each_rule_fires_at_its_limit_and_not_below(known: dict[str, Any], rules: list[str]) -> None:
    assert points(COMPLAINT, PostContext(**known)) == given_by(*rules)


def test_up_to_three_earlier_complaints_count() -> None:
    weights = [points(COMPLAINT, PostContext(history=History(complaints=count))) for count in range(6)]
    assert [given.get("history.earlier", 0) for given in weights] == [0, 5, 10, 15, 15, 15]


@pytest.mark.parametrize("text", [STRANDED, DUE_TOMORROW])
def test_journeys_and_deadlines_count_more_in_fresh_posts(text: str) -> None:
    assert points(text, PostContext(age=30 * MINUTE)) == given_by("time.fresh")
    assert points(text, PostContext(age=30 * MINUTE + MOMENT)) == {}
    assert points(text, PostContext()) == {}
    assert points(COMPLAINT, PostContext(age=MINUTE)) == {}


def test_the_repost_rate_is_unknown_without_the_age_of_the_post() -> None:
    assert points(COMPLAINT, PostContext(reposts=5_000)) == given_by("reach.reposts")


@pytest.mark.parametrize(("text", "intent"), HARMLESS.items(), ids=HARMLESS.values())
def test_context_makes_only_complaints_urgent(text: str, intent: Intent) -> None:
    assert judged(text, ALL_AT_ONCE).intent is intent
    for age in (HOUR, 3 * DAY):
        loud = PostContext(followers=10**6, verified=True, reposts=5_000, age=age, history=ALL_AT_ONCE.history)
        assert points(text, loud) == {}


def test_context_counts_for_a_question_about_a_danger() -> None:
    assert judged(DANGEROUS_QUESTION, ALL_AT_ONCE).intent is Intent.QUESTION
    expected = points(COMPLAINT, ALL_AT_ONCE)
    assert len(expected) == 7
    assert points(DANGEROUS_QUESTION, ALL_AT_ONCE) == expected


def test_a_vip_counts_in_questions_but_not_in_praise() -> None:
    heard = {text: points(text, PostContext(vip=True)) for text in (*HARMLESS, DANGEROUS_QUESTION)}
    assert [text for text, given in heard.items() if given] == [QUESTION, DANGEROUS_QUESTION]
    assert heard[QUESTION] == given_by("author.vip")


def test_reasons_of_different_kinds_add_up() -> None:
    calm, loud = judged(COMPLAINT, PostContext(age=HOUR)), judged(COMPLAINT, PostContext(age=HOUR, reposts=20))
    both = judged(COMPLAINT, PostContext(age=HOUR, reposts=20, history=History(complaints=1, waiting=True)))
    more = given_by("reach.some_reposts", "history.earlier", "history.waiting")
    assert loud.urgency == calm.urgency + more["reach.some_reposts"]
    assert both.urgency == calm.urgency + sum(more.values())


def test_what_staff_read() -> None:
    assert told(PostContext(followers=12_345, reposts=1_234, age=2 * HOUR)) == [
        "12,345 people follow the author",
        "passed on 1,234 times",
        "passed on 617 times an hour",
    ]
    assert told(PostContext(history=History(complaints=1))) == ["has complained once before, not long ago"]
    assert told(PostContext(history=History(complaints=4))) == ["has complained 4 times before, not long ago"]
    assert told(PostContext(age=30 * HOUR)) == ["posted yesterday"]
    assert told(PostContext(age=3 * DAY)) == ["posted 3 days ago"]
    assert told(PostContext(age=400 * DAY)) == ["posted 400 days ago"]


EVERY_RULE = {
    "reach.wide": PostContext(followers=10_000),
    "reach.some": PostContext(followers=2_000),
    "reach.verified": PostContext(verified=True),
    "reach.reposts": PostContext(reposts=100),
    "reach.some_reposts": PostContext(reposts=20),
    "reach.speed": PostContext(reposts=10, age=MINUTE),
    "history.earlier": PostContext(history=History(complaints=1)),
    "history.waiting": PostContext(history=History(waiting=True)),
    "history.answered": PostContext(history=History(answered=True)),
    "time.old": PostContext(age=30 * DAY),
    "time.stale": PostContext(age=2 * DAY),
    "time.fresh": PostContext(age=MINUTE),
    "author.vip": PostContext(vip=True),
}


@pytest.mark.parametrize(("rule", "context"), EVERY_RULE.items(), ids=EVERY_RULE)
def test_a_disabled_rule_does_not_fire(rule: str, context: PostContext) -> None:
    assert rule in points(STRANDED, context)
    assert rule not in points(STRANDED, context, Terms(disabled_rules=frozenset({rule})))


def test_every_rule_about_context_is_tested() -> None:
    assert {rule for rule in RULES if rule.startswith(KINDS)} == set(EVERY_RULE) == set(GIVEN)


CONTEXTS = st.builds(
    PostContext,
    addressed=st.booleans(),
    vip=st.booleans(),
    followers=st.none() | st.integers(min_value=0),
    verified=st.booleans(),
    reposts=st.none() | st.integers(min_value=0),
    age=st.none() | st.timedeltas(min_value=timedelta(0)),
    history=st.builds(History, st.integers(0, 12), st.booleans(), st.booleans()),
)
TEXTS = st.sampled_from([COMPLAINT, STRANDED, DUE_TOMORROW, DANGEROUS_QUESTION, *HARMLESS])


@given(TEXTS, CONTEXTS)
def test_the_points_of_the_reasons_add_up_to_the_urgency(text: str, context: PostContext) -> None:
    judgement = judged(text, context)
    assert judgement.urgency == min(100, max(0, sum(reason.points for reason in judgement.reasons)))
    rules = [reason.rule for reason in judgement.reasons]
    assert len(rules) == len(set(rules))


@given(TEXTS, CONTEXTS, st.integers(min_value=0), st.integers(min_value=0))
def test_more_reach_never_lowers_the_urgency(text: str, context: PostContext, followers: int, reposts: int) -> None:
    less = {name: getattr(context, name) for name in PostContext.__slots__}
    more = {
        **less,
        "verified": True,
        "followers": (context.followers or 0) + followers,
        "reposts": (context.reposts or 0) + reposts,
    }
    assert judged(text, PostContext(**more)).urgency >= judged(text, context).urgency
