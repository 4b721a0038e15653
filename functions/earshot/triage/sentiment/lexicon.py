"""Sentiment without a service: VADER for English, a small list of telling words for es, pt, fr, de and it.

VADER (Hutto and Gilbert 2014, library vaderSentiment) gives one compound score from -1 to 1; ``measure`` spreads it
over the four shares that Comprehend gives, so that all that follows reads one shape.
"""

import re
from functools import cache
from typing import TYPE_CHECKING

from earshot.triage.judgement import Analyzer, Sentiment
from earshot.triage.sentiment.words import NEGATIVE, NEGATORS, POSITIVE

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

_NOISE = re.compile(r"https?://\S+|@\w+")
_WORD = re.compile(r"[^\W\d_]+")
# Characters; as much as Comprehend reads of a post. VADER takes quadratic time over feeling words: seconds for 25,000.
_LONGEST = 5_000
# How many words back a negation still turns a word round: "no es muy bueno".
_SCOPE = 3
# One telling word gives a compound of 0.5, two 0.67: a list this small never claims certainty.
_DAMPING = 1.0


def measure(text: str, language: str | None) -> Sentiment | None:
    """The sentiment of ``text``, or None where the lexicon cannot tell: never "neutral" for want of knowledge.

    A post of unknown language is judged as English if it holds a word or an emoji that VADER knows.
    """
    plain = _NOISE.sub(" ", text[:_LONGEST]).replace("#", " ").strip()
    if not plain:
        return None
    if language == "en" or (language is None and _is_known(plain)):
        scores = _vader().polarity_scores(plain)
        return _spread(scores["compound"], scores["pos"], scores["neg"])
    return _by_words(plain, language) if language in NEGATIVE else None


@cache
def _vader() -> "SentimentIntensityAnalyzer":
    """Built on first use: reading the lists takes about 35 ms, which only whoever measures should pay."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


def _is_known(text: str) -> bool:
    vader = _vader()
    words = (word.strip(".,:;!?\"'").lower() for word in text.split())
    return any(word in vader.lexicon for word in words) or any(character in vader.emojis for character in text)


def _by_words(text: str, language: str) -> Sentiment | None:
    """Counts telling words, turned round within a negation's reach; None where the text holds none of them."""
    words = _WORD.findall(text.lower())
    positive = negative = 0
    for position, word in enumerate(words):
        good, bad = word in POSITIVE[language], word in NEGATIVE[language]
        if not (good or bad):
            continue
        negated = not NEGATORS[language].isdisjoint(words[max(0, position - _SCOPE) : position])
        positive += good is not negated
        negative += good is negated
    found = positive + negative
    if not found:
        return None
    return _spread((positive - negative) / (found + _DAMPING), positive / found, negative / found)


def _spread(compound: float, positive: float, negative: float) -> Sentiment:
    """Four shares that add up to one.

    The root makes a compound of 0.25 an even bet between a feeling and none. What is left is ``mixed`` as far as
    good and bad words are in balance, and ``neutral`` for the rest.
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
