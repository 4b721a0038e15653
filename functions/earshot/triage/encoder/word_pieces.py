"""Cuts an English text into word pieces: the longest known beginning of each word, then of what is left of it.

WordPiece, as BERT has it (Devlin et al., 2019): accents are left out, and each punctuation mark is a word of its own.
A sign that is no piece itself, such as most emoji, is read by the words of its Unicode name: "face with tears of joy".
A sign that this Python does not know yet is left out, as everywhere in the encoder.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

from earshot.triage.encoder.pieces import CACHED_WORDS, FIRST_PIECE, UNKNOWN, first_pieces

# The mark of a piece that does not begin its word.
INNER: Final = "##"
# Of one word: more are hardly ever read of a whole post.
_MOST_PIECES: Final = 64


class WordPieceTokenizer:
    """Finds the pieces of each word; the first of ``pieces`` stand for no text."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self._numbers = {piece: number for number, piece in enumerate(pieces) if number >= FIRST_PIECE}
        self._longest = max(map(len, pieces))
        self._word = lru_cache(CACHED_WORDS)(self._find)

    def encode(self, text: str, most: int) -> list[int]:
        """The numbers of the first ``most`` pieces of a post, without the marks of its start and its end."""
        return first_pieces(text, most, self._word)

    def _find(self, word: str) -> tuple[int, ...]:
        """Its first pieces: a name can have 27, and what is found is remembered."""
        return tuple(islice((number for part in _parts(word) for number in self._pieces(part)), _MOST_PIECES))

    def _pieces(self, part: str) -> list[int]:
        """A part with a character that no piece has is unknown as a whole, unless it is a sign with a name."""
        found: list[int] = []
        start = 0
        while start < len(part):
            mark = INNER if start else ""
            for end in range(min(len(part), start + self._longest), start, -1):
                number = self._numbers.get(mark + part[start:end])
                if number is not None:
                    break
            else:
                return self._pieces_of_name(part)
            found.append(number)
            start = end
        return found

    def _pieces_of_name(self, part: str) -> list[int]:
        """Of the words of a sign's name, those that are known; one unknown piece where there is none."""
        name = unicodedata.name(part, "").lower() if _is_sign(part) else ""
        numbers = [number for word in name.split() for inner in _parts(word) for number in self._pieces(inner)]
        return [number for number in numbers if number != UNKNOWN] or [UNKNOWN]


def _parts(word: str) -> Iterator[str]:
    """The letters and digits between punctuation marks, and each mark; accents are left out."""
    part = ""
    for character in unicodedata.normalize("NFD", word):
        category = unicodedata.category(character)
        if category == "Mn":
            continue
        if category[0] in "PS" or _is_ideograph(character):
            if part:
                yield part
            yield character
            part = ""
        else:
            part += character
    if part:
        yield part


def _is_sign(part: str) -> bool:
    return len(part) == 1 and unicodedata.category(part) == "So"


def _is_ideograph(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"
