"""The forward pass of an encoder: a BERT of a few layers, in numpy alone.

The words of many posts stand below one another in one matrix, without padding between them; attention looks at one post
at a time. A post is read the same to the last bit, alone and in any batch: both sides of each large product are whole
numbers, whose sums a float32 holds exactly, so that the order in which they are added does not matter.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from earshot.triage.encoder.stored import LARGEST, Matrix, Stored, floats, rows_of, whole_rows

HEADS = 12
LAYER_NORM_EPSILON = 1e-12
# The most rows that are read at once: 3 MB at the widest place, which a processor keeps close.
_MAX_ROWS = 512
# A float32 holds the sum of so many products of whole numbers of eight bits: it is below 2 to the power of 24.
_EXACT_PRODUCTS = 1024
# The exact GELU of every number that has no more than 16 significant bits of a float32.
_GELU_SIZE = 1 << 16


class Network:
    """The weights of one network, and what it makes of posts. ``stored.py`` says how ``stored`` has them."""

    def __init__(self, stored: Stored) -> None:
        self._words = {name: stored[name] for name in stored if name.split(".")[0] == "words"}
        self._positions = floats(stored["positions"])
        self._start_norm = _Norm(stored, "start")
        self._layers = [_Layer(stored, f"layer{number}") for number in range(int(stored["layers"][()]))]
        self._heads = _Dense(stored, "heads")

    def read(self, posts: Sequence[Sequence[int]]) -> Matrix:
        """One row of outputs for each post, given as the numbers of its pieces, of which it has one at least."""
        rows = [self._read_together(part) for part in _parts(posts)]
        return np.vstack(rows) if rows else np.empty((0, self._heads.width), np.float32)

    def _read_together(self, posts: Sequence[Sequence[int]]) -> Matrix:
        ends = np.cumsum([len(post) for post in posts]).tolist()
        spans = [slice(end - len(post), end) for post, end in zip(posts, ends, strict=True)]
        numbers = np.concatenate([np.asarray(post) for post in posts])
        places = np.concatenate([np.arange(len(post)) for post in posts])
        state = self._start_norm.apply(rows_of(self._words, "words", numbers) + self._positions[places])
        for layer in self._layers:
            state = layer.apply(state, spans)
        return self._heads.apply(np.stack([state[span].mean(axis=0) for span in spans]))


class _Dense:
    """A product with whole numbers on both sides, scaled back, and a bias."""

    def __init__(self, stored: Stored, name: str) -> None:
        rows, scale = whole_rows(stored, name)
        parts = -(-rows.shape[1] // _EXACT_PRODUCTS)
        self._parts = [np.ascontiguousarray(part) for part in np.array_split(rows.T, parts)]
        self._scale = scale / np.float32(LARGEST)
        self._bias = floats(stored[f"{name}.bias"])
        self.width = len(self._bias)

    def apply(self, state: Matrix) -> Matrix:
        largest = np.maximum(state.max(axis=1, keepdims=True), -state.min(axis=1, keepdims=True))
        np.maximum(largest, np.float32(1e-9), out=largest)
        whole = state * (LARGEST / largest)
        np.rint(whole, out=whole)
        first = len(self._parts[0])
        result = whole[:, :first] @ self._parts[0]
        for part in self._parts[1:]:
            result += whole[:, first : first + len(part)] @ part
            first += len(part)
        result *= largest
        result *= self._scale
        result += self._bias
        return result


class _Norm:
    """Layer normalisation."""

    def __init__(self, stored: Stored, name: str) -> None:
        self._weight = floats(stored[f"{name}.norm.weight"])
        self._bias = floats(stored[f"{name}.norm.bias"])

    def apply(self, state: Matrix) -> Matrix:
        centred = state - state.mean(axis=1, keepdims=True)
        deviation = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + np.float32(LAYER_NORM_EPSILON))
        centred /= deviation
        centred *= self._weight
        centred += self._bias
        return centred


class _Layer:
    """Attention among the words of a post, then two dense steps for each word."""

    def __init__(self, stored: Stored, name: str) -> None:
        self._attention = _Dense(stored, f"{name}.attention")
        self._output = _Dense(stored, f"{name}.output")
        self._widen = _Dense(stored, f"{name}.widen")
        self._narrow = _Dense(stored, f"{name}.narrow")
        self._attention_norm = _Norm(stored, f"{name}.attention")
        self._norm = _Norm(stored, f"{name}.narrow")

    def apply(self, state: Matrix, spans: Sequence[slice]) -> Matrix:
        mixed = self._attention.apply(state)
        context = np.concatenate([_attend(mixed[span]) for span in spans])
        state = self._attention_norm.apply(state + self._output.apply(context))
        return self._norm.apply(state + self._narrow.apply(_gelu(self._widen.apply(state))))


def _parts(posts: Sequence[Sequence[int]]) -> Iterator[Sequence[Sequence[int]]]:
    """The posts, as many at a time as are read at once."""
    first, rows = 0, 0
    for number, post in enumerate(posts):
        if number > first and rows + len(post) > _MAX_ROWS:
            yield posts[first:number]
            first, rows = number, 0
        rows += len(post)
    if first < len(posts):
        yield posts[first:]


def _attend(mixed: Matrix) -> Matrix:
    """The attention of one post; ``mixed`` holds queries, keys and values side by side."""
    words, width = len(mixed), mixed.shape[1] // 3
    size = width // HEADS
    query, key, value = mixed.reshape(words, 3, HEADS, size).transpose(1, 2, 0, 3)
    weights = query @ key.transpose(0, 2, 1)
    weights *= np.float32(1 / math.sqrt(size))
    weights -= weights.max(axis=-1, keepdims=True)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=-1, keepdims=True)
    return (weights @ value).transpose(1, 0, 2).reshape(words, width)


def _gelu_table() -> Matrix:
    # In the middle of all numbers with the same upper half.
    numbers = ((np.arange(_GELU_SIZE, dtype=np.uint32) << 16) | 0x8000).view(np.float32)
    return np.array(
        [0.5 * x * (1 + math.erf(x / math.sqrt(2))) if math.isfinite(x) else 0.0 for x in numbers.tolist()], np.float32
    )


_GELU = _gelu_table()


def _gelu(state: Matrix) -> Matrix:
    """GELU, looked up by the upper half of each number (both processors store the lower half first)."""
    return _GELU[state.view(np.uint16)[:, 1::2]]
