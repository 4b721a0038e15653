"""Where a post contains a phrase of the brand's terms, and which authors they list."""

import pytest

from earshot.triage.terms.terms import NO_TERMS, first_phrase_in
from earshot.triage.terms.toml_file import MAX_PHRASES
from tests.triage.terms.lists import parsed

pytestmark = pytest.mark.slow

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
    assert first_phrase_in(text, (phrase,)) == found
    assert first_phrase_in(text, ("something else", phrase)) == found


@pytest.mark.parametrize(("phrase", "text"), NOT_NAMED)
def test_a_phrase_is_found_as_whole_words_only(phrase: str, text: str) -> None:
    assert first_phrase_in(text, (phrase,)) is None


def test_of_two_phrases_the_first_in_the_text_is_found_and_at_one_place_the_longer() -> None:
    assert first_phrase_in("mask and hood", ("hood", "mask")) == "mask"
    assert first_phrase_in("my nimbus plus", ("Nimbus", "Nimbus Plus")) == "nimbus plus"


def test_without_phrases_nothing_is_found() -> None:
    assert first_phrase_in("anything", ()) is None


@pytest.mark.parametrize("names", [("Mayor",), ("jane", "mayor"), (None, "12345"), ("MAYOR", None)])
def test_an_author_is_known_by_handle_or_id(names: tuple[str | None, ...]) -> None:
    terms = parsed(vip_authors=["@mayor", "12345"])
    assert terms.is_vip(*names)
    assert not terms.is_vip("jane", None)
    assert not NO_TERMS.is_vip(*names)


@pytest.mark.parametrize("unit", ["mask ", "oxygen ", "oxygen" + " " * 500, "ox", "@", "#oxygen#", "’"])
def test_a_very_long_post_is_searched_like_any_other(unit: str) -> None:
    """X allows 25,000 characters: no phrase may take quadratic time over them."""
    terms = parsed(always_urgent=[f"oxygen mask {number}" for number in range(MAX_PHRASES)])
    assert first_phrase_in(unit * (25_000 // len(unit)), terms.always_urgent) is None
