"""Makes the trained network narrower: each layer keeps the inner numbers that matter most, and makes up for the rest.

Two thirds of the encoder's work are the two dense steps of each layer, over 1,536 inner numbers. Those that say least
on posts of the training corpus are left out; the second step is fitted again by least squares, so that it gives what it
gave before. ``python -m infra.corpus.encoder.slim`` does it to the weights that are there.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earshot.triage.encoder.encoder import WEIGHTS_FILE, sequence
from earshot.triage.encoder.network import Layer, Matrix, Network
from earshot.triage.encoder.pieces import PieceTokenizer
from earshot.triage.encoder.scores import EncoderInput
from infra.corpus.encoder.base import WIDE
from infra.corpus.encoder.card import write_card
from infra.corpus.encoder.weights import Arrays, stored_pieces, whole
from infra.corpus.posts import TRAINING, CorpusPost, read_posts

# The inner numbers that stay, chosen by measuring (docs/decisions/0063-a-narrower-encoder.md): as many products of
# whole numbers as a float32 holds exactly, so that each second step is one product.
KEPT = 1024
# The posts on which it is measured what the inner numbers say: enough for 19,000 rows.
_ENGLISH, _OTHERS = 450, 350
_RIDGE = 1e-3
Places = NDArray[np.intp]


def slim(file: Path, posts: Sequence[CorpusPost]) -> None:
    """Rewrite the weights of ``file`` with ``KEPT`` inner numbers. ValueError where they have been left out already."""
    with np.load(file, allow_pickle=False) as stored:
        arrays: Arrays = {name: stored[name] for name in stored.files}
    if len(arrays["layer0.widen"]) != WIDE:
        raise ValueError(f"{file.name} is narrow already: `make encoder` trains it anew.")
    network = Network(arrays)
    tokenizer = PieceTokenizer(*stored_pieces(arrays))
    inputs = [EncoderInput(post.text, post.answers, post.earlier) for post in _chosen(posts)]
    state, spans = network.start([sequence(tokenizer, one) for one in inputs])
    for number, layer in enumerate(network.layers):
        name = f"layer{number}"
        state = layer.attend(state, spans)
        inner = layer.widen(state)
        kept = _narrow(arrays, name, inner)
        state = Layer(arrays, name).narrow(state, inner[:, kept])
    save: Any = np.savez
    save(file, **arrays)


def _narrow(arrays: Arrays, name: str, inner: Matrix) -> Places:
    """Leave out what says least in a layer. Returns the places of what stays."""
    second = _floats(arrays[f"{name}.narrow"]) * _floats(arrays[f"{name}.narrow.scale"])[:, None]
    mean: Matrix = inner.mean(0)
    together = _floats((inner.T @ inner) / len(inner) - np.outer(mean, mean))
    weight = np.diag(together) * np.square(second).sum(0)
    kept: Places = np.sort(np.argsort(-weight)[:KEPT])
    left: Places = np.setdiff1d(np.arange(WIDE), kept)
    ridge = _RIDGE * float(np.trace(together)) / WIDE * np.eye(KEPT)
    made_up = np.linalg.solve(together[np.ix_(kept, kept)] + ridge, together[np.ix_(kept, left)] @ second[:, left].T)
    fitted = _floats(second[:, kept] + made_up.T)
    whole(arrays, f"{name}.narrow", fitted)
    bias = _floats(arrays[f"{name}.narrow.bias"])
    arrays[f"{name}.narrow.bias"] = bias + mean @ second.T - mean[kept] @ fitted.T
    for part in ("widen", "widen.scale", "widen.bias"):
        arrays[f"{name}.{part}"] = arrays[f"{name}.{part}"][kept]
    return kept


def _floats(stored: NDArray[Any]) -> Matrix:
    return stored.astype(np.float32)


def _chosen(posts: Sequence[CorpusPost]) -> list[CorpusPost]:
    chance = random.Random(0)  # noqa: S311 - no secret
    english = [post for post in posts if post.language == "en"]
    others = [post for post in posts if post.language != "en"]
    return chance.sample(english, _ENGLISH) + chance.sample(others, _OTHERS)


def main() -> None:
    """Make the weights beside the code narrower, and write their card."""
    posts = list(read_posts(TRAINING))
    slim(WEIGHTS_FILE, posts)
    write_card(WEIGHTS_FILE, posts)
    print(f"{WEIGHTS_FILE.name}: {WEIGHTS_FILE.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
