"""scikit-learn, which has no type stubs, behind the typed functions that evaluation needs.

Labels are classes: True for a complaint, or the name of an intent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from sklearn import metrics, pipeline
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

_METRICS: Any = metrics
_VECTORIZER: Any = TfidfVectorizer
_PIPELINES: Any = pipeline
# Words and pairs of words that are in two posts at least.
_TF_IDF = {"ngram_range": (1, 2), "sublinear_tf": True, "min_df": 2}


@dataclass(frozen=True, slots=True)
class ClassScores:
    """Precision, recall and F1 of one class, and how many labels have it."""

    precision: float
    recall: float
    f1: float
    support: int


def class_scores(labels: Sequence[str], predicted: Sequence[str], classes: Sequence[str]) -> list[ClassScores]:
    """The scores of each class, in the order of ``classes``; 0 where a share has no denominator."""
    columns = _METRICS.precision_recall_fscore_support(
        labels, predicted, labels=classes, average=None, zero_division=0.0
    )
    return [
        ClassScores(float(precision), float(recall), float(f1), int(support))
        for precision, recall, f1, support in zip(*columns, strict=True)
    ]


def binary_scores(labels: Sequence[bool], predicted: Sequence[bool]) -> ClassScores:
    """The scores of the class True."""
    precision, recall, f1, _ = _METRICS.precision_recall_fscore_support(
        labels, predicted, average="binary", zero_division=0.0
    )
    return ClassScores(float(precision), float(recall), float(f1), sum(labels))


def macro_f1(labels: Sequence[bool | str], predicted: Sequence[bool | str]) -> float:
    """The unweighted mean F1 of the classes among the labels."""
    present = sorted(set(labels))
    return float(_METRICS.f1_score(labels, predicted, labels=present, average="macro", zero_division=0.0))


def confusion(labels: Sequence[str], predicted: Sequence[str], classes: Sequence[str]) -> list[list[int]]:
    """Counts by label (rows) and prediction (columns), both in the order of ``classes``."""
    return _METRICS.confusion_matrix(labels, predicted, labels=classes).tolist()


def auc(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """The area under the ROC curve: how often a true one scores higher than a false one, a tie counting half."""
    return float(_METRICS.roc_auc_score(labels, scores))


def average_precision(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """The area under the curve of precision over recall."""
    return float(_METRICS.average_precision_score(labels, scores))


def precision_recall_curve(labels: Sequence[bool], scores: Sequence[float]) -> tuple[list[float], list[float]]:
    """Precision and recall at each threshold, and at last the end of the curve (1 and 0), which has no threshold."""
    precision, recall, _ = _METRICS.precision_recall_curve(labels, scores)
    return precision.tolist(), recall.tolist()


def roc_curve(labels: Sequence[bool], scores: Sequence[float]) -> tuple[list[float], list[float]]:
    """The rates of false and of true positives at each threshold."""
    false, true, _ = _METRICS.roc_curve(labels, scores)
    return false.tolist(), true.tolist()


class LinearTextModel:
    """TF-IDF of words and pairs of words, and logistic regression, for two classes."""

    def __init__(self, model: Any) -> None:
        self._model = model

    @classmethod
    def trained_on(cls, texts: Sequence[str], labels: Sequence[bool]) -> Self:
        """Train on texts. ValueError where they have too few words that occur twice."""
        regression = LogisticRegression(class_weight="balanced", max_iter=1_000)
        model = _PIPELINES.make_pipeline(_VECTORIZER(**_TF_IDF), regression)
        model.fit(texts, labels)
        return cls(model)

    def probabilities(self, texts: Sequence[str]) -> list[float]:
        """The probability of the class True for each text."""
        column = list(self._model.classes_).index(True)
        return self._model.predict_proba(texts)[:, column].tolist()
