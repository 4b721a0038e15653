"""Sentiment without a service: VADER for English, our own word lists for six other languages.

VADER (Hutto and Gilbert 2014, library vaderSentiment) gives one compound score from -1 to 1. ``measure`` converts it
into the four shares that Comprehend reports, so that all other code handles one form of sentiment.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Protocol, cast

from earshot.triage.judgement import Analyzer, Sentiment
from earshot.triage.normalizer.normalizer import readable
from earshot.triage.sentiment.word_list import LANGUAGES, score

_NOISE = re.compile(r"https?://\S+|@\w+")


def measure(text: str, language: str | None) -> Sentiment | None:
    """The sentiment of ``text``; None, not "neutral", where the word lists do not cover it.

    ``language`` is a lower-case tag. A post of unknown language is measured as English if VADER knows one of its words
    or emoji.
    """
    plain = _NOISE.sub(" ", readable(text)).replace("#", " ").strip()
    return _measured(plain, language) if plain else None


# As many as the classifier has in a batch. It asks twice: whether Comprehend's answer could matter, and in its place.
@lru_cache(maxsize=64)
def _measured(plain: str, language: str | None) -> Sentiment | None:
    if language == "en" or (language is None and _is_known(plain)):
        scores = _vader().polarity_scores(plain)
        return _shares(scores["compound"], scores["pos"], scores["neg"])
    return _by_words(plain, language) if language in LANGUAGES else None


class _Vader(Protocol):
    """What is used of the library's analyzer, which has no type annotations."""

    lexicon: Mapping[str, float]
    emojis: Mapping[str, str]

    def polarity_scores(self, text: str) -> Mapping[str, float]:
        """``compound`` (-1 to 1), and the shares of words ``pos``, ``neg`` and ``neu``."""
        ...


@cache
def _vader() -> _Vader:
    """Made on first use: its lists take about 35 ms to load, which functions that never measure should not pay."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return cast("_Vader", SentimentIntensityAnalyzer())


def _is_known(text: str) -> bool:
    vader = _vader()
    words = (word.strip(".,:;!?\"'").lower() for word in text.split())
    return any(word in vader.lexicon for word in words) or any(character in vader.emojis for character in text)


def _by_words(text: str, language: str) -> Sentiment | None:
    """The sentiment of the listed words and emoji; None if the text has none."""
    found = score(text, language)
    return _shares(found.compound, found.positive, found.negative) if found else None


def _shares(compound: float, positive: float, negative: float) -> Sentiment:
    """A compound score (-1 to 1) and the shares of positive and negative words, as four shares that add up to 1.

    The square root makes a compound of 0.25 half sentiment, half none. The remainder is ``mixed`` in proportion to the
    balance of good and bad words, and ``neutral`` for the rest.
    """
    strength = abs(compound) ** 0.5
    stronger = max(positive, negative)
    balance = min(positive, negative) / stronger if stronger else 0.0
    return Sentiment(
        positive=strength if compound > 0 else 0.0,
        negative=strength if compound < 0 else 0.0,
        neutral=(1 - strength) * (1 - balance),
        mixed=(1 - strength) * balance,
        analyzer=Analyzer.LEXICON,
    )
