"""What the author wants: the cues of the language, the wording, the sentiment, and how the post is written, weighed."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from earshot.triage.context import PostContext
from earshot.triage.judgement import Analyzer, Intent, Sentiment
from earshot.triage.rules.cues import Cue, heard
from earshot.triage.rules.emoji_cues import TONE
from earshot.triage.rules.english.cues import ENGLISH
from earshot.triage.rules.european.cues import EUROPEAN
from earshot.triage.terms.terms import Terms
from earshot.triage.text_model import model as wording
from earshot.triage.tokenizer import TokenizedText

CUES: dict[str, tuple[Cue, ...]] = {"en": ENGLISH, **EUROPEAN}
SENTIMENT, WORDING = "sentiment", "wording"
ADDRESSED, NAMED, MENTIONED = "start.addressed", "start.named", "start.mentioned"

# Where a complaint starts from, in log-odds, before anything is heard: a post that speaks to the brand is likelier
# to be one than a post that only names it, and what does not even use its handle is talk among others, mostly. All are
# below zero: silence is no complaint.
_START = {
    ADDRESSED: (-0.6, "speaks to the brand"),
    NAMED: (-1.6, "names the brand's handle"),
    MENTIONED: (-3.2, "only speaks about the brand"),
}
# What a point for another intent takes from a complaint: people praise, ask and joke while they complain.
_AGAINST = {Intent.PRAISE: 0.75, Intent.QUESTION: 0.7, Intent.OPPORTUNITY: 0.7, Intent.OTHER: 0.8}
# A wholly negative post is worth this many log-odds: VADER often errs, Comprehend seldom.
_TRUST = {Analyzer.LEXICON: 1.0, Analyzer.COMPREHEND: 3.0}
# How far the wording is trusted beside the rules, for a complaint and for each other intent: docs/triage.md measures.
_WORDING_COMPLAINT, _WORDING_OTHER = 0.6, 1.0
# From this score on a post is a complaint.
LEAST_COMPLAINT = 0.5
# An intent other than complaint needs this much more said for it than "other" does.
_ENOUGH = 0.75
# What good feeling adds to praise, and a point of complaint takes from it.
_PRAISED, _REPROACHED = 0.6, 0.5
# In this order where two are equally likely.
_OTHERS = (Intent.QUESTION, Intent.OPPORTUNITY, Intent.PRAISE, Intent.OTHER)
_LIKE = {
    Intent.COMPLAINT: "a complaint",
    Intent.QUESTION: "a question",
    Intent.OPPORTUNITY: "a wish or a joke",
    Intent.PRAISE: "praise",
    Intent.OTHER: "talk in passing",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing heard: its rule, what it speaks for and how strongly, and what staff read.

    ``odds`` is what it adds to the log-odds of a complaint, and takes from them where it is negative.
    """

    rule: str
    intent: Intent
    weight: float
    odds: float
    text: str


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the author wants, how surely it is a complaint (0 to 1), and the evidence whose odds add up to that.

    ``worded`` is None where nothing reads the wording of the language.
    """

    intent: Intent
    complaint_score: float
    evidence: tuple[Evidence, ...]
    worded: wording.TextScores | None = None


def can_judge(language: str | None, sentiment: Sentiment | None) -> bool:
    """Whether there is anything to judge by: a sentiment, or cues. A post of unknown language is read as English."""
    return sentiment is not None or language is None or language in CUES


def reckon(
    reading: TokenizedText, language: str | None, sentiment: Sentiment | None, circumstances: PostContext, terms: Terms
) -> Reckoning:
    """Weigh what was heard. Cues of emoji and of writing count in every language, the wording in English."""
    spoken = language or "en"
    cues = [_of_cue(cue) for cue in heard((*CUES.get(spoken, ()), *TONE), reading, terms)]
    worded = wording.weigh(reading) if spoken == "en" and terms.allows(WORDING) else None
    start = ADDRESSED if circumstances.addressed else NAMED if circumstances.named else MENTIONED
    evidence = [Evidence(start, Intent.OTHER, 0.0, *_START[start])]
    if sentiment is not None and terms.allows(SENTIMENT):
        evidence.append(_of_sentiment(sentiment))
    if worded is not None:
        evidence.append(_of_wording(worded))
    evidence += cues
    score = _logistic(sum(item.odds for item in evidence))
    return Reckoning(_choose(evidence, worded, score), score, tuple(evidence), worded)


def _of_cue(cue: Cue) -> Evidence:
    sign = 1.0 if cue.intent is Intent.COMPLAINT else -_AGAINST[cue.intent]
    return Evidence(f"cue.{cue.rule}", cue.intent, cue.weight, sign * cue.weight, cue.text)


def _of_sentiment(sentiment: Sentiment) -> Evidence:
    """From wholly bad (negative) to wholly good (positive), in log-odds."""
    feeling = _TRUST[sentiment.analyzer] * (sentiment.positive - sentiment.negative)
    intent = Intent.PRAISE if feeling > 0 else Intent.COMPLAINT
    return Evidence(
        SENTIMENT, intent, abs(feeling), -feeling, f"{sentiment.label} sentiment, says {sentiment.analyzer}"
    )


def _of_wording(worded: wording.TextScores) -> Evidence:
    odds = _WORDING_COMPLAINT * worded.complaint
    intent = Intent.COMPLAINT if odds > 0 else max(worded.others, key=lambda other: worded.others[other])
    told = f": {', '.join(worded.telling)}" if worded.telling else ""
    return Evidence(WORDING, intent, abs(odds), odds, f"worded like {_LIKE[intent]}{told}")


def _choose(evidence: Iterable[Evidence], worded: wording.TextScores | None, score: float) -> Intent:
    if score >= LEAST_COMPLAINT:
        return Intent.COMPLAINT
    said = dict.fromkeys(Intent, 0.0)
    feeling = 0.0
    for item in evidence:
        if item.rule.startswith("cue."):
            said[item.intent] += item.weight
        elif item.rule == SENTIMENT:
            feeling = -item.odds
    # Praise that a reproach stands beside is none: "great seats, but the bags are lost".
    said[Intent.PRAISE] += _PRAISED * feeling - _REPROACHED * said[Intent.COMPLAINT]
    said[Intent.OTHER] += _ENOUGH
    others = worded.others if worded is not None else {}
    return max(_OTHERS, key=lambda intent: said[intent] + _WORDING_OTHER * others.get(intent, 0.0))


def _logistic(odds: float) -> float:
    # Beyond this the score is 0 or 1 to the last digit, and exp() would overflow.
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))
