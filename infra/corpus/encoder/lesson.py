"""What a network learns from: posts as numbers, their labels, and what the teacher read in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional

from earshot.triage.encoder.encoder import OUTPUTS
from earshot.triage.encoder.scores import StakeKind
from earshot.triage.judgement import Intent
from infra.corpus.posts import CorpusPost

_SMOOTHING = 0.05
# Urgent posts are the fewer, and the more costly to miss.
_URGENT_WEIGHT = 1.5
# The stakes and displeasure are learned beside the two questions that count.
_BESIDE = 0.3
_UNKNOWN = -100
_INTENTS, _STAKES = list(Intent), list(StakeKind)
_URGENT, _DISPLEASED = OUTPUTS.index("urgent"), OUTPUTS.index("displeased")
_INTENT_COLUMNS, _STAKE_COLUMNS = slice(0, len(_INTENTS)), slice(_URGENT + 1, _DISPLEASED)


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of all posts, by row. ``stakes`` are ``_UNKNOWN`` and ``displeased`` is below zero where unknown."""

    intents: torch.Tensor
    urgent: torch.Tensor
    stakes: torch.Tensor
    displeased: torch.Tensor

    @classmethod
    def of(cls, posts: Sequence[CorpusPost]) -> "Labels":
        return cls(
            torch.tensor([_INTENTS.index(post.intent) for post in posts]),
            torch.tensor([float(post.urgent) for post in posts]),
            torch.tensor([_UNKNOWN if post.stake is None else _STAKES.index(post.stake) for post in posts]),
            torch.tensor([_displeased(post) for post in posts]),
        )


@dataclass(frozen=True, slots=True)
class Lesson:
    """The posts as the numbers of their pieces, their labels, and the teacher's outputs for the first of them.

    A post that the teacher has read is learned from its outputs alone, all others from their labels.
    """

    sequences: Sequence[Sequence[int]]
    labels: Labels
    taught: torch.Tensor

    def loss(self, outputs: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        """How far the outputs for these posts are from what is known of them, on average."""
        known = rows < len(self.taught)
        loss = torch.zeros(())
        for chosen, part in ((known, self._from_teacher), (~known, self._from_labels)):
            if chosen.any():
                loss = loss + part(outputs[chosen], rows[chosen]) * chosen.float().mean()
        return loss

    def _from_teacher(self, outputs: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        taught = self.taught[rows]
        loss = _divergence(outputs[:, _INTENT_COLUMNS], taught[:, _INTENT_COLUMNS])
        loss = loss + _cross_entropy(outputs[:, _URGENT], taught[:, _URGENT].sigmoid())
        beside = _divergence(outputs[:, _STAKE_COLUMNS], taught[:, _STAKE_COLUMNS])
        beside = beside + _cross_entropy(outputs[:, _DISPLEASED], taught[:, _DISPLEASED].sigmoid())
        return loss + _BESIDE * beside

    def _from_labels(self, outputs: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        intents, urgent = self.labels.intents[rows], self.labels.urgent[rows]
        loss = functional.cross_entropy(outputs[:, _INTENT_COLUMNS], intents, label_smoothing=_SMOOTHING)
        smooth = urgent * (1 - _SMOOTHING) + _SMOOTHING / 2
        loss = loss + _cross_entropy(outputs[:, _URGENT], smooth, 1 + (_URGENT_WEIGHT - 1) * urgent)
        stakes = self.labels.stakes[rows]
        if (stakes != _UNKNOWN).any():
            columns = outputs[:, _STAKE_COLUMNS]
            loss = loss + _BESIDE * functional.cross_entropy(columns, stakes, label_smoothing=_SMOOTHING)
        displeased = self.labels.displeased[rows]
        known = displeased >= 0
        if known.any():
            loss = loss + _BESIDE * _cross_entropy(outputs[known, _DISPLEASED], displeased[known])
        return loss


def _divergence(outputs: torch.Tensor, taught: torch.Tensor) -> torch.Tensor:
    return functional.kl_div(outputs.log_softmax(1), taught.softmax(1), reduction="batchmean")


def _cross_entropy(outputs: torch.Tensor, shares: torch.Tensor, weight: torch.Tensor | None = None) -> torch.Tensor:
    return functional.binary_cross_entropy_with_logits(outputs, shares, weight=weight)


def _displeased(post: CorpusPost) -> float:
    """Whoever complains is, and whoever praises is not; of other posts only where the writer noted it."""
    if post.displeased is not None:
        return float(post.displeased)
    return {Intent.COMPLAINT: 1.0, Intent.PRAISE: 0.0}.get(post.intent, -1.0)
