"""Chooses the pieces that the encoder knows: of 250,000 of the base for a hundred languages, those that ours need.

How often a piece is needed is measured on the most frequent words of each language (wordfreq, data CC BY-SA 4.0), and
on the corpus. No text of wordfreq is kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from wordfreq import top_n_list, word_frequency

from earshot.triage.encoder.pieces import FIRST_PIECE, PieceTokenizer, plain_text
from infra.corpus.encoder.base import Base

SIZE = 24_000
# How much the words of each language count: most posts are English.
LANGUAGES = {"en": 3.0, "es": 1.0, "pt": 1.0, "fr": 1.0, "de": 1.0, "it": 1.0, "ar": 1.0}
_WORDS = 40_000
# What one word of the corpus counts, against a frequency of 1 for all words of a language.
_CORPUS_WORD = 3e-6
# Every letter, sign and emoji of these ranges stays, or a post could turn into unknown characters.
_ALPHABETS = ((0x21, 0x250), (0x600, 0x700), (0x2000, 0x2C00), (0x1F000, 0x1FFFF))


def choose_pieces(base: Base, texts: Iterable[str]) -> list[int]:
    """The numbers of the chosen pieces in the base, those that stand for no text first."""
    tokenizer = PieceTokenizer(base.pieces, base.piece_scores)
    needed: defaultdict[int, float] = defaultdict(float)
    for language, weight in LANGUAGES.items():
        for word in top_n_list(language, _WORDS):
            _add(needed, tokenizer.encode(word, 64), weight * word_frequency(word, language))
    for text in texts:
        _add(needed, tokenizer.encode(text, 1_000), _CORPUS_WORD)
    chosen = [*range(FIRST_PIECE), *_characters(base.pieces)]
    known = set(chosen)
    for number in sorted(needed, key=lambda number: (-needed[number], number)):
        if len(chosen) >= SIZE:
            break
        if number not in known and base.pieces[number] == plain_text(base.pieces[number]):
            chosen.append(number)
    return chosen


def _add(needed: defaultdict[int, float], numbers: Sequence[int], weight: float) -> None:
    for number in numbers:
        needed[number] += weight


def _characters(pieces: Sequence[str]) -> list[int]:
    return [
        number
        for number, piece in enumerate(pieces)
        if number >= FIRST_PIECE
        and len(piece) == 1
        and (piece == "\u2581" or any(first <= ord(piece) < last for first, last in _ALPHABETS))
    ]
