"""Proposing an adjustment: enough evidence, a fit, and a check on evidence that it was not fitted on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from earshot.triage.judgement import probability
from earshot.triage.learned.adjustment import MAX_LOG_ODDS, MAX_POINTS, MOST_RULES, Weights
from infra.evaluation.learning.regression import Observation, fit, shares

# So many cases in which staff agreed with the rules, and so many in which they corrected them.
MIN_OF_EACH = 10
# Points of urgency for each log-odd: between high and not, the rules count as undecided at the threshold.
POINTS_PER_LOG_ODD = MAX_POINTS
_FOLDS = 5
NO_WEIGHTS = Weights()
# A rule with a weight of its own fired in so many of the cases, and was silent in as many.
_MIN_CASES_OF_RULE = 8
_MIN_SURPRISE = 1.0
_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the evidence says for one question. ``weights`` are in log-odds and empty where nothing is proposed.

    ``loss_before`` and ``loss_after`` are means over cases that an adjustment was not fitted on, in nats.
    ``why_not`` says why nothing is proposed.
    """

    agreed: int
    corrected: int
    weights: Weights = NO_WEIGHTS
    loss_before: float = 0.0
    loss_after: float = 0.0
    why_not: str = ""


def propose(observations: Sequence[Observation], most: float = MAX_LOG_ODDS) -> Proposal:
    """The adjustment for these observations, oldest first, none of which changes a post by more than ``most``.

    Each fifth of the time is judged by what the other four teach. Proposed is only what makes that better, and by more
    than its standard error.
    """
    agreed = sum(one.is_agreed for one in observations)
    proposal = Proposal(agreed, len(observations) - agreed)
    if min(agreed, proposal.corrected) < MIN_OF_EACH:
        return replace(proposal, why_not=_too_few(proposal))
    share = shares([one.by for one in observations])
    weighted = [replace(one, weight=share[one.by]) for one in observations]
    tried = [_cross_validated(weighted, most_rules, most) for most_rules in (MOST_RULES, 0)]
    most_rules, (before, after, error) = min(zip((MOST_RULES, 0), tried, strict=True), key=lambda one: one[1][1])
    proposal = replace(proposal, loss_before=before, loss_after=after)
    if before - after <= error:
        return replace(proposal, why_not="on cases that it was not fitted on, it is no better than the rules alone")
    weights = _rounded(_fitted(weighted, most_rules))
    if weights.is_empty or _total(weighted, weights, most) > _total(weighted, Weights(), most):
        return replace(proposal, why_not="it would not explain the evidence better than the rules alone")
    return replace(proposal, weights=weights)


def limited(weights: Weights, rules: frozenset[str], most: float) -> float:
    """What the weights add for a post, within the limit."""
    return max(-most, min(most, weights.sum(rules)))


def _too_few(proposal: Proposal) -> str:
    return (
        f"not enough evidence: staff agreed in {proposal.agreed} cases and corrected {proposal.corrected}, "
        f"and {MIN_OF_EACH} of each are needed"
    )


def _total(observations: Sequence[Observation], weights: Weights, most: float) -> float:
    return sum(one.weight * one.loss(limited(weights, one.rules, most)) for one in observations)


def _cross_validated(observations: Sequence[Observation], most_rules: int, most: float) -> tuple[float, float, float]:
    """The mean loss before and after, and the standard error of their difference."""
    befores: list[float] = []
    afters: list[float] = []
    for fold in range(_FOLDS):
        start, end = (len(observations) * edge // _FOLDS for edge in (fold, fold + 1))
        weights = _fitted([*observations[:start], *observations[end:]], most_rules)
        for one in observations[start:end]:
            befores.append(one.weight * one.loss())
            afters.append(one.weight * one.loss(limited(weights, one.rules, most)))
    total = sum(one.weight for one in observations)
    gains = [before - after for before, after in zip(befores, afters, strict=True)]
    mean = sum(gains) / len(gains)
    spread = math.sqrt(len(gains) * sum((gain - mean) ** 2 for gain in gains) / (len(gains) - 1))
    return sum(befores) / total, sum(afters) / total, spread / total


def _fitted(observations: Sequence[Observation], most_rules: int) -> Weights:
    base = fit(observations, ())
    return fit(observations, _telling(observations, base.base)[:most_rules]) if most_rules else base


def _telling(observations: Sequence[Observation], base: float) -> list[str]:
    """The rules in whose cases staff said otherwise than expected, the most telling first."""
    found: dict[str, float] = {}
    for rule in sorted({rule for one in observations for rule in one.rules}):
        fired = [one for one in observations if rule in one.rules]
        if min(len(fired), len(observations) - len(fired)) < _MIN_CASES_OF_RULE:
            continue
        expected = [probability(one.offset + base) for one in fired]
        error = sum(one.weight * (one.is_true - share) for one, share in zip(fired, expected, strict=True))
        variance = sum(one.weight * share * (1 - share) for one, share in zip(fired, expected, strict=True))
        found[rule] = abs(error) / math.sqrt(variance) if variance else 0.0
    telling = [rule for rule in found if found[rule] >= _MIN_SURPRISE]
    return sorted(telling, key=lambda rule: -found[rule])


def _rounded(weights: Weights) -> Weights:
    """Small numbers as people read them. No weight is larger than what a post may change by."""

    def short(value: float) -> float:
        return round(max(-1.0, min(1.0, value)), _DIGITS)

    rules = {rule: short(weight) for rule, weight in weights.rules.items()}
    return Weights(short(weights.base), {rule: weight for rule, weight in rules.items() if weight})
