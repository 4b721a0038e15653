"""The teacher: a network too large to ship. It learns from the corpus, and then teaches the small ones what it reads.

How sure a large network is of each intent teaches a small one more than the labels alone (Hinton et al., 2015).
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn
from transformers import MPNetModel

from earshot.triage.encoder.pieces import PADDING
from infra.corpus.encoder.model import Heads, half_precision

# Scores of words that are not there, before the softmax.
_ABSENT = -1e4


class Teacher(nn.Module):
    """All layers of the base, and heads of our own. ``frozen`` layers and the embeddings are never changed."""

    def __init__(self, base: MPNetModel, frozen: int) -> None:
        super().__init__()
        self.embeddings, self.encoder = base.embeddings, base.encoder
        self.layers: nn.ModuleList = self.encoder.layer
        self.heads = Heads(base.config.hidden_size)
        self.frozen = frozen
        for part in (self.embeddings, self.encoder.relative_attention_bias, *self.layers[:frozen]):
            part.requires_grad_(False)

    def lower(self, numbers: torch.Tensor) -> torch.Tensor:
        """What the frozen layers make of posts: computed once, for it never changes."""
        with half_precision():
            return self._through(self.embeddings(input_ids=numbers), numbers != PADDING, self.layers[: self.frozen])

    def upper(self, state: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        """The outputs, from what ``lower`` made."""
        with half_precision():
            state = self._through(state, present, self.layers[self.frozen :])
        return self.heads.read(state, present)

    def _through(
        self, state: torch.Tensor, present: torch.Tensor, layers: Iterable[Callable[..., Any]]
    ) -> torch.Tensor:
        places = self.encoder.compute_position_bias(state)
        absent = (~present)[:, None, None, :] * _ABSENT
        for layer in layers:
            state = layer(state, absent, position_bias=places)[0]
        return state
