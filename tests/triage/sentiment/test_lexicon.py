"""Sentiment from VADER and from word lists."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.triage.judgement import Analyzer
from earshot.triage.sentiment.lexicon import measure

LANGUAGES = st.sampled_from(["en", "es", "pt", "fr", "de", "it", "ar", "ja", "xx", None])


@pytest.mark.parametrize(
    ("text", "language", "label"),
    [
        ("The worst kettle I ever had, it is terrible", "en", "negative"),
        ("What a wonderful, friendly team", "en", "positive"),
        ("The shop is on the corner", "en", "neutral"),
        ("Un servicio pésimo", "es", "negative"),
        ("No es muy bueno", "es", "negative"),
        ("O pão é excelente", "pt", "positive"),
        ("C'est une honte", "fr", "negative"),
        ("Das ist nicht schlecht", "de", "positive"),
        ("Servizio vergognoso", "it", "negative"),
        ("خدمة سيئة", "ar", "negative"),
        ("😍", "fr", "positive"),
    ],
)
def test_the_label_of_a_sentiment(text: str, language: str, label: str) -> None:
    sentiment = measure(text, language)
    assert sentiment is not None
    assert sentiment.label == label
    assert sentiment.analyzer is Analyzer.LEXICON


def test_good_and_bad_words_in_balance_are_mixed() -> None:
    sentiment = measure("El pan es excelente, la espera horrible", "es")
    assert sentiment is not None
    assert sentiment.label == "mixed"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ひどいサービスです", "ja"),
        ("Wat een slechte service", "nl"),
        ("El pan está en la mesa", "es"),
        ("الخبز على الطاولة", "ar"),
        ("xyzzy plugh", None),
        ("un servicio pésimo", None),
        ("@acme https://t.co/abc", "en"),
        ("", "en"),
    ],
)
def test_a_text_without_known_words_has_no_sentiment(text: str, language: str | None) -> None:
    assert measure(text, language) is None


@pytest.mark.parametrize("text", ["awful", "😠"])
def test_an_unknown_language_is_measured_by_known_words(text: str) -> None:
    sentiment = measure(text, None)
    assert sentiment is not None
    assert sentiment.label == "negative"


@given(st.text(), LANGUAGES)
def test_the_shares_add_up_to_one_whatever_the_text(text: str, language: str | None) -> None:
    sentiment = measure(text, language)
    if sentiment is not None:
        shares = (sentiment.positive, sentiment.negative, sentiment.neutral, sentiment.mixed)
        assert sum(shares) == pytest.approx(1)
        assert all(0 <= share <= 1 for share in shares)


def test_the_import_loads_no_word_list() -> None:
    """They take 35 ms (VADER) or 3 ms (a language) to load, which a function that never judges should not pay."""
    script = """
import sys
read = []
sys.addaudithook(lambda event, given: event == "open" and str(given[0]).endswith(".txt") and read.append(given[0]))
import earshot.triage.judge, earshot.triage.sentiment.measure
print("vaderSentiment" in sys.modules, len(read))
from earshot.triage.sentiment.lexicon import measure
measure("un servicio terrible", "es")
print("vaderSentiment" in sys.modules, len(read))
"""
    answer = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    # The words of the language, and the emoji.
    assert answer.stdout.split() == ["False", "0", "False", "2"]
