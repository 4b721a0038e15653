"""What the author wants: the cues of the language, the sentiment, and how the post is written, weighed together."""

import math
from dataclasses import dataclass

from earshot.triage.cues import Cue, heard
from earshot.triage.english import ENGLISH
from earshot.triage.european import EUROPEAN
from earshot.triage.judgement import Analyzer, Intent, Sentiment
from earshot.triage.reading import Reading
from earshot.triage.tone import TONE

CUES: dict[str, tuple[Cue, ...]] = {"en": ENGLISH, **EUROPEAN}

# Where a complaint starts from, in log-odds, before anything is heard: a post that speaks to the brand is likelier
# to be one than a post that only speaks about it. Both are below zero: silence is no complaint.
_ADDRESSED, _MENTIONED = -0.3, -0.9
# What a point for another intent takes from a complaint: people praise, ask and joke while they complain.
_AGAINST = {Intent.PRAISE: 0.75, Intent.QUESTION: 0.55, Intent.OPPORTUNITY: 0.7, Intent.OTHER: 0.8}
# Set by hand, as all weights here: no text has trained them.
# A wholly negative post is worth this many log-odds: VADER often errs, Comprehend seldom.
_TRUST = {Analyzer.LEXICON: 1.3, Analyzer.COMPREHEND: 3.0}
# From this score on a post is a complaint.
LEAST_COMPLAINT = 0.5
# An intent other than complaint needs this much said for it.
_ENOUGH = 0.75


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the author wants, how surely it is a complaint (0 to 1), and the cues that say so."""

    intent: Intent
    complaint_score: float
    cues: tuple[Cue, ...]


def can_judge(language: str | None, sentiment: Sentiment | None) -> bool:
    """Whether there is anything to judge by: a sentiment, or cues. A post of unknown language is read as English."""
    return sentiment is not None or language is None or language in CUES


def reckon(reading: Reading, language: str | None, sentiment: Sentiment | None, *, addressed: bool) -> Reckoning:
    """Weigh what was heard. Cues of emoji and of writing count in every language."""
    cues = tuple(heard((*CUES.get(language or "en", ()), *TONE), reading))
    said = dict.fromkeys(Intent, 0.0)
    for cue in cues:
        said[cue.intent] += cue.weight
    feeling = _feeling(sentiment)
    odds = (_ADDRESSED if addressed else _MENTIONED) + said[Intent.COMPLAINT] - feeling
    odds -= sum(weight * said[intent] for intent, weight in _AGAINST.items())
    score = 1 / (1 + math.exp(-odds))
    return Reckoning(_choose(said, feeling, score), score, cues)


def _feeling(sentiment: Sentiment | None) -> float:
    """From wholly bad (negative) to wholly good (positive), in log-odds; 0 where nobody measured it."""
    return 0.0 if sentiment is None else _TRUST[sentiment.analyzer] * (sentiment.positive - sentiment.negative)


def _choose(said: dict[Intent, float], feeling: float, score: float) -> Intent:
    if score >= LEAST_COMPLAINT:
        return Intent.COMPLAINT
    # Praise that a reproach stands beside is none: "great seats, but the bags are lost".
    said = {**said, Intent.PRAISE: said[Intent.PRAISE] + 0.6 * feeling - 0.5 * said[Intent.COMPLAINT]}
    best = max((Intent.QUESTION, Intent.OPPORTUNITY, Intent.PRAISE, Intent.OTHER), key=lambda intent: said[intent])
    return best if said[best] >= _ENOUGH else Intent.OTHER
