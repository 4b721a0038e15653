"""What each rule of triage adds: the figures with it, less the figures when it is switched off."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from earshot.triage.judgement import UNCLASSIFIED, Intent, Judgement
from infra.evaluation.labelled import LabelledPost
from infra.evaluation.scikit_learn import auc, macro_f1

Triage = Callable[[Sequence[LabelledPost], frozenset[str]], list[Judgement]]
"""Judges posts, in order, without the rules of these identifiers (as ``Reason.rule`` names them)."""

KEY_FIGURES = ("complaint_macro_f1", "complaint_auc", "intent_macro_f1", "urgent_auc")
"""The figures a rule can change. The last two need labels for the intent and for urgency."""

# Beyond this many digits a difference of two figures is no more than what sums of floats leave.
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a rule adds to each key figure that is known (below zero, it does harm), and on how many posts it fired."""

    rule: str
    posts: int
    adds: Mapping[str, float]

    @property
    def total(self) -> float:
        """All that it adds, in one number: good for nothing but an order."""
        return round(sum(self.adds.values()), _DIGITS)


def contributions(posts: Sequence[LabelledPost], judgements: Sequence[Judgement], judge: Triage) -> list[Contribution]:
    """What each rule that fired adds, greatest first. Only the posts on which it fired are judged again."""
    fired: defaultdict[str, list[int]] = defaultdict(list)
    for number, judgement in enumerate(judgements):
        for rule in dict.fromkeys(reason.rule for reason in judgement.reasons if _can_be_off(reason.rule)):
            fired[rule].append(number)
    complete = key_figures(posts, judgements)
    found: list[Contribution] = []
    for rule, numbers in fired.items():
        without = list(judgements)
        again = judge([posts[number] for number in numbers], frozenset({rule}))
        for number, judgement in zip(numbers, again, strict=True):
            without[number] = judgement
        found.append(Contribution(rule, len(numbers), _less(complete, key_figures(posts, without))))
    return sorted(found, key=lambda one: (-one.total, one.rule))


def _can_be_off(rule: str) -> bool:
    """What is neither the intent itself, which the rules lead to, nor the reason that there was nothing to judge by."""
    return not rule.startswith("intent.") and rule != UNCLASSIFIED


def key_figures(posts: Sequence[LabelledPost], judgements: Sequence[Judgement]) -> dict[str, float]:
    """The figures that are known, by name, in the order of ``KEY_FIGURES``."""
    pairs = list(zip(posts, judgements, strict=True))
    labels = [post.complaint for post in posts]
    figures = {
        "complaint_macro_f1": macro_f1(labels, [judged.intent is Intent.COMPLAINT for judged in judgements]),
        "complaint_auc": auc(labels, [judged.complaint_score for judged in judgements]),
    }
    if all(post.intent for post in posts):
        intents = [str(post.intent) for post in posts]
        figures["intent_macro_f1"] = macro_f1(intents, [str(judged.intent) for judged in judgements])
    known = [(post.urgent, judged.urgent_score) for post, judged in pairs if post.urgent is not None]
    urgent = [label for label, _ in known]
    if len(set(urgent)) == 2:
        figures["urgent_auc"] = auc(urgent, [score for _, score in known])
    return figures


def _less(complete: Mapping[str, float], rest: Mapping[str, float]) -> dict[str, float]:
    # A zero is added, for a difference that rounds to -0.0 would be shown with its sign.
    return {name: round(figure - rest[name], _DIGITS) + 0.0 for name, figure in complete.items()}
