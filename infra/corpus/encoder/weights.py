"""Writes the trained network as ``triage/encoder/network.py`` reads it: int8 with one scale for each row."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

    from infra.corpus.encoder.model import Model

Arrays = dict[str, NDArray[np.generic]]
_LARGEST = 127


def write_weights(file: Path, model: "Model", pieces: Sequence[str], piece_scores: Sequence[float]) -> None:
    """Write everything that the encoder needs into one file."""
    arrays: Arrays = {
        "layers": np.array(len(model.layers)),
        "positions": model.positions.weight.detach().numpy().astype(np.float16),
        "pieces": np.frombuffer(json.dumps(list(pieces), ensure_ascii=False).encode(), np.uint8),
        "piece_scores": np.array(piece_scores, np.float32),
    }
    _whole(arrays, "words", model.words.weight.detach().numpy())
    _norm(arrays, "start", model.start_norm)
    for number, layer in enumerate(model.layers):
        for part in ("attention", "output", "widen", "narrow"):
            _dense(arrays, f"layer{number}.{part}", getattr(layer, part))
        _norm(arrays, f"layer{number}.attention", layer.attention_norm)
        _norm(arrays, f"layer{number}.narrow", layer.norm)
    _dense(arrays, "heads", model.heads)
    save: Any = np.savez
    save(file, **arrays)


def _whole(arrays: Arrays, name: str, matrix: NDArray[np.float32]) -> None:
    scale = np.maximum(np.abs(matrix).max(axis=1), 1e-9) / _LARGEST
    arrays[name] = np.rint(matrix / scale[:, None]).astype(np.int8)
    arrays[f"{name}.scale"] = scale.astype(np.float32)


def _dense(arrays: Arrays, name: str, linear: "torch.nn.Linear") -> None:
    _whole(arrays, name, linear.weight.detach().numpy())
    arrays[f"{name}.bias"] = linear.bias.detach().numpy().astype(np.float32)


def _norm(arrays: Arrays, name: str, norm: "torch.nn.LayerNorm") -> None:
    arrays[f"{name}.norm.weight"] = norm.weight.detach().numpy().astype(np.float32)
    arrays[f"{name}.norm.bias"] = norm.bias.detach().numpy().astype(np.float32)
