"""Logistic regression around a fixed offset: what is fitted is only what the offset has left to explain.

Every weight is drawn towards 0, where the offset alone decides. The penalty makes the minimum unique, and bounds how
far one person's verdicts can move a post: ``MOST_OF_ONE`` over the penalty, for the base and again for each rule.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from earshot.triage.judgement import probability
from earshot.triage.learned.adjustment import Weights

# The pull towards 0, in cases. It is the same for all: what holds of every post is trusted no more than of one rule.
BASE_PENALTY = RULE_PENALTY = 40.0
# The verdicts of one person weigh as much as so many cases, however many they are.
MOST_OF_ONE = 10.0
_MOST_STEPS, _SMALL = 50, 1e-9


@dataclass(frozen=True, slots=True)
class Observation:
    """What staff said of one case: ``is_true`` where they said yes, ``offset`` the log-odds that the rules gave it.

    ``rules`` are those that fired, ``by`` is who said it, ``weight`` how much it counts.
    """

    offset: float
    is_true: bool
    rules: frozenset[str] = frozenset()
    by: str = ""
    weight: float = 1.0

    @property
    def is_agreed(self) -> bool:
        """Whether staff say what the rules said."""
        return self.is_true == (self.offset >= 0)

    def loss(self, change: float = 0.0) -> float:
        """The surprise at what staff said, in nats, with so much added to the offset."""
        log_odds = self.offset + change
        signed = log_odds if self.is_true else -log_odds
        return max(0.0, -signed) + math.log1p(math.exp(-abs(signed)))


def fit(observations: Sequence[Observation], rules: Sequence[str]) -> Weights:
    """The weights that explain the observations best, by Newton's method with halved steps."""
    penalties = [BASE_PENALTY, *(RULE_PENALTY for _ in rules)]
    rows = [[1.0, *(float(rule in one.rules) for rule in rules)] for one in observations]
    at = [0.0] * len(penalties)

    def objective(weights: Sequence[float]) -> float:
        loss = sum(one.weight * one.loss(_dot(row, weights)) for one, row in zip(observations, rows, strict=True))
        return loss + sum(pull * weight**2 / 2 for pull, weight in zip(penalties, weights, strict=True))

    for _ in range(_MOST_STEPS):
        gradient = [pull * weight for pull, weight in zip(penalties, at, strict=True)]
        hessian = [[pull * (row == column) for column in range(len(at))] for row, pull in enumerate(penalties)]
        for one, row in zip(observations, rows, strict=True):
            expected = probability(one.offset + _dot(row, at))
            error, spread = one.weight * (expected - one.is_true), one.weight * expected * (1 - expected)
            for i, value in enumerate(row):
                if value:
                    gradient[i] += error * value
                    for j, other in enumerate(row):
                        hessian[i][j] += spread * value * other
        step = _solved(hessian, gradient)
        before, scale = objective(at), 1.0
        while objective(new := [a - scale * s for a, s in zip(at, step, strict=True)]) > before and scale > _SMALL:
            scale /= 2
        moved, at = max(abs(a - b) for a, b in zip(at, new, strict=True)), new
        if moved < _SMALL:
            break
    return Weights(at[0], dict(zip(rules, at[1:], strict=True)))


def shares(people: Sequence[str]) -> Mapping[str, float]:
    """How much one verdict of each person weighs: together at most ``MOST_OF_ONE``."""
    return {person: min(1.0, MOST_OF_ONE / people.count(person)) for person in set(people)}


def _dot(row: Sequence[float], weights: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(row, weights, strict=True))


def _solved(matrix: list[list[float]], right: Sequence[float]) -> list[float]:
    """The solution of a system whose matrix is positive definite, by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for pivot, top in enumerate(rows):
        for row in rows[pivot + 1 :]:
            factor = row[pivot] / top[pivot]
            for column in range(pivot, len(row)):
                row[column] -= factor * top[column]
    solution = [0.0] * len(rows)
    for index in reversed(range(len(rows))):
        known = sum(rows[index][other] * solution[other] for other in range(index + 1, len(rows)))
        solution[index] = (rows[index][-1] - known) / rows[index][index]
    return solution
