"""What an adjustment does to judgements: little, within limits, and nothing to a danger or what is always urgent."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.errors import AdjustmentError
from earshot.triage.context import PostContext
from earshot.triage.judge import explain, judge
from earshot.triage.judgement import Analyzer, Intent, Judgement, Sentiment, Severity
from earshot.triage.learned.adjustment import (
    LEARNED_COMPLAINT,
    LEARNED_URGENT,
    MAX_LOG_ODDS,
    MAX_POINTS,
    NO_ADJUSTMENT,
    Adjustment,
    Weights,
)
from earshot.triage.learned.apply import complaint_rules
from earshot.triage.learned.json_text import adjustment_text, parse_adjustment
from earshot.triage.rules.emoji_cues import EMOJI_CUES
from earshot.triage.rules.languages import CUES
from earshot.triage.rules.registry import RULES
from earshot.triage.terms.terms import NO_TERMS, Terms

ADDRESSED = PostContext(addressed=True)
NEGATIVE = Sentiment(0.0, 0.6, 0.4, 0.0, Analyzer.LEXICON)
GRUMBLE = "@acme my kettle arrived broken and nobody answers"
NAMES = st.sampled_from(sorted(RULES | {"start.addressed", "start.named", "start.mentioned"}))


def weights(most: float) -> st.SearchStrategy[Weights]:
    numbers = st.floats(-most, most)
    return st.builds(Weights, numbers, st.dictionaries(NAMES, numbers, max_size=3))


ADJUSTMENTS = st.builds(Adjustment, weights(MAX_LOG_ODDS), weights(MAX_POINTS), st.integers(0, 10_000))
TEXTS = st.text(max_size=80) | st.sampled_from(
    [
        GRUMBLE,
        "@acme how do I change my address?",
        "@acme love the new kettle, thank you",
        "@acme still waiting for my refund, third time I ask",
        "walking past the acme shop",
        "@acme my train was cancelled and I am stranded at the airport",
    ]
)
DANGERS = [
    "@acme my charger is on fire",
    "@acme what do I do, the charger caught fire?",
    "@acme my account was hacked, please help",
    "please help, I smell gas @acme",
]


def judged(text: str, learned: Adjustment = NO_ADJUSTMENT, terms: Terms = NO_TERMS) -> Judgement:
    return judge(text, language="en", sentiment=NEGATIVE, context=ADDRESSED, terms=replace(terms, learned=learned))


def everywhere(log_odds: float = 0.0, points: float = 0.0) -> Adjustment:
    return Adjustment(Weights(log_odds), Weights(points), cases=30)


@given(TEXTS)
def test_without_an_adjustment_nothing_changes(text: str) -> None:
    assert judged(text, Adjustment(cases=99)) == judged(text)


@given(TEXTS, ADJUSTMENTS)
def test_the_log_odds_move_by_no_more_than_the_limit_and_staff_see_it(text: str, learned: Adjustment) -> None:
    explained = explain(
        text, language="en", sentiment=NEGATIVE, context=ADDRESSED, terms=replace(NO_TERMS, learned=learned)
    )
    assert explained.intent_scores is not None
    moved = sum(one.log_odds for one in explained.intent_scores.evidence if one.rule == LEARNED_COMPLAINT)
    assert abs(moved) <= MAX_LOG_ODDS
    told = [reason for reason in explained.judgement.reasons if reason.rule == LEARNED_COMPLAINT]
    assert len(told) == bool(moved)
    points = [reason.points for reason in explained.judgement.reasons if reason.rule == LEARNED_URGENT]
    assert all(0 < abs(one) <= MAX_POINTS for one in points)
    assert all(reason.points == 0 for reason in told)


@pytest.mark.parametrize("text", DANGERS)
@given(learned=ADJUSTMENTS)
def test_a_danger_is_judged_as_without_it(text: str, learned: Adjustment) -> None:
    assert judged(text, learned) == judged(text)


@given(TEXTS, ADJUSTMENTS)
def test_what_is_always_urgent_is_judged_as_without_it(text: str, learned: Adjustment) -> None:
    terms = Terms(always_urgent=("blue lantern",))
    assert judged(f"{text} blue lantern", learned, terms) == judged(f"{text} blue lantern", terms=terms)


@given(TEXTS, ADJUSTMENTS)
def test_what_is_never_urgent_stays_below_high(text: str, learned: Adjustment) -> None:
    after = judged(f"{text} #quiz", learned, Terms(never_urgent=("#quiz",)))
    assert after.severity in (Severity.NORMAL, Severity.LOW)


@given(TEXTS, st.floats(-MAX_POINTS, MAX_POINTS))
def test_points_make_a_complaint_neither_low_nor_critical(text: str, points: float) -> None:
    before, after = judged(text), judged(text, everywhere(points=points))
    assert after.intent is before.intent
    if after.severity is not before.severity:
        assert {after.severity, before.severity} in (
            {Severity.NORMAL, Severity.HIGH},
            {Severity.HIGH, Severity.CRITICAL},
        )
        assert before.severity is Severity.CRITICAL or after.severity is not Severity.CRITICAL


def test_an_undecided_post_goes_to_the_side_that_staff_have_taught() -> None:
    text = "@acme a problem with the tap"
    assert judged(text, everywhere(1.5)).intent is Intent.COMPLAINT
    assert judged(text, everywhere(-1.5)).intent is not Intent.COMPLAINT


def test_points_lift_a_complaint_and_say_so() -> None:
    before, after = judged(GRUMBLE), judged(GRUMBLE, everywhere(points=6))
    assert after.urgency == before.urgency + 6
    assert after.reasons[-1].rule == LEARNED_URGENT
    assert after.reasons[-1].text == "your staff's corrections: more urgent than the rules say"


@pytest.mark.parametrize(("rule", "left"), [(LEARNED_COMPLAINT, LEARNED_URGENT), (LEARNED_URGENT, LEARNED_COMPLAINT)])
def test_a_brand_may_switch_off_either(rule: str, left: str) -> None:
    terms = Terms(disabled_rules=frozenset({rule}))
    rules = {reason.rule for reason in judged(GRUMBLE, everywhere(0.2, 5), terms).reasons}
    assert (rule in rules, left in rules) == (False, True)


def test_a_rule_counts_only_where_it_fires() -> None:
    learned = Adjustment(urgent=Weights(rules={"stake.money": -4.0}))
    assert judged(GRUMBLE, learned) == judged(GRUMBLE)
    charged = "@acme you charged me twice and nobody answers"
    assert judged(charged, learned).urgency == judged(charged).urgency - 4


def test_a_judgement_lists_every_rule_that_may_have_a_weight() -> None:
    """Fitting reads the rules from the reasons, judging from the evidence, of which weak items are not listed."""
    assert min(cue.weight for cues in (*CUES.values(), EMOJI_CUES) for cue in cues) >= 0.3
    explained = explain(GRUMBLE, language="en", sentiment=NEGATIVE, context=ADDRESSED, terms=NO_TERMS)
    assert explained.intent_scores is not None
    fired = {one.rule for one in explained.intent_scores.evidence if one.rule.startswith(("cue.", "start."))}
    assert complaint_rules(explained.judgement.reasons) == fired


@given(ADJUSTMENTS)
def test_the_stored_text_gives_the_same_adjustment(learned: Adjustment) -> None:
    assert parse_adjustment(adjustment_text(learned)) == learned


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"complaint": 3}',
        '{"complaint": {"base": 1.6}}',
        '{"complaint": {"base": true}}',
        '{"complaint": {"base": NaN}}',
        '{"urgent": {"rules": []}}',
        '{"urgent": {"rules": {"stake.money": -11}}}',
        json.dumps({"urgent": {"rules": dict.fromkeys("abcd", 1)}}),
        '{"cases": -1}',
    ],
)
def test_a_text_that_cannot_be_used_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(AdjustmentError, match=r"cannot be used: .*`earshot learn undo`"):
        parse_adjustment(text)


def test_an_empty_text_has_no_adjustment() -> None:
    assert parse_adjustment("") is NO_ADJUSTMENT
