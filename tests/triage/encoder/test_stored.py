"""Weights in four and in eight bits: what is stored is what is read."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from earshot.triage.encoder.stored import BLOCK, LARGEST, packed, rounded, rows_of, unpacked, whole_rows

MATRICES = arrays(np.float32, (3, 2 * BLOCK), elements=st.floats(-4, 4, width=32))


@given(matrix=MATRICES)
def test_four_bits_are_near_and_are_packed_again_to_the_same(matrix):
    read = unpacked(*packed(matrix))
    largest = np.abs(matrix.reshape(3, 2, BLOCK)).max(axis=2).repeat(BLOCK, axis=1)
    # A step is an eighth of the largest; at the end of the shorter side it may be a whole step.
    assert (np.abs(read - matrix) <= largest / 8 * 1.01 + 1e-6).all()
    assert np.array_equal(unpacked(*packed(read)), read)


@given(matrix=MATRICES)
def test_eight_bits_are_within_half_a_step(matrix):
    rows, scale = rounded(matrix)
    assert np.abs(rows).max() <= LARGEST
    assert np.array_equal(rows, np.rint(rows))
    assert (np.abs(rows * scale[:, None] - matrix) <= scale[:, None] * 0.51).all()


def test_both_kinds_are_read_by_row_and_as_a_whole():
    matrix = np.linspace(-1, 1, 4 * BLOCK, dtype=np.float32).reshape(4, BLOCK)
    rows, scale = rounded(matrix)
    eight = {"m": rows.astype(np.int8), "m.scale": scale}
    pairs, scales = packed(matrix)
    four = {"m.pairs": pairs, "m.scales": scales}
    for stored in (eight, four):
        every, one = rows_of(stored, "m", np.arange(4)), rows_of(stored, "m", np.array([2]))
        assert np.array_equal(every[2:3], one)
        whole, row_scale = whole_rows(stored, "m")
        assert np.abs(whole * row_scale[:, None] - every).max() <= row_scale.max() * 0.51
