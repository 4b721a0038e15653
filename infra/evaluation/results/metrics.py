"""Metrics of agreement with the labels. All are 0 to 1, except counts and ``false_per_1000``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from earshot.triage.judgement import Intent
from infra.evaluation.results.calibration import Calibration, calibration
from infra.evaluation.scikit_learn import (
    auc,
    average_precision,
    binary_scores,
    class_scores,
    confusion,
    macro_f1,
    precision_recall_curve,
)


@dataclass(frozen=True, slots=True)
class ComplaintMetrics:
    """Complaint or not. Precision, recall and F1 are of the complaints, ``macro_f1`` is the mean F1 of both classes.

    ``precision_at_recall_80`` is the highest precision of all thresholds of the score that find 80 % of the
    complaints; ``recall_at_precision_90`` the highest recall of those that are right nine times in ten, 0 where none
    is. ``false_per_1000`` are the false complaints among 1,000 posts. ``calibration`` is None where the scores are no
    probabilities.
    """

    posts: int
    complaints: int
    share: float
    precision: float
    recall: float
    f1: float
    macro_f1: float
    auc: float
    average_precision: float
    precision_at_recall_80: float
    precision_at_recall_90: float
    recall_at_precision_90: float
    false_per_1000: float
    calibration: Calibration | None


@dataclass(frozen=True, slots=True)
class ComplaintPredictions:
    """The predictions of one classifier of complaints, and its metrics.

    For each post a score (the higher, the likelier a complaint), and whether it is predicted to be one.
    """

    name: str
    scores: list[float]
    predicted: list[bool]
    figures: ComplaintMetrics

    @classmethod
    def of(cls, name: str, labels: Sequence[bool], scores: Sequence[float], predicted: Sequence[bool]) -> Self:
        """Predictions with their metrics; both classes must be among the labels."""
        return cls(name, list(scores), list(predicted), complaint_metrics(labels, scores, predicted))


@dataclass(frozen=True, slots=True)
class OneIntentMetrics:
    """One intent against the four others, and how many posts are labelled with it."""

    posts: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class IntentMetrics:
    """The five intents. ``macro_f1`` and ``each`` are over the intents that some label has.

    ``confusion`` counts posts by label, and then by what they were taken for. What would wake somebody for nothing is
    None where no such label is.
    """

    macro_f1: float
    each: Mapping[Intent, OneIntentMetrics]
    confusion: Mapping[Intent, Mapping[Intent, int]]
    questions_called_complaints: float | None
    praise_called_complaints: float | None


@dataclass(frozen=True, slots=True)
class UrgencyMetrics:
    """How well the urgent score sorts, over the posts of which it is known whether they are urgent.

    ``recall_at_precision_60`` is the highest recall of all thresholds at which three alerts in five are right.
    ``paged`` of these posts have a severity that alerts somebody, ``paged_urgent`` of them rightly.
    """

    posts: int
    urgent: int
    share: float
    paged: int
    paged_urgent: int
    auc: float
    precision_at_recall_80: float
    recall_at_precision_60: float
    calibration: Calibration | None


def complaint_metrics(labels: Sequence[bool], scores: Sequence[float], predicted: Sequence[bool]) -> ComplaintMetrics:
    """The metrics of one classifier of complaints; both classes must be among the labels."""
    found = binary_scores(labels, predicted)
    false = sum(called and not label for label, called in zip(labels, predicted, strict=True))
    return ComplaintMetrics(
        posts=len(labels),
        complaints=sum(labels),
        share=sum(labels) / len(labels),
        precision=found.precision,
        recall=found.recall,
        f1=found.f1,
        macro_f1=macro_f1(labels, predicted),
        auc=auc(labels, scores),
        average_precision=average_precision(labels, scores),
        precision_at_recall_80=_precision_at_recall(0.8, labels, scores),
        precision_at_recall_90=_precision_at_recall(0.9, labels, scores),
        recall_at_precision_90=_recall_at_precision(0.9, labels, scores),
        false_per_1000=1000 * false / len(labels),
        calibration=calibration(labels, scores) if all(0 <= score <= 1 for score in scores) else None,
    )


def intent_metrics(labels: Sequence[Intent], predicted: Sequence[Intent]) -> IntentMetrics:
    """The figures of the five intents."""
    intents = [str(intent) for intent in Intent]
    truths, answers = [str(label) for label in labels], [str(answer) for answer in predicted]
    each = {
        intent: OneIntentMetrics(scores.support, scores.precision, scores.recall, scores.f1)
        for intent, scores in zip(Intent, class_scores(truths, answers, intents), strict=True)
        if scores.support
    }
    by_label = {
        intent: dict(zip(Intent, row, strict=True))
        for intent, row in zip(Intent, confusion(truths, answers, intents), strict=True)
        if intent in each
    }

    def called_complaints(intent: Intent) -> float | None:
        return by_label[intent][Intent.COMPLAINT] / each[intent].posts if intent in each else None

    return IntentMetrics(
        macro_f1=macro_f1(truths, answers),
        each=each,
        confusion=by_label,
        questions_called_complaints=called_complaints(Intent.QUESTION),
        praise_called_complaints=called_complaints(Intent.PRAISE),
    )


def urgency_metrics(labels: Sequence[bool], scores: Sequence[float], paged: Sequence[bool]) -> UrgencyMetrics | None:
    """The figures of urgency; None where not both classes are among the labels."""
    if len(set(labels)) < 2:
        return None
    return UrgencyMetrics(
        posts=len(labels),
        urgent=sum(labels),
        share=sum(labels) / len(labels),
        paged=sum(paged),
        paged_urgent=sum(label and page for label, page in zip(labels, paged, strict=True)),
        auc=auc(labels, scores),
        precision_at_recall_80=_precision_at_recall(0.8, labels, scores),
        recall_at_precision_60=_recall_at_precision(0.6, labels, scores),
        calibration=calibration(labels, scores),
    )


def _precision_at_recall(least: float, labels: Sequence[bool], scores: Sequence[float]) -> float:
    return max(precision for precision, recall in _thresholds(labels, scores) if recall >= least)


def _recall_at_precision(least: float, labels: Sequence[bool], scores: Sequence[float]) -> float:
    found = [recall for precision, recall in _thresholds(labels, scores) if precision >= least]
    return max(found, default=0.0)


def _thresholds(labels: Sequence[bool], scores: Sequence[float]) -> list[tuple[float, float]]:
    """Precision and recall at each threshold that the scores allow."""
    precisions, recalls = precision_recall_curve(labels, scores)
    # The last point is the end of the curve, which no threshold leads to.
    return list(zip(precisions[:-1], recalls[:-1], strict=True))
