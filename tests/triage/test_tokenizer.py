"""How a post is taken apart."""

from hypothesis import given
from hypothesis import strategies as st

from earshot.triage.terms.terms import Terms
from earshot.triage.tokenizer import tokenize


def test_noise_goes_and_words_stay() -> None:
    reading = tokenize("@Acme #WorstTeaEver &amp; sooooo bad!!  https://t.co/x1 don’t")
    assert reading.said == " worst tea ever so bad ! ! dont "


def test_a_negation_reaches_three_words_and_stops_at_a_mark() -> None:
    assert tokenize("I am not at all happy today").meant == " i am not not_at not_all not_happy today "
    assert tokenize("No, great tea").meant == " no , great tea "


def test_cannot_is_no_negation_of_what_follows() -> None:
    assert "not_" not in tokenize("I can't thank you enough").meant


def test_french_and_italian_elisions_are_two_words() -> None:
    assert tokenize("L'appli n'ouvre pas", "fr").said == " l appli n ouvre pas "
    assert tokenize("don't", "en").said == " dont "


def test_the_brands_own_hashtag_is_a_name_and_no_words() -> None:
    assert tokenize("#BestTea is cold", terms=Terms(frozenset({"besttea"}))).said == " is cold "
    assert tokenize("#BestTea is cold").said == " best tea is cold "


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    said = tokenize(text).said
    assert said.startswith(" ")
    assert said.endswith(" ")
