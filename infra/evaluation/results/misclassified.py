"""The posts on which triage and the label disagree about a complaint."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from earshot.triage.judgement import Intent, Judgement
from infra.evaluation.labelled import LabelledPost


class MisclassificationKind(StrEnum):
    """Which way triage erred."""

    MISSED = "missed"
    FALSE_ALARM = "false alarm"


@dataclass(frozen=True, slots=True)
class Misclassification:
    """A post that was judged wrongly: a complaint that was missed, or another post that was called one."""

    post: LabelledPost
    judgement: Judgement

    @property
    def kind(self) -> MisclassificationKind:
        return MisclassificationKind.MISSED if self.post.complaint else MisclassificationKind.FALSE_ALARM

    @property
    def distance(self) -> float:
        """How far the complaint score is from the label: 0 to 1."""
        return abs(self.post.complaint - self.judgement.complaint_score)


def misclassifications(posts: Sequence[LabelledPost], judgements: Sequence[Judgement]) -> list[Misclassification]:
    """Every mistake, the worst first; those that are equally bad in the order of the file."""
    wrong = [
        Misclassification(post, judged)
        for post, judged in zip(posts, judgements, strict=True)
        if post.complaint is not (judged.intent is Intent.COMPLAINT)
    ]
    return sorted(wrong, key=lambda one: -one.distance)
