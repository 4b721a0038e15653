"""The text model: logistic regression over the words and word pairs of a post.

It is trained on Earshot's own corpus and nothing else. ``infra/corpus/train.py`` writes ``weights.json``;
docs/triage.md says how it was measured and what it adds.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from earshot.triage.judgement import Intent
from earshot.triage.tokenizer import TokenizedText

WEIGHTS_FILE = Path(__file__).with_name("weights.json")
# The stored weights are whole numbers: hundredths of a log-odd.
SCALE = 100
# The name under which the model's intercepts are stored.
INTERCEPT = ""
# What each feature has a weight for: every intent, and urgency.
COLUMNS = (*map(str, Intent), "urgent")
_MAX_TOP_FEATURES = 3
# Hundredths of a log-odd; a feature with less explains nothing to a person.
_MIN_TOP_WEIGHT = 25

_LINK = re.compile(r"https?://")
_FIRST_PERSON = re.compile(r" (?:i|my|me|we|our|us|im|ive|mine) ")
# Features of style, beside the words. The names are what staff read.
_STYLE_FEATURES: tuple[tuple[str, Callable[[TokenizedText, int], bool]], ...] = (
    ("begins with a handle", lambda post, words: post.raw.lstrip().startswith("@")),
    ("two handles", lambda post, words: post.raw.count("@") >= 2),
    ("a link", lambda post, words: _LINK.search(post.raw) is not None),
    ("a hashtag", lambda post, words: "#" in post.raw),
    ("many hashtags", lambda post, words: post.raw.count("#") >= 3),
    ("four words or fewer", lambda post, words: words <= 4),
    ("eight words or fewer", lambda post, words: words <= 8),
    ("25 words or more", lambda post, words: words >= 25),
    ("40 words or more", lambda post, words: words >= 40),
    ("ends in a question mark", lambda post, words: post.normalized.endswith(" ? ")),
    ("trails off", lambda post, words: "..." in post.raw or "…" in post.raw),
    ("speaks of me or us", lambda post, words: _FIRST_PERSON.search(post.normalized) is not None),
)


@dataclass(frozen=True, slots=True)
class TextScores:
    """What the model says of a post, in log-odds.

    ``complaint``: a complaint against all else. ``others``: the score of each other intent. ``urgent``: that a
    complaint cannot wait. ``top_features`` and ``top_urgent_features`` are the words, or traits of style, that
    contributed most to ``complaint`` and to ``urgent``, as staff read them.
    """

    complaint: float
    others: Mapping[Intent, float]
    top_features: tuple[str, ...]
    urgent: float
    top_urgent_features: tuple[str, ...]


def features(post: TokenizedText) -> Iterator[str]:
    """The features of a post: words, pairs of words, and traits of style. Some come more than once."""
    words = ["^", *post.normalized.split(), "$"]
    yield from words
    yield from map(" ".join, pairwise(words))
    for name, holds in _STYLE_FEATURES:
        if holds(post, len(words) - 2):
            yield f"({name})"


def score_text(post: TokenizedText) -> TextScores:
    """The scores of an English post."""
    weights = _weights()
    known = [(feature, weights[feature]) for feature in dict.fromkeys(features(post)) if feature in weights]
    columns = zip(weights[INTERCEPT], *(row for _, row in known), strict=True)
    complaint, *others, urgent = (sum(column) / SCALE for column in columns)
    rest = math.log(sum(map(math.exp, others)) / len(others))
    complaint_weights = [(feature, row[0] - sum(row[1:-1]) / len(others)) for feature, row in known]
    return TextScores(
        complaint=complaint - rest,
        others=dict(zip(list(Intent)[1:], others, strict=True)),
        top_features=_top_features(complaint_weights, complaint - rest),
        urgent=urgent,
        top_urgent_features=_top_features([(feature, row[-1]) for feature, row in known], urgent),
    )


def _top_features(weights: list[tuple[str, float]], score: float) -> tuple[str, ...]:
    """The features with the greatest weights of the same sign as ``score``, as staff read them."""
    sign = 1 if score > 0 else -1
    ranked = sorted((-sign * weight, feature) for feature, weight in weights if sign * weight >= _MIN_TOP_WEIGHT)
    candidates = (feature for _, feature in ranked[: 3 * _MAX_TOP_FEATURES])
    shown = dict.fromkeys(text for feature in candidates if (text := _as_text(feature)))
    return tuple(shown)[:_MAX_TOP_FEATURES]


def _as_text(feature: str) -> str | None:
    """A feature as staff read it; None for one of punctuation only, which tells them nothing."""
    if feature.startswith("("):
        return feature[1:-1]
    words = " ".join(word for word in feature.split() if word not in "^$")
    return f'"{words}"' if any(map(str.isalnum, words)) else None


@cache
def _weights() -> Mapping[str, list[int]]:
    """The weights in the order of ``COLUMNS``, by feature. The file is read once, for the first English post."""
    return json.loads(WEIGHTS_FILE.read_bytes())["weights"]
