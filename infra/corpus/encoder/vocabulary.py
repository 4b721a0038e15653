"""Chooses the pieces that a network knows: of those of its base, the ones that our languages need.

How often a piece is needed is measured on the most frequent words of each language (wordfreq, data CC BY-SA 4.0), and
on the corpus. No text of wordfreq is kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from wordfreq import top_n_list, word_frequency

from earshot.triage.encoder.encoder import Tokenizer
from earshot.triage.encoder.pieces import FIRST_PIECE, WORD, plain_text
from earshot.triage.encoder.word_pieces import INNER

# How much the words of each language count.
ENGLISH: Final[Mapping[str, float]] = {"en": 1.0}
OTHERS: Final[Mapping[str, float]] = {"es": 1.0, "pt": 1.0, "fr": 1.0, "de": 1.0, "it": 1.0, "ar": 1.0, "en": 0.3}
_WORDS = 40_000
# What one word of the corpus counts, against a frequency of 1 for all words of a language.
_CORPUS_WORD = 3e-6
# Every letter, sign and emoji of these ranges stays, or a post could turn into unknown characters.
_ALPHABETS = ((0x21, 0x250), (0x600, 0x700), (0x2000, 0x2C00), (0x1F000, 0x1FFFF))


def choose_pieces(
    pieces: Sequence[str], tokenizer: Tokenizer, languages: Mapping[str, float], texts: Iterable[str], size: int
) -> list[int]:
    """The numbers of the ``size`` chosen pieces, those that stand for no text first. ``tokenizer`` knows all."""
    needed: defaultdict[int, float] = defaultdict(float)
    for language, weight in languages.items():
        for word in top_n_list(language, _WORDS):
            _add(needed, tokenizer.encode(word, 64), weight * word_frequency(word, language))
    for text in texts:
        _add(needed, tokenizer.encode(text, 1_000), _CORPUS_WORD)
    chosen = [*range(FIRST_PIECE), *_characters(pieces)]
    known = set(chosen)
    for number in sorted(needed, key=lambda number: (-needed[number], number)):
        if len(chosen) >= size:
            break
        if number not in known and pieces[number] == plain_text(pieces[number]):
            chosen.append(number)
    return chosen


def _add(needed: defaultdict[int, float], numbers: Sequence[int], weight: float) -> None:
    for number in numbers:
        needed[number] += weight


def _characters(pieces: Sequence[str]) -> list[int]:
    return [
        number
        for number, piece in enumerate(pieces)
        if number >= FIRST_PIECE and (piece == WORD or _is_character(piece.removeprefix(INNER)))
    ]


def _is_character(piece: str) -> bool:
    return len(piece) == 1 and any(first <= ord(piece) < last for first, last in _ALPHABETS)
