"""The network in torch, as it is trained; ``triage/encoder/network.py`` computes the same in numpy."""

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager

import torch
from torch import nn
from torch.nn import functional

from earshot.triage.encoder.encoder import OUTPUTS
from earshot.triage.encoder.network import HEADS, LAYER_NORM_EPSILON
from earshot.triage.encoder.pieces import PADDING
from earshot.triage.encoder.stored import BLOCK
from infra.corpus.encoder.bases.base import WIDE, WIDTH, Base

DROPOUT = 0.1
# Pieces of a post with what it answers and what came before: more are never read.
MOST_PIECES = 128


class PackedLinear(nn.Linear):
    """A product with weights of four bits, as they are stored. What they are rounded from learns as if it were not.

    So the network learns with the weights that it will have (the straight-through estimator: Jacob et al., 2018).
    """

    def forward(self, state: torch.Tensor) -> torch.Tensor:
        weight = self.weight
        if weight.requires_grad:
            weight = weight + (as_packed(weight) - weight).detach()
        return functional.linear(state, weight, self.bias)


class Heads(nn.Linear):
    """What a network makes of the mean of a post's words: the outputs."""

    def __init__(self, width: int) -> None:
        super().__init__(width, len(OUTPUTS))
        nn.init.normal_(self.weight, 0, 0.02)
        nn.init.zeros_(self.bias)

    def read(self, state: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        """The outputs (posts, outputs) for words (posts, words, width) of which some are ``present``."""
        outputs: torch.Tensor = self(functional.dropout(mean(state.float(), present), DROPOUT, self.training))
        return outputs


class Layer(nn.Module):
    """Attention, then two dense steps."""

    def __init__(self, linear: type[nn.Linear] = nn.Linear) -> None:
        super().__init__()
        self.attention = linear(WIDTH, 3 * WIDTH)
        self.output = linear(WIDTH, WIDTH)
        self.attention_norm = nn.LayerNorm(WIDTH, LAYER_NORM_EPSILON)
        self.widen = linear(WIDTH, WIDE)
        self.narrow = linear(WIDE, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, LAYER_NORM_EPSILON)

    def forward(self, state: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        posts, words, width = state.shape
        mixed = self.attention(state).view(posts, words, 3, HEADS, width // HEADS).permute(2, 0, 3, 1, 4)
        context = functional.scaled_dot_product_attention(
            mixed[0], mixed[1], mixed[2], attn_mask=present[:, None, None, :], scale=1 / math.sqrt(width // HEADS)
        )
        context = self.output(context.transpose(1, 2).reshape(posts, words, width))
        state = self.attention_norm(state + functional.dropout(context, DROPOUT, self.training))
        wide = self.narrow(functional.gelu(self.widen(state)))
        return self.norm(state + functional.dropout(wide, DROPOUT, self.training))


class Model(nn.Module):
    """The first layers of the base, and heads of our own. ``frozen`` layers and the embeddings are never changed.

    ``linear`` is what the products of the other layers are.
    """

    def __init__(self, pieces: int, layers: int, frozen: int, linear: type[nn.Linear] = nn.Linear) -> None:
        super().__init__()
        self.words = nn.Embedding(pieces, WIDTH)
        self.positions = nn.Embedding(MOST_PIECES, WIDTH)
        self.start_norm = nn.LayerNorm(WIDTH, LAYER_NORM_EPSILON)
        self.layers = nn.ModuleList(Layer(linear) for _ in range(layers))
        self.heads = Heads(WIDTH)
        self.frozen = frozen
        self.is_packed = linear is PackedLinear
        fixed = [self.words, self.positions, self.start_norm, *self.layers[:frozen]]
        for part in fixed:
            part.requires_grad_(False)

    def load(self, base: Base, chosen: Sequence[int]) -> None:
        """Take over the weights of the base: what is never changed as it will be stored, in four bits."""

        def tensor(name: str, *shape: int) -> torch.Tensor:
            return torch.from_numpy(base.tensors[name]).reshape(*shape)

        with torch.no_grad():
            self.words.weight.copy_(as_packed(tensor("emb.word", -1, WIDTH)[list(chosen)]))
            # There is one kind of text, so that its embedding is part of each position's.
            kind = tensor("emb.type", 2, WIDTH)[0]
            self.positions.weight.copy_(tensor("emb.pos", -1, WIDTH)[:MOST_PIECES] + kind)
            _norm(self.start_norm, base, "emb.ln")
            for number, layer in enumerate(self.layers):
                parts = [tensor(f"l{number}.{name}.w", WIDTH, WIDTH) for name in "qkv"]
                layer.attention.weight.copy_(torch.cat(parts))
                layer.attention.bias.copy_(torch.cat([tensor(f"l{number}.{name}.b", WIDTH) for name in "qkv"]))
                for ours, theirs in ((layer.output, "ao"), (layer.widen, "fi"), (layer.narrow, "fo")):
                    ours.weight.copy_(tensor(f"l{number}.{theirs}.w", *ours.weight.shape))
                    ours.bias.copy_(tensor(f"l{number}.{theirs}.b", *ours.bias.shape))
                if number < self.frozen:
                    for ours in (layer.attention, layer.output, layer.widen, layer.narrow):
                        ours.weight.copy_(as_packed(ours.weight))
                _norm(layer.attention_norm, base, f"l{number}.aln")
                _norm(layer.norm, base, f"l{number}.oln")

    def lower(self, numbers: torch.Tensor) -> torch.Tensor:
        """What the frozen layers make of posts: computed once, for it never changes."""
        state = self.start_norm(self.words(numbers) + self.positions.weight[: numbers.shape[1]])
        with half_precision():
            for layer in self.layers[: self.frozen]:
                state = layer(state, numbers != PADDING)
        return state

    def upper(self, state: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        """The outputs, from what ``lower`` made."""
        with half_precision():
            for layer in self.layers[self.frozen :]:
                state = layer(state, present)
        return self.heads.read(state, present)


def half_precision() -> AbstractContextManager[None]:
    """Products are computed in bfloat16: three times as fast where a processor has it.

    Other processors give slightly other weights, and numpy what these weights give up to this rounding.
    """
    context: AbstractContextManager[None] = torch.autocast("cpu", torch.bfloat16)
    return context


def mean(state: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
    """The mean over the pieces that are present, for each post."""
    shares = present.unsqueeze(-1).float()
    return (state * shares).sum(1) / shares.sum(1)


def as_packed(matrix: torch.Tensor) -> torch.Tensor:
    """The matrix as it is after ``stored.packed`` and ``stored.unpacked``."""
    blocks = matrix.detach().reshape(len(matrix), -1, BLOCK)
    farthest = blocks.gather(2, blocks.abs().argmax(2, keepdim=True))
    scales = (farthest / -8).half().float()
    numbers = (blocks / torch.where(scales == 0, 1.0, scales)).round().clamp(-8, 7)
    return (numbers * scales).reshape(matrix.shape)


def _norm(norm: nn.LayerNorm, base: Base, name: str) -> None:
    norm.weight.copy_(torch.from_numpy(base.tensors[f"{name}.w"]))
    norm.bias.copy_(torch.from_numpy(base.tensors[f"{name}.b"]))
