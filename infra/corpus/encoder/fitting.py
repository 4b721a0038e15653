"""Fits the upper layers of a network, and its heads, to a lesson. The lower ones are frozen, and computed once."""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch

from earshot.triage.encoder.pieces import PADDING
from infra.corpus.encoder.lesson import Lesson

_BATCH = 32
_HEADS_RATE, _WARM_UP = 1e-3, 0.06
# The share of the words that are hidden from the upper layers at each step.
_HIDDEN = 0.1


@dataclass(frozen=True, slots=True)
class Course:
    """How often a network sees its lesson, at what rate it learns, and the share of the base in its final weights."""

    epochs: int
    rate: float
    base_share: float


class Learner(Protocol):
    """A network that learns: ``lower`` is what its frozen layers do."""

    layers: torch.nn.ModuleList
    heads: torch.nn.Linear

    def lower(self, numbers: torch.Tensor) -> torch.Tensor:
        """The states (posts, words, width) of the words (posts, words)."""
        ...

    def upper(self, state: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        """The outputs (posts, outputs) from what ``lower`` made; words that are not ``present`` do not count."""
        ...

    def train(self) -> torch.nn.Module:
        """Learn from now on."""
        ...

    def eval(self) -> torch.nn.Module:
        """Only read from now on."""
        ...


def fit(model: Learner, lesson: Lesson, course: Course) -> None:
    """Fit the upper layers and the heads with AdamW, then mix in the base's share. It seeds torch's chance."""
    sequences = lesson.sequences
    lower = _lower_states(model, sequences)
    heads = list(model.heads.parameters())
    body = [one for one in model.layers.parameters() if one.requires_grad]
    rates = (course.rate, _HEADS_RATE)
    before = [one.detach().clone() for one in body]
    groups = [{"params": part, "lr": rate} for part, rate in zip((body, heads), rates, strict=True)]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps, step, began = course.epochs * -(-len(sequences) // _BATCH), 0, time.monotonic()
    torch.manual_seed(0)
    model.train()
    for epoch in range(course.epochs):
        total = 0.0
        for rows in _batches(sequences, epoch):
            share = min(1.0, step / (_WARM_UP * steps)) * (1 - step / steps)
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * share
            state, present = _padded(lower, rows)
            present &= (torch.rand(present.shape) > _HIDDEN) | (torch.arange(present.shape[1]) == 0)
            loss = lesson.loss(model.upper(state, present), torch.tensor(rows))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(body, 1.0)
            optimizer.step()
            total, step = total + loss.item(), step + 1
        mean = total / (steps / course.epochs)
        print(f"epoch {epoch + 1}: loss {mean:.3f}, {time.monotonic() - began:.0f} s", flush=True)
    with torch.no_grad():
        for one, old in zip(body, before, strict=True):
            one.lerp_(old, course.base_share)
    model.eval()


def read_all(model: Learner, sequences: Sequence[Sequence[int]]) -> torch.Tensor:
    """The outputs (posts, outputs) for each of one post or more, in order."""
    outputs: list[torch.Tensor] = [torch.empty(0)] * len(sequences)
    model.eval()
    with torch.inference_mode():
        for rows in _by_length(sequences):
            numbers = _numbers(sequences, rows)
            read = model.upper(model.lower(numbers), numbers != PADDING)
            for place, row in enumerate(rows):
                outputs[row] = read[place]
    return torch.stack(outputs)


def _lower_states(model: Learner, sequences: Sequence[Sequence[int]]) -> list[torch.Tensor]:
    states: list[torch.Tensor] = [torch.empty(0)] * len(sequences)
    model.eval()
    with torch.inference_mode():
        for rows in _by_length(sequences):
            lower = model.lower(_numbers(sequences, rows))
            for place, row in enumerate(rows):
                states[row] = lower[place][: len(sequences[row])].half()
    return states


def _by_length(sequences: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    order = sorted(range(len(sequences)), key=lambda row: len(sequences[row]))
    return (order[first : first + 2 * _BATCH] for first in range(0, len(order), 2 * _BATCH))


def _numbers(sequences: Sequence[Sequence[int]], rows: Sequence[int]) -> torch.Tensor:
    longest = max(len(sequences[row]) for row in rows)
    return torch.tensor([[*sequences[row], *[PADDING] * (longest - len(sequences[row]))] for row in rows])


def _padded(states: Sequence[torch.Tensor], rows: Sequence[int]) -> tuple[torch.Tensor, torch.Tensor]:
    chosen = [states[row].float() for row in rows]
    lengths = torch.tensor([len(state) for state in chosen])
    padded = torch.nn.utils.rnn.pad_sequence(chosen, batch_first=True)
    return padded, torch.arange(padded.shape[1])[None, :] < lengths[:, None]


def _batches(sequences: Sequence[Sequence[int]], epoch: int) -> Iterator[list[int]]:
    """All rows in random batches, of posts of about the same length."""
    chance = random.Random(epoch)  # noqa: S311 - no secret
    order = list(range(len(sequences)))
    chance.shuffle(order)
    near = 40 * _BATCH
    order = [
        row
        for first in range(0, len(order), near)
        for row in sorted(order[first : first + near], key=lambda row: len(sequences[row]))
    ]
    batches = [order[first : first + _BATCH] for first in range(0, len(order), _BATCH)]
    chance.shuffle(batches)
    yield from batches
