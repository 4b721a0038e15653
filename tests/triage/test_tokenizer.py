"""The tokenizer."""

from hypothesis import given
from hypothesis import strategies as st

from earshot.triage.terms.terms import Terms
from earshot.triage.tokenizer import tokenize


def test_noise_is_removed_and_words_are_kept() -> None:
    post = tokenize("@Acme #WorstTeaEver &amp; sooooo bad!!  https://t.co/x1 don’t")
    assert post.normalized == " worst tea ever so bad ! ! dont "


def test_a_negation_marks_three_words_up_to_punctuation() -> None:
    assert tokenize("I am not at all happy today").negation_marked == " i am not not_at not_all not_happy today "
    assert tokenize("No, great tea").negation_marked == " no , great tea "


def test_cannot_is_not_a_negation() -> None:
    assert "not_" not in tokenize("I can't thank you enough").negation_marked


def test_french_and_italian_elisions_are_two_words() -> None:
    assert tokenize("L'appli n'ouvre pas", "fr").normalized == " l appli n ouvre pas "
    assert tokenize("don't", "en").normalized == " dont "


def test_the_brands_own_hashtag_is_removed_as_a_name() -> None:
    assert tokenize("#BestTea is cold", terms=Terms(frozenset({"besttea"}))).normalized == " is cold "
    assert tokenize("#BestTea is cold").normalized == " best tea is cold "


@given(st.text())
def test_any_text_can_be_tokenized(text: str) -> None:
    normalized = tokenize(text).normalized
    assert normalized.startswith(" ")
    assert normalized.endswith(" ")
