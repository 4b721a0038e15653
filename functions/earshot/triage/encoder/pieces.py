"""Cuts a text into the word pieces that the encoder knows: a unigram model, as SentencePiece has it (Kudo, 2018)."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

# The numbers of the pieces that stand for no text, as in XLM-RoBERTa's vocabulary.
START: Final = 0
PADDING: Final = 1
END: Final = 2
UNKNOWN: Final = 3
FIRST_PIECE: Final = 4
# The mark that a word begins with in the vocabulary.
WORD: Final = "\u2581"
# A post on X that is not paid for has 280 characters. What is longer is cut before any work is done on it: one
# character can stand for eighteen, and a post can have 25,000.
MAX_CHARACTERS: Final = 600
# The words of posts repeat; a cache of this size holds those of a day.
CACHED_WORDS = 20_000
_MAX_WORD = 64
# How much worse than the rarest piece an unknown character is, in log-probability; SentencePiece's own figure.
_UNKNOWN_PENALTY = 10.0

_LINK = re.compile(r"https?://\S+|\bwww\.\S+")
_HANDLE = re.compile(r"(?<!\w)@\w+")
_REPEATED = re.compile(r"(.)\1{3,}")


def plain_text(text: str) -> str:
    """A post as the encoder was trained on it: lower case, one word for all handles and one for all links.

    Styled letters become plain ones (NFKC) and invisible characters are left out. Any text is accepted.
    """
    visible = "".join(
        character for character in text[:MAX_CHARACTERS] if unicodedata.category(character) not in _UNSEEN
    )
    plain = unicodedata.normalize("NFKC", visible)[:MAX_CHARACTERS]
    plain = _HANDLE.sub("@user", _LINK.sub("http", plain))
    return " ".join(_REPEATED.sub(r"\1\1\1", plain).lower().split())


def first_pieces(text: str, most: int, find: Callable[[str], Sequence[int]], mark: str = "") -> list[int]:
    """The numbers of the first ``most`` pieces of a post; ``find`` tells those of a word, which ``mark`` begins."""
    numbers: list[int] = []
    for word in plain_text(text).split():
        for start in range(0, len(word), _MAX_WORD):
            part = word[start : start + _MAX_WORD]
            numbers += find(part if start else mark + part)
        if len(numbers) >= most:
            break
    return numbers[:most]


# Format characters, surrogates, private use and what is not assigned: none has a meaning here.
_UNSEEN = frozenset({"Cf", "Cs", "Co", "Cn"})


class PieceTokenizer:
    """Finds the likeliest pieces of each word. ``scores`` are the pieces' log-probabilities, by their number."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float]) -> None:
        self._numbers = {piece: number for number, piece in enumerate(pieces) if number >= FIRST_PIECE}
        self._scores = tuple(scores)
        self._longest = max(map(len, pieces))
        self._unknown = min(scores) - _UNKNOWN_PENALTY
        self._word = lru_cache(CACHED_WORDS)(self._find)

    def encode(self, text: str, most: int) -> list[int]:
        """The numbers of the first ``most`` pieces of a post, without the marks of its start and its end."""
        return first_pieces(text, most, self._word, WORD)

    def _find(self, word: str) -> tuple[int, ...]:
        """Viterbi's search: for each end, the best way to it."""
        size = len(word)
        best = [0.0] + [float("-inf")] * size
        back = [(0, UNKNOWN)] * (size + 1)
        for start in range(size):
            unknown = best[start] + self._unknown
            if unknown > best[start + 1]:
                best[start + 1], back[start + 1] = unknown, (start, UNKNOWN)
            for end in range(start + 1, min(size, start + self._longest) + 1):
                number = self._numbers.get(word[start:end])
                if number is not None and (score := best[start] + self._scores[number]) > best[end]:
                    best[end], back[end] = score, (start, number)
        found: list[int] = []
        end = size
        while end > 0:
            end, number = back[end]
            found.append(number)
        return tuple(reversed(found))
