"""How a post is worded: a linear model over words and pairs of words, trained on Earshot's own corpus and nothing else.

``infra/training.py`` writes ``wording.json``; docs/triage.md says what it is worth, and what it was measured on.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from earshot.triage.judgement import Intent
from earshot.triage.tokenizer import TokenizedText

FILE = Path(__file__).with_name("weights.json")
# The weights are whole numbers: hundredths of a log-odd.
SCALE = 100
ALWAYS = ""
# What a feature weighs: for each intent, and for urgency.
COLUMNS = (*map(str, Intent), "urgent")
_MOST_TELLING = 3
# Hundredths of a log-odd; what weighs less tells a person nothing.
_LEAST_TELLING = 25

_LINK = re.compile(r"https?://")
_OWN = re.compile(r" (?:i|my|me|we|our|us|im|ive|mine) ")
# Traits of writing, as features beside the words: each named for staff.
_TRAITS = (
    ("begins with a handle", lambda reading, length: reading.text.lstrip().startswith("@")),
    ("two handles", lambda reading, length: reading.text.count("@") >= 2),
    ("a link", lambda reading, length: _LINK.search(reading.text) is not None),
    ("a hashtag", lambda reading, length: "#" in reading.text),
    ("many hashtags", lambda reading, length: reading.text.count("#") >= 3),
    ("four words or fewer", lambda reading, length: length <= 4),
    ("eight words or fewer", lambda reading, length: length <= 8),
    ("25 words or more", lambda reading, length: length >= 25),
    ("40 words or more", lambda reading, length: length >= 40),
    ("ends in a question mark", lambda reading, length: reading.said.endswith(" ? ")),
    ("trails off", lambda reading, length: "..." in reading.text or "…" in reading.text),
    ("speaks of me or us", lambda reading, length: _OWN.search(reading.said) is not None),
)


@dataclass(frozen=True, slots=True)
class TextScores:
    """``complaint``: log-odds of a complaint against all else. ``others``: how well each other intent fits.

    ``urgent``: log-odds that a complaint cannot wait. The rest are the words, or traits of writing, that say most for
    the one and the other.
    """

    complaint: float
    others: Mapping[Intent, float]
    telling: tuple[str, ...]
    urgent: float
    telling_urgent: tuple[str, ...]


def features(reading: TokenizedText) -> Iterator[str]:
    """What the model sees of a post: words, pairs of words, and traits of writing; some of them more than once."""
    words = ["^", *reading.said.split(), "$"]
    yield from words
    yield from map(" ".join, pairwise(words))
    for name, holds in _TRAITS:
        if holds(reading, len(words) - 2):
            yield f"({name})"


def weigh(reading: TokenizedText) -> TextScores:
    """What the wording of an English post speaks for."""
    weights = _weights()
    known = [(feature, weights[feature]) for feature in dict.fromkeys(features(reading)) if feature in weights]
    columns = zip(weights[ALWAYS], *(weight for _, weight in known), strict=True)
    complaint, *others, urgent = (sum(column) / SCALE for column in columns)
    rest = math.log(sum(map(math.exp, others)) / len(others))
    leaning = [(feature, weight[0] - sum(weight[1:-1]) / len(others)) for feature, weight in known]
    return TextScores(
        complaint=complaint - rest,
        others=dict(zip(list(Intent)[1:], others, strict=True)),
        telling=_telling(leaning, complaint - rest),
        urgent=urgent,
        telling_urgent=_telling([(feature, weight[-1]) for feature, weight in known], urgent),
    )


def _telling(leaning: list[tuple[str, float]], whole: float) -> tuple[str, ...]:
    """The features that lean furthest to the side that the whole leans to, as staff read them."""
    side = 1 if whole > 0 else -1
    furthest = sorted((-side * lean, feature) for feature, lean in leaning if side * lean >= _LEAST_TELLING)
    told = dict.fromkeys(shown for _, feature in furthest[: 3 * _MOST_TELLING] if (shown := _shown(feature)))
    return tuple(told)[:_MOST_TELLING]


def _shown(feature: str) -> str | None:
    """A feature for people; None for one that is a mark alone, which tells them nothing."""
    if feature.startswith("("):
        return feature[1:-1]
    words = " ".join(word for word in feature.split() if word not in "^$")
    return f'"{words}"' if any(map(str.isalnum, words)) else None


@cache
def _weights() -> Mapping[str, list[int]]:
    """By feature, the weights of ``COLUMNS``. Read once, with the first English post."""
    return json.loads(FILE.read_bytes())["weights"]
