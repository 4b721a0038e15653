"""The baselines: VADER unchanged, and a linear model that is trained on another labelled file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from infra.evaluation.labelled import LabelledFile, LabelledPost
from infra.evaluation.results.metrics import ComplaintPredictions
from infra.evaluation.scikit_learn import LinearTextModel
from infra.replay.rows import RecordingError

_HANDLE = re.compile(r"(?<!\w)@\w+")
# From here on VADER's authors call a text negative (github.com/cjhutto/vaderSentiment, "About the Scoring").
_NEGATIVE = -0.05
# Characters. VADER takes quadratic time over feeling words: seconds for 25,000.
_LONGEST = 5_000


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """The file that trained the linear model, and the number of its posts that did."""

    file: LabelledFile
    posts: int


@dataclass(frozen=True, slots=True)
class LinearBaseline:
    """What the linear model says, and what trained it."""

    verdicts: ComplaintPredictions
    training: TrainingSet


def plain_lexicon(posts: Sequence[LabelledPost]) -> ComplaintPredictions:
    """VADER's compound, turned round; a complaint is what VADER calls negative."""
    vader: Any = SentimentIntensityAnalyzer()  # the library has no types
    scores = [-float(vader.polarity_scores(post.text[:_LONGEST])["compound"]) for post in posts]
    return ComplaintPredictions.of("VADER", _labels(posts), scores, [score >= -_NEGATIVE for score in scores])


def linear_model(posts: Sequence[LabelledPost], file: LabelledFile) -> LinearBaseline:
    """TF-IDF of words and pairs of words, and logistic regression, trained on ``file``.

    A text of ``file`` that is among ``posts`` trains nothing: the model would know its label. RecordingError where
    what is left is too little to learn from.
    """
    tested = {_words(post.text) for post in posts}
    lessons = [post for post in file.posts if _words(post.text) not in tested]
    if len({post.complaint for post in lessons}) < 2:
        raise RecordingError(
            f"{file.name} cannot train the baseline: {len(lessons)} of its {len(file.posts)} posts are not among the "
            "measured ones, and not both complaints and others. Give another file."
        )
    try:
        model = LinearTextModel.trained_on([_words(post.text) for post in lessons], _labels(lessons))
    except ValueError as error:
        raise RecordingError(
            f"{file.name} cannot train the baseline: its {len(lessons)} posts have too few words that occur twice "
            f"({error}). Give a larger file."
        ) from None
    scores = model.probabilities([_words(post.text) for post in posts])
    verdicts = ComplaintPredictions.of("TF-IDF", _labels(posts), scores, [score >= 0.5 for score in scores])
    return LinearBaseline(verdicts, TrainingSet(file, len(lessons)))


def _words(text: str) -> str:
    """Without handles: a brand that is scolded more than others would give the label away."""
    return " ".join(_HANDLE.sub(" ", text).lower().split())


def _labels(posts: Sequence[LabelledPost]) -> list[bool]:
    return [post.complaint for post in posts]
