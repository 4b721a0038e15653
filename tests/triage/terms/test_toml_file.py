"""The terms file: how it is written, and how each mistake in it is reported."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.errors import TermsError
from earshot.triage.rules.registry import RULES
from earshot.triage.terms.terms import Terms, first_phrase_in
from earshot.triage.terms.toml_file import MAX_PHRASE_LENGTH, MAX_PHRASES, parse_terms
from tests.triage.terms.lists import COMPLETE, parsed

LISTS = ("products", "competitors", "vip_authors", "always_urgent", "never_urgent", "disabled_rules", "voices")


def problems(text: str = "", **lists: Any) -> list[str]:
    """The mistakes that parsing them reports, one by one."""
    with pytest.raises(TermsError) as raised:
        parsed(text, **lists)
    first, *named = str(raised.value).splitlines()
    assert first == "the terms cannot be used:"
    assert all(problem.startswith("  - ") for problem in named)
    return [problem.removeprefix("  - ") for problem in named]


def test_a_file_is_read_as_people_write_it() -> None:
    assert parse_terms(COMPLETE, ["@Acme", "AcmeHelp"]) == Terms(
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
def test_invalid_toml_is_reported_with_the_file_and_the_remedy(text: str) -> None:
    with pytest.raises(TermsError) as raised:
        parse_terms(text, ["Acme"], "terms.toml")
    assert str(raised.value).startswith("terms.toml is not valid TOML: ")
    assert str(raised.value).endswith('Write lists of texts, as in: products = ["Nimbus Plus"]')


MISTAKES = [
    ({"always": ["x-ray"]}, "'always'", "did you mean 'always_urgent'?"),
    (
        {"colours": ["red"]},
        "'colours'",
        "The lists are products, competitors, vip_authors, always_urgent, never_urgent",
    ),
    ({"products": "Nimbus Plus"}, "'products'", 'products = ["...", "..."]'),
    ({"products": ["Nimbus", 7]}, "'products'", "must be a list of texts"),
    ({"products": True}, "'products'", "must be a list of texts"),
    ({"products": [["Nimbus"]]}, "'products'", "must be a list of texts"),
    (
        {"never_urgent": ["x" * (MAX_PHRASE_LENGTH + 1)]},
        f"'{'x' * (MAX_PHRASE_LENGTH + 1)}'",
        "keep the words that identify it",
    ),
    ({"never_urgent": ["a"]}, "'a'", "needs 2 letters or digits"),
    ({"competitors": [" "]}, "' '", "needs 2 letters or digits"),
    ({"competitors": ["#-1-"]}, "'#-1-'", "found in nearly every post"),
    ({"vip_authors": ["Jane Doe"]}, "'Jane Doe'", "neither a handle nor the id of an account"),
    ({"vip_authors": ["@"]}, "'@'", "neither a handle nor the id of an account"),
    ({"vip_authors": ["x.com/jane"]}, "'x.com/jane'", "neither a handle nor the id of an account"),
    ({"vip_authors": ["@Nimbus-Air"]}, "'Nimbus-Air'", "copy it from the profile"),
    ({"vip_authors": ["@nimbus_air_london"]}, "'nimbus_air_london'", "has 17 characters"),
    ({"vip_authors": ["1" * 20]}, "1" * 20, "neither a handle nor the id of an account"),
    ({"voices": ["@José"]}, "'José'", "letters from A to Z"),
    ({"disabled_rules": ["cue.jok"]}, "'cue.jok'", "did you mean 'cue.joke'?"),
    ({"disabled_rules": ["own_case"]}, "'own_case'", "did you mean 'cue.own_case'?"),
    ({"disabled_rules": ["zzz"]}, "'zzz'", "`earshot classify --explain` names those that fire"),
    ({"disabled_rules": ["intent.complaint"]}, "'intent.complaint'", "cannot be switched off"),
    ({"disabled_rules": ["brand.never_urgent"]}, "'brand.never_urgent'", "cannot be switched off"),
    ({"disabled_rules": ["own"]}, "'own'", "cannot be switched off"),
    ({"always_urgent": ["The Mask"], "never_urgent": ["#themask"]}, "'themask'", "keep it in one of them"),
    ({"products": ["Nimbus"], "competitors": ["@nimbus"]}, "'nimbus'", "keep it in one of them"),
]


@pytest.mark.parametrize(("lists", "culprit", "remedy"), MISTAKES)
def test_a_mistake_is_reported_with_its_cause_and_its_remedy(lists: dict[str, Any], culprit: str, remedy: str) -> None:
    (problem,) = problems(**lists)
    assert culprit in problem
    assert remedy in problem
    assert any(f"'{name}'" in problem for name in lists)


def test_voices_are_accounts_each_with_the_brand_that_it_speaks_for() -> None:
    of_one = parse_terms('voices = ["@Anna_of_Acme", " 4711 "]', ["Acme"])
    assert of_one.voices == {"anna_of_acme": "Acme", "4711": "Acme"}
    of_each = '[voices]\nNimbusAir = ["@anna"]\nZephyr = ["bob", "@eve"]'
    several = parse_terms(of_each, ["NimbusAir", "NimbusHelp", "Zephyr"], brands=("NimbusAir", "Zephyr"))
    assert several.voices == {"anna": "NimbusAir", "bob": "Zephyr", "eve": "Zephyr"}
    joined = parse_terms('voices = ["anna"]', ["NimbusAir", "NimbusHelp"], brands=("NimbusAir",))
    assert joined.voices == {"anna": "NimbusAir"}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('voices = ["anna"]', "must say for which brand each speaks: [voices] and below it NimbusAir = "),
        ('[voices]\nNimbus = ["anna"]', "names 'Nimbus', which is no brand here. The brands are NimbusAir, Zephyr."),
        ('[voices]\nZephyr = "anna"', "'voices' must be a list of texts"),
        ('[voices]\nZephyr = ["anna", 7]', "'voices' must be a list of texts"),
        ('[voices]\nZephyr = ["Anna Doe"]', "'voices' has 'Anna Doe': it is neither a handle nor the id of an account"),
        ("voices = 7", "must say for which brand each speaks"),
    ],
)
def test_a_mistake_in_voices_is_reported_with_its_cause(text: str, wrong: str) -> None:
    with pytest.raises(TermsError) as raised:
        parse_terms(text, ["NimbusAir", "NimbusHelp", "Zephyr"], brands=("NimbusAir", "Zephyr"))
    (problem,) = str(raised.value).splitlines()[1:]
    assert wrong in problem


def test_all_mistakes_are_reported_at_once_and_always_in_the_same_order() -> None:
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


def test_the_limits_on_the_number_and_length_of_phrases() -> None:
    phrases = [f"mask {number}" for number in range(MAX_PHRASES)]
    assert parsed(never_urgent=phrases).never_urgent == tuple(phrases)
    (problem,) = problems(never_urgent=[*phrases, "hood"])
    assert "'never_urgent'" in problem
    assert f"has {MAX_PHRASES + 1} entries, and at most {MAX_PHRASES} are allowed" in problem
    assert parsed(products=["x" * MAX_PHRASE_LENGTH, "O2"]).products == ("x" * MAX_PHRASE_LENGTH, "O2")


def test_every_rule_can_be_disabled() -> None:
    assert parsed(disabled_rules=sorted(RULES)).disabled_rules == RULES


TOML_LIKE = st.lists(st.sampled_from([*"abu\"'[]{}=,.#@ \n\\-:0129T_’", *LISTS, " = [", '["', '"]'])).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@given(st.text() | TOML_LIKE)
def test_any_text_is_parsed_or_raises_terms_error(text: str) -> None:
    with contextlib.suppress(TermsError):
        assert isinstance(parse_terms(text, ["Acme"]), Terms)


@given(st.dictionaries(st.sampled_from(LISTS), st.lists(st.text(max_size=6)) | VALUES))
def test_any_lists_raise_terms_error_or_find_their_own_phrases(lists: dict[str, Any]) -> None:
    with contextlib.suppress(TermsError):
        terms = parsed(**lists)
        for phrases in (terms.products, terms.competitors, terms.always_urgent, terms.never_urgent):
            assert all(first_phrase_in(phrase, phrases) for phrase in phrases)


@pytest.mark.parametrize("key", ["vip_authors", "voices"])
def test_a_name_that_an_earlier_release_took_is_told_with_the_remedy(key: str) -> None:
    """After an upgrade the stored terms may hold one, and the log of classify is where an operator reads of it."""
    with pytest.raises(TermsError) as raised:
        parse_terms(f'{key} = ["@nimbus_air_london"]', ["Acme"], "the stored terms")
    assert "has 17 characters, and a handle on X has 15 at most" in str(raised.value)
    assert "Earlier releases took it: correct or remove it, and run `earshot terms put` again" in str(raised.value)
