"""A brand's own terms: how they are written down, where a post names them, and what they change."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.errors import TermsError
from earshot.mentions.mention import Author
from earshot.triage.context import PostContext
from earshot.triage.judge import judge, judge_mention
from earshot.triage.judgement import HIGH, Intent, Judgement, Severity
from earshot.triage.language.detector import resolve
from earshot.triage.rules.registry import RULES
from earshot.triage.sentiment.lexicon import measure
from earshot.triage.terms.terms import NO_TERMS, Terms, first_named
from earshot.triage.terms.toml_file import LONGEST_PHRASE, MOST_PHRASES, parse_terms
from earshot.triage.tokenizer import tokenize
from tests.fakes import START, a_mention

LISTS = ("products", "competitors", "vip_authors", "always_urgent", "never_urgent", "disabled_rules")
WHOLE = """
products = ["Nimbus Plus", " Worst Case Soda ", "Nimbus Plus"]
competitors = ["Rival Air", "@rivalair"]
vip_authors = ["@Mayor_of_Leeds", " 12345 "]
always_urgent = ["oxygen mask"]
never_urgent = ["#NimbusQuiz"]
disabled_rules = ["cue.joke", "stake.journey"]
"""


def parsed(text: str = "", **lists: Any) -> Terms:
    """The terms of a file with this text, and these lists."""
    return parse_terms(text + "".join(f"\n{name} = {json.dumps(value)}" for name, value in lists.items()), ["@Acme"])


def problems(text: str = "", **lists: Any) -> list[str]:
    """What is wrong with them, mistake by mistake."""
    with pytest.raises(TermsError) as raised:
        parsed(text, **lists)
    first, *named = str(raised.value).splitlines()
    assert first == "the terms cannot be used:"
    assert all(problem.startswith("  - ") for problem in named)
    return [problem.removeprefix("  - ") for problem in named]


# ------------------------------------------------------------------------------------------------ how it is written


def test_a_file_is_read_as_people_write_it() -> None:
    assert parse_terms(WHOLE, ["@Acme", "AcmeHelp"]) == Terms(
        handles=frozenset({"acme", "acmehelp"}),
        products=("Nimbus Plus", "Worst Case Soda"),
        competitors=("Rival Air", "@rivalair"),
        vip_authors=frozenset({"mayor_of_leeds", "12345"}),
        always_urgent=("oxygen mask",),
        never_urgent=("#NimbusQuiz",),
        disabled_rules=frozenset({"cue.joke", "stake.journey"}),
    )


@pytest.mark.parametrize("text", ["", "  \n", "# nothing yet\n", "products = []\r\nvip_authors = [ ]\r\n"])
def test_every_list_may_be_left_out(text: str) -> None:
    assert parse_terms(text, ["Acme"]) == Terms(frozenset({"acme"}))


@pytest.mark.parametrize(
    "text",
    [
        "products = [",
        "Nimbus Plus",
        "products = [“Nimbus Plus”]",
        'products = ["a mask"]\nproducts = ["a hood"]',
        '[products]\n[products]\na = "b"',
        f"products = {'9' * 5000}",
        f"products = {'[' * 100_000}",
        f"products = {'{a=' * 5_000}",
    ],
    ids=["open", "words", "typographic quotes", "twice", "table twice", "a number without end", "lists", "tables"],
)
def test_what_is_no_toml_is_told_with_the_file_and_how_to_write_it(text: str) -> None:
    with pytest.raises(TermsError) as raised:
        parse_terms(text, ["Acme"], "terms.toml")
    assert str(raised.value).startswith("terms.toml is no TOML: ")
    assert str(raised.value).endswith('Write lists of texts, as in: products = ["Nimbus Plus"]')


MISTAKES = [
    ({"always": ["x-ray"]}, "'always'", "did you mean 'always_urgent'?"),
    ({"colours": ["red"]}, "'colours'", "There are products, competitors, vip_authors, always_urgent, never_urgent"),
    ({"products": "Nimbus Plus"}, "'products'", 'products = ["...", "..."]'),
    ({"products": ["Nimbus", 7]}, "'products'", "must be a list of texts"),
    ({"products": True}, "'products'", "must be a list of texts"),
    ({"products": [["Nimbus"]]}, "'products'", "must be a list of texts"),
    ({"never_urgent": ["x" * (LONGEST_PHRASE + 1)]}, f"'{'x' * (LONGEST_PHRASE + 1)}'", "give the words that tell it"),
    ({"never_urgent": ["a"]}, "'a'", "needs 2 letters or digits"),
    ({"competitors": [" "]}, "' '", "needs 2 letters or digits"),
    ({"competitors": ["#-1-"]}, "'#-1-'", "found everywhere"),
    ({"vip_authors": ["Jane Doe"]}, "'Jane Doe'", "neither a handle nor the id of an account"),
    ({"vip_authors": ["@"]}, "'@'", "neither a handle nor the id of an account"),
    ({"vip_authors": ["x.com/jane"]}, "'x.com/jane'", "neither a handle nor the id of an account"),
    ({"disabled_rules": ["cue.jok"]}, "'cue.jok'", "did you mean 'cue.joke'?"),
    ({"disabled_rules": ["own_case"]}, "'own_case'", "did you mean 'cue.own_case'?"),
    ({"disabled_rules": ["zzz"]}, "'zzz'", "`earshot classify --explain` names those that fire"),
    ({"disabled_rules": ["intent.complaint"]}, "'intent.complaint'", "cannot be switched off"),
    ({"disabled_rules": ["brand.never_urgent"]}, "'brand.never_urgent'", "cannot be switched off"),
    ({"disabled_rules": ["own"]}, "'own'", "cannot be switched off"),
    ({"always_urgent": ["The Mask"], "never_urgent": ["#themask"]}, "'themask'", "keep it in one"),
    ({"products": ["Nimbus"], "competitors": ["@nimbus"]}, "'nimbus'", "keep it in one"),
]


@pytest.mark.parametrize(("lists", "culprit", "remedy"), MISTAKES)
def test_a_mistake_is_told_with_its_culprit_and_its_remedy(lists: dict[str, Any], culprit: str, remedy: str) -> None:
    (problem,) = problems(**lists)
    assert culprit in problem
    assert remedy in problem
    assert any(f"'{name}'" in problem for name in lists)


def test_all_mistakes_are_told_at_once_and_in_the_same_order_every_time() -> None:
    told = problems(
        colours=["red"],
        always=["red"],
        products="Nimbus",
        vip_authors=["Jane Doe", "@jane", "@"],
        always_urgent=["mask", "b"],
        never_urgent=["Mask"],
        disabled_rules=["cue.jok", "own"],
    )
    culprits = ["'colours'", "'always'", "'products'", "'Jane Doe'", "'@'", "'b'", "'cue.jok'", "'own'", "'mask'"]
    for problem, culprit in zip(told, culprits, strict=True):
        assert culprit in problem


def test_a_list_may_be_as_long_as_it_may_be_and_no_longer() -> None:
    phrases = [f"mask {number}" for number in range(MOST_PHRASES)]
    assert parsed(never_urgent=phrases).never_urgent == tuple(phrases)
    (problem,) = problems(never_urgent=[*phrases, "hood"])
    assert "'never_urgent'" in problem
    assert f"has {MOST_PHRASES + 1} entries, and may have {MOST_PHRASES}" in problem
    assert parsed(products=["x" * LONGEST_PHRASE, "O2"]).products == ("x" * LONGEST_PHRASE, "O2")


def test_every_rule_can_be_disabled() -> None:
    assert parsed(disabled_rules=sorted(RULES)).disabled_rules == RULES


TOML_LIKE = st.lists(st.sampled_from([*"abu\"'[]{}=,.#@ \n\\-:0129T_’", *LISTS, " = [", '["', '"]'])).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@given(st.text() | TOML_LIKE)
def test_any_text_is_either_read_or_refused(text: str) -> None:
    with contextlib.suppress(TermsError):
        assert isinstance(parse_terms(text, ["Acme"]), Terms)


@given(st.dictionaries(st.sampled_from(LISTS), st.lists(st.text(max_size=6)) | VALUES))
def test_any_lists_are_either_read_or_refused_and_what_is_read_finds_its_own_names(lists: dict[str, Any]) -> None:
    with contextlib.suppress(TermsError):
        terms = parsed(**lists)
        for phrases in (terms.products, terms.competitors, terms.always_urgent, terms.never_urgent):
            assert all(first_named(phrases, phrase) for phrase in phrases)


# --------------------------------------------------------------------------------------------- where a post names it

NAMED = [
    ("Nimbus Plus", "my nimbus plus is broken", "nimbus plus"),
    ("Nimbus Plus", "MY NIMBUS PLUS!", "NIMBUS PLUS"),
    ("Nimbus Plus", "love my #NimbusPlus", "#NimbusPlus"),
    ("Nimbus Plus", "ask @nimbusplus", "@nimbusplus"),
    ("Nimbus Plus", "a nimbus\n  plus", "nimbus\n  plus"),
    ("Nimbus  Plus", "a nimbus plus", "nimbus plus"),
    ("#NimbusQuiz", "the nimbusquiz is on", "nimbusquiz"),
    ("@rivalair", "rivalair was on time", "rivalair"),
    ("Land's End", "at Land’s End again", "Land’s End"),
    ("Land’s End", "at land's end again", "land's end"),
    ("Land's End", "at Lands End again", "Lands End"),
    ("R&D (beta)", "your R&D (beta), please", "R&D (beta)"),
    ("C++", "i write c++.", "c++"),
    ("a.b", "version a.b", "a.b"),
    ("Öl", "das ÖL, bitte", "ÖL"),
    ("O2", "(O2)", "O2"),
    ("Nimbus Plus", "my nimbus-plus", "nimbus-plus"),
    ("酸素マスク", "飛行機の酸素マスクが出た", "酸素マスク"),
    ("산소마스크", "산소마스크가 내려왔어요", "산소마스크"),
]
NOT_NAMED = [
    ("Nimbus", "nimbuses all over"),
    ("Nimbus", "cumulonimbus"),
    ("Nimbus", "nimbus_plus"),
    ("Nimbus", "nimbus2"),
    ("Nimbus Plus", "nimbus and plus"),
    ("a.b", "axb"),
    ("O2", "CO2"),
    ("mask", "unmasked"),
    ("कल", "कला"),
    ("fire", "see https://example.com/fire now"),
]


@pytest.mark.parametrize(("phrase", "text", "found"), NAMED)
def test_a_phrase_is_found_however_it_is_spaced_and_capitalised(phrase: str, text: str, found: str) -> None:
    assert first_named((phrase,), text) == found
    assert first_named(("something else", phrase), text) == found


@pytest.mark.parametrize(("phrase", "text"), NOT_NAMED)
def test_a_phrase_is_found_as_whole_words_only(phrase: str, text: str) -> None:
    assert first_named((phrase,), text) is None


def test_of_two_phrases_the_first_in_the_text_is_told_and_of_one_place_the_longer() -> None:
    assert first_named(("hood", "mask"), "mask and hood") == "mask"
    assert first_named(("Nimbus", "Nimbus Plus"), "my nimbus plus") == "nimbus plus"


def test_without_phrases_nothing_is_named() -> None:
    assert first_named((), "anything") is None


@pytest.mark.parametrize("names", [("Mayor",), ("jane", "mayor"), (None, "12345"), ("MAYOR", None)])
def test_an_author_is_known_by_handle_or_id(names: tuple[str | None, ...]) -> None:
    terms = parsed(vip_authors=["@mayor", "12345"])
    assert terms.is_vip(*names)
    assert not terms.is_vip("jane", None)
    assert not NO_TERMS.is_vip(*names)


@pytest.mark.parametrize("unit", ["mask ", "oxygen ", "oxygen" + " " * 500, "ox", "@", "#oxygen#", "’"])
def test_a_very_long_post_is_searched_like_any_other(unit: str) -> None:
    """X lets 25,000 characters pass: no phrase may take quadratic time over them."""
    terms = parsed(always_urgent=[f"oxygen mask {number}" for number in range(MOST_PHRASES)])
    assert first_named(terms.always_urgent, unit * (25_000 // len(unit))) is None


# ------------------------------------------------------------------------------------------------- what it changes

CHATTER = "@acme off to lunch, past the blue lantern"
OVERCHARGED = "@acme you charged me twice in the #AcmeQuiz and you won't refund me"
DANGER = "@acme the prize of your #AcmeQuiz caught fire and my daughter is hurt"
COMPLAINT = "@acme the soup was cold and awful and the waiter was rude"
LANTERN = parsed(always_urgent=["blue lantern", "linterna azul", "blauwe lantaarn", "red & blue"])
QUIZ = parsed(never_urgent=["#AcmeQuiz"])


def judged(text: str, terms: Terms = NO_TERMS, language: str | None = None, **circumstances: Any) -> Judgement:
    """As the classifier does it without Comprehend."""
    language = resolve(text, language)
    sentiment = measure(text, language)
    return judge(text, language=language, sentiment=sentiment, circumstances=PostContext(**circumstances), terms=terms)


def points(judgement: Judgement) -> dict[str, int]:
    return {reason.rule: reason.points for reason in judgement.reasons}


@pytest.mark.parametrize("addressed", [True, False])
def test_what_is_always_urgent_is_high_even_in_chatter(addressed: bool) -> None:
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
def test_what_is_always_urgent_is_high_whatever_the_post_wants(text: str) -> None:
    assert judged(text).urgency < HIGH
    assert judged(text, LANTERN).urgency == HIGH


def test_what_is_always_urgent_is_high_in_a_language_that_nothing_reads() -> None:
    text = "@acme de blauwe lantaarn hing naar beneden"
    assert judged(text, language="nl").is_unclassified
    lifted = judged(text, LANTERN, language="nl")
    assert (lifted.intent, lifted.urgency, lifted.severity) == (Intent.OTHER, HIGH, Severity.HIGH)
    assert lifted.is_unclassified


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_phrase_is_found_where_the_source_has_escaped_it(language: str) -> None:
    assert judged("@acme red &amp; blue", LANTERN, language=language).urgency >= HIGH


def test_what_is_urgent_anyway_is_not_made_less_urgent() -> None:
    text = "@acme the blue lantern caught fire and my daughter is hurt"
    assert judged(text).urgency > HIGH
    assert judged(text, LANTERN).urgency == judged(text).urgency
    assert points(judged(text, LANTERN))["brand.always_urgent"] == 0


def test_what_is_never_urgent_pages_nobody() -> None:
    assert judged(OVERCHARGED, followers=50_000).urgency >= HIGH
    capped = judged(OVERCHARGED, QUIZ, followers=50_000)
    assert (capped.intent, capped.urgency, capped.severity) == (Intent.COMPLAINT, HIGH - 1, Severity.NORMAL)
    assert "'#AcmeQuiz' is never urgent here" in [reason.text for reason in capped.reasons]


def test_what_is_never_urgent_keeps_what_is_less_urgent_as_it_is() -> None:
    text = "@acme loved the #AcmeQuiz, thank you"
    assert judged(text, QUIZ).urgency == judged(text).urgency


def test_a_danger_is_urgent_whatever_is_never_urgent() -> None:
    assert judged(DANGER).urgency >= HIGH
    assert judged(DANGER, QUIZ).urgency == judged(DANGER).urgency
    assert "brand.never_urgent" not in points(judged(DANGER, QUIZ))
    question = "@acme is it normal that sparks come from the plug of the #AcmeQuiz prize?"
    assert judged(question, QUIZ).urgency == judged(question).urgency


def test_what_is_always_urgent_beats_what_is_never() -> None:
    both = parsed(always_urgent=["blue lantern"], never_urgent=["#AcmeQuiz"])
    judgement = judged(f"{CHATTER} #AcmeQuiz", both)
    assert judgement.urgency == HIGH
    assert "brand.never_urgent" not in points(judgement)


def test_a_complaint_of_whom_the_brand_has_named_is_thirty_points_more_urgent() -> None:
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


def test_praise_of_whom_the_brand_has_named_pages_nobody() -> None:
    text = "@acme thank you, loved the soup"
    assert judged(text, vip=True).urgency == judged(text).urgency


def test_the_names_of_products_are_no_words() -> None:
    text = "@acme Worst Case Soda on board today"
    assert "cue.verdict" in points(judged(text))
    with_terms = judged(text, parsed(products=["Worst Case Soda"]))
    assert "cue.verdict" not in points(with_terms)
    assert points(with_terms)["brand.product"] == 0
    assert "names Worst Case Soda" in [reason.text for reason in with_terms.reasons]
    assert with_terms.complaint_score < judged(text).complaint_score


@pytest.mark.parametrize("written", ["Worst Case Soda", "#WorstCaseSoda", "@worstcasesoda", "worst  case\nsoda"])
def test_a_product_is_a_name_however_it_is_written(written: str) -> None:
    assert tokenize(f"try {written} today", "en", parsed(products=["Worst Case Soda"])).said == " try today "


def test_what_is_said_beside_a_product_still_counts() -> None:
    text = "@acme Worst Case Soda is the worst drink on board"
    assert "cue.verdict" in points(judged(text, parsed(products=["Worst Case Soda"])))


@pytest.mark.parametrize("written", ["Best Air", "#BestAir", "@bestair"])
def test_a_competitor_is_read_as_one_whatever_it_is_called(written: str) -> None:
    terms = parsed(competitors=["Best Air"])
    assert tokenize(f"flying with {written} next", "en", terms).said == " flying with competitor next "


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


def test_a_disabled_danger_does_not_outweigh_what_is_never_urgent() -> None:
    terms = parsed(never_urgent=["#AcmeQuiz"], disabled_rules=["stake.danger"])
    assert judged(DANGER, terms).urgency < HIGH


@given(
    st.text(), st.sampled_from(["en", "de", "nl", "ja", None]), st.sampled_from([LANTERN, QUIZ, parse_terms(WHOLE, [])])
)
def test_any_post_is_judged_under_any_terms_and_its_reasons_add_up(
    text: str, language: str | None, terms: Terms
) -> None:
    judgement = judged(f"{text} blue lantern, oxygen mask #AcmeQuiz", terms, language)
    assert judgement.urgency == min(100, max(0, sum(points(judgement).values())))
    if terms.always_urgent:
        assert judgement.urgency >= HIGH
