"""What a brand's terms change in a judgement."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.mentions.mention import Author
from earshot.triage.context import PostContext
from earshot.triage.judge import judge, judge_mention
from earshot.triage.judgement import HIGH, Intent, Judgement, Severity
from earshot.triage.language.detector import resolve
from earshot.triage.sentiment.lexicon import measure
from earshot.triage.terms.terms import NO_TERMS, Terms
from earshot.triage.terms.toml_file import parse_terms
from earshot.triage.tokenizer import tokenize
from tests.fakes import START, a_mention
from tests.triage.terms.lists import COMPLETE, parsed

CHATTER = "@acme off to lunch, past the blue lantern"
OVERCHARGED = "@acme you charged me twice in the #AcmeQuiz and you won't refund me"
DANGER = "@acme the prize of your #AcmeQuiz caught fire and my daughter is hurt"
COMPLAINT = "@acme the soup was cold and awful and the waiter was rude"
LANTERN = parsed(always_urgent=["blue lantern", "linterna azul", "blauwe lantaarn", "red & blue"])
QUIZ = parsed(never_urgent=["#AcmeQuiz"])


def judged(text: str, terms: Terms = NO_TERMS, language: str | None = None, **context: Any) -> Judgement:
    """As the classifier does it without Comprehend."""
    language = resolve(text, language)
    sentiment = measure(text, language)
    return judge(text, language=language, sentiment=sentiment, context=PostContext(**context), terms=terms)


def points(judgement: Judgement) -> dict[str, int]:
    return {reason.rule: reason.points for reason in judgement.reasons}


@pytest.mark.parametrize("addressed", [True, False])
def test_an_always_urgent_phrase_makes_even_chatter_high(addressed: bool) -> None:
    assert judged(CHATTER, addressed=addressed).urgency < HIGH
    lifted = judged(CHATTER, LANTERN, addressed=addressed)
    assert (lifted.urgency, lifted.severity) == (HIGH, Severity.HIGH)
    assert points(lifted)["brand.always_urgent"] > 0
    assert "'blue lantern' is always urgent here" in [reason.text for reason in lifted.reasons]


@pytest.mark.parametrize(
    "text",
    [
        "@acme thank you all, lovely place, best crew, and I love the blue lantern",
        "@acme is the blue lantern included?",
        "Retweet and follow for a chance to win a blue lantern",
        "@acme gracias, la linterna azul es muy bonita",
    ],
)
def test_an_always_urgent_phrase_makes_any_intent_high(text: str) -> None:
    assert judged(text).urgency < HIGH
    assert judged(text, LANTERN).urgency == HIGH


def test_an_always_urgent_phrase_counts_in_a_language_without_rules() -> None:
    text = "@acme de blauwe lantaarn hing naar beneden"
    assert judged(text, language="nl").is_unclassified
    lifted = judged(text, LANTERN, language="nl")
    assert (lifted.intent, lifted.urgency, lifted.severity) == (Intent.OTHER, HIGH, Severity.HIGH)
    assert lifted.is_unclassified


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_phrase_is_found_where_the_source_has_escaped_it(language: str) -> None:
    assert judged("@acme red &amp; blue", LANTERN, language=language).urgency >= HIGH


def test_an_always_urgent_phrase_never_lowers_the_urgency() -> None:
    text = "@acme the blue lantern caught fire and my daughter is hurt"
    assert judged(text).urgency > HIGH
    assert judged(text, LANTERN).urgency == judged(text).urgency
    assert points(judged(text, LANTERN))["brand.always_urgent"] == 0


def test_a_never_urgent_phrase_keeps_the_post_below_high() -> None:
    assert judged(OVERCHARGED, followers=50_000).urgency >= HIGH
    capped = judged(OVERCHARGED, QUIZ, followers=50_000)
    assert (capped.intent, capped.urgency, capped.severity) == (Intent.COMPLAINT, HIGH - 1, Severity.NORMAL)
    assert "'#AcmeQuiz' is never urgent here" in [reason.text for reason in capped.reasons]


def test_a_never_urgent_phrase_leaves_a_lower_urgency_as_it_is() -> None:
    text = "@acme loved the #AcmeQuiz, thank you"
    assert judged(text, QUIZ).urgency == judged(text).urgency


def test_a_danger_is_urgent_despite_a_never_urgent_phrase() -> None:
    assert judged(DANGER).urgency >= HIGH
    assert judged(DANGER, QUIZ).urgency == judged(DANGER).urgency
    assert "brand.never_urgent" not in points(judged(DANGER, QUIZ))
    question = "@acme is it normal that sparks come from the plug of the #AcmeQuiz prize?"
    assert judged(question, QUIZ).urgency == judged(question).urgency


def test_an_always_urgent_phrase_prevails_over_a_never_urgent_one() -> None:
    both = parsed(always_urgent=["blue lantern"], never_urgent=["#AcmeQuiz"])
    judgement = judged(f"{CHATTER} #AcmeQuiz", both)
    assert judgement.urgency == HIGH
    assert "brand.never_urgent" not in points(judgement)


def test_a_complaint_of_a_vip_has_thirty_points_more() -> None:
    terms = parsed(vip_authors=["@Mayor", "77"])

    def heard(author: Author) -> Judgement:
        mention = a_mention("1", COMPLAINT, author=author)
        return judge_mention(mention, sentiment=None, language="en", terms=terms, now=START)

    anybody = heard(Author("7", "jo"))
    assert anybody.intent is Intent.COMPLAINT
    for author in (Author("7", "mayor"), Author("77", "jo"), Author("77")):
        assert heard(author).urgency == min(100, anybody.urgency + 30)
        assert points(heard(author))["author.vip"] == 30
        assert heard(author).intent is Intent.COMPLAINT


def test_praise_of_a_vip_alerts_nobody() -> None:
    text = "@acme thank you, loved the soup"
    assert judged(text, vip=True).urgency == judged(text).urgency


def test_the_names_of_products_are_removed_from_the_text() -> None:
    text = "@acme Worst Case Soda on board today"
    assert "cue.verdict" in points(judged(text))
    with_terms = judged(text, parsed(products=["Worst Case Soda"]))
    assert "cue.verdict" not in points(with_terms)
    assert points(with_terms)["brand.product"] == 0
    assert "names Worst Case Soda" in [reason.text for reason in with_terms.reasons]
    assert with_terms.complaint_score < judged(text).complaint_score


@pytest.mark.parametrize("written", ["Worst Case Soda", "#WorstCaseSoda", "@worstcasesoda", "worst  case\nsoda"])
def test_a_product_is_removed_however_it_is_written(written: str) -> None:
    assert tokenize(f"try {written} today", "en", parsed(products=["Worst Case Soda"])).normalized == " try today "


def test_words_beside_a_product_still_count() -> None:
    text = "@acme Worst Case Soda is the worst drink on board"
    assert "cue.verdict" in points(judged(text, parsed(products=["Worst Case Soda"])))


@pytest.mark.parametrize("written", ["Best Air", "#BestAir", "@bestair"])
def test_a_competitor_becomes_the_same_token_whatever_its_name(written: str) -> None:
    terms = parsed(competitors=["Best Air"])
    assert tokenize(f"flying with {written} next", "en", terms).normalized == " flying with competitor next "


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("cue.verdict", "@acme worst soup in town"),
        ("stake.money", "@acme you charged me twice and you won't refund me"),
        ("stake.danger", "@acme your charger caught fire, terrible"),
        ("reach.wide", COMPLAINT),
        ("author.vip", COMPLAINT),
        ("cue.angry_emoji", "@acme the soup was cold and awful 😡"),
        ("wording", COMPLAINT),
        ("sentiment", COMPLAINT),
    ],
)
def test_a_disabled_rule_does_not_fire(rule: str, text: str) -> None:
    before = judged(text, followers=50_000, vip=True)
    assert rule in points(before)
    after = judged(text, parsed(disabled_rules=[rule]), followers=50_000, vip=True)
    assert rule not in points(after)


def test_a_disabled_danger_does_not_prevail_over_a_never_urgent_phrase() -> None:
    terms = parsed(never_urgent=["#AcmeQuiz"], disabled_rules=["stake.danger"])
    assert judged(DANGER, terms).urgency < HIGH


@given(
    st.text(),
    st.sampled_from(["en", "de", "nl", "ja", None]),
    st.sampled_from([LANTERN, QUIZ, parse_terms(COMPLETE, [])]),
)
def test_any_post_is_judged_with_any_terms_and_its_reasons_add_up(
    text: str, language: str | None, terms: Terms
) -> None:
    judgement = judged(f"{text} blue lantern, oxygen mask #AcmeQuiz", terms, language)
    assert judgement.urgency == min(100, max(0, sum(points(judgement).values())))
    if terms.always_urgent:
        assert judgement.urgency >= HIGH
