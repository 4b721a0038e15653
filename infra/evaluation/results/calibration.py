"""Whether a score means what it says: of the posts with a score of 0.7, seven in ten should be what it says."""

from collections.abc import Sequence
from dataclasses import dataclass

# The usual number of bins of equal width (Guo et al., 2017).
BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The posts whose scores lie between two tenths: how many, their mean score, and the share for which it holds."""

    posts: int
    score: float
    share: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How reliable a probability is.

    ``brier`` is the mean squared error: 0 is perfect, and a coin 0.25. ``calibration_error`` is the expected
    calibration error: the mean distance of score and share over the bins, weighted by posts.
    """

    posts: int
    brier: float
    calibration_error: float
    curve: tuple[Bin, ...]


def calibration(labels: Sequence[bool], scores: Sequence[float]) -> Calibration | None:
    """The calibration of ``scores`` from 0 to 1; None where there is no post."""
    if not labels:
        return None
    pairs = list(zip(labels, scores, strict=True))
    bins: list[list[tuple[bool, float]]] = [[] for _ in range(BINS)]
    for label, score in pairs:
        bins[min(BINS - 1, int(score * BINS))].append((label, score))
    curve = tuple(_bin(members) for members in bins if members)
    return Calibration(
        posts=len(pairs),
        brier=sum((score - label) ** 2 for label, score in pairs) / len(pairs),
        calibration_error=sum(one.posts * abs(one.score - one.share) for one in curve) / len(pairs),
        curve=curve,
    )


def _bin(members: Sequence[tuple[bool, float]]) -> Bin:
    number = len(members)
    return Bin(number, sum(score for _, score in members) / number, sum(label for label, _ in members) / number)
