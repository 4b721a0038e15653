"""Writes the trained networks as ``triage/encoder/stored.py`` describes: in four or eight bits."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from earshot.triage.encoder.encoder import Part
from earshot.triage.encoder.stored import packed, rounded

if TYPE_CHECKING:
    import torch

    from infra.corpus.encoder.model import Model

Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Trained:
    """A network with its pieces, and their log-probabilities where its tokenizer has any."""

    model: "Model"
    pieces: Sequence[str]
    piece_scores: Sequence[float]


def write_weights(file: Path, parts: Mapping[Part, Trained]) -> None:
    """Write everything that the encoder needs into one file."""
    arrays = {f"{part}.{name}": array for part, trained in parts.items() for name, array in _arrays(trained).items()}
    save: Any = np.savez
    save(file, **arrays)


def _arrays(trained: Trained) -> Arrays:
    model = trained.model
    arrays: Arrays = {
        "layers": np.array(len(model.layers)),
        "positions": model.positions.weight.detach().numpy().astype(np.float16),
        "pieces": np.frombuffer(json.dumps(list(trained.pieces), ensure_ascii=False).encode(), np.uint8),
    }
    if trained.piece_scores:
        arrays["piece_scores"] = np.array(trained.piece_scores, np.float32)
    _packed(arrays, "words", model.words.weight.detach().numpy())
    _norm(arrays, "start", model.start_norm)
    for number, layer in enumerate(model.layers):
        write = _packed if number < model.frozen or model.is_packed else _whole
        for part in ("attention", "output", "widen", "narrow"):
            _dense(arrays, f"layer{number}.{part}", getattr(layer, part), write)
        _norm(arrays, f"layer{number}.attention", layer.attention_norm)
        _norm(arrays, f"layer{number}.narrow", layer.norm)
    _dense(arrays, "heads", model.heads, _whole)
    return arrays


def _whole(arrays: Arrays, name: str, matrix: NDArray[np.float32]) -> None:
    rows, scale = rounded(matrix)
    arrays[name], arrays[f"{name}.scale"] = rows.astype(np.int8), scale


def _packed(arrays: Arrays, name: str, matrix: NDArray[np.float32]) -> None:
    arrays[f"{name}.pairs"], arrays[f"{name}.scales"] = packed(matrix)


def _dense(arrays: Arrays, name: str, linear: "torch.nn.Linear", write: Any) -> None:
    write(arrays, name, linear.weight.detach().numpy())
    arrays[f"{name}.bias"] = linear.bias.detach().numpy().astype(np.float32)


def _norm(arrays: Arrays, name: str, norm: "torch.nn.LayerNorm") -> None:
    arrays[f"{name}.norm.weight"] = norm.weight.detach().numpy().astype(np.float32)
    arrays[f"{name}.norm.bias"] = norm.bias.detach().numpy().astype(np.float32)
