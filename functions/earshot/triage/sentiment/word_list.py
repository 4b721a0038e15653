"""Our own sentiment words for Spanish, Portuguese, French, German, Italian and Arabic, and emoji for all of them.

The words stand in ``words/``, a file for each language. A line that ends with a colon says what those below it are:

- ``-3:`` to ``+3:``: words of this degree, from very bad to very good; ``0:`` are words that only look like others.
- ``not:`` negates what stands up to three words after it, ``not after:`` what stands before it.
- ``only:`` takes its effect from a negation just before: "no solo malo" is not only bad.
- ``very:`` and ``little:`` strengthen and weaken the next word.
- ``but:`` ends the scope of a negation, as punctuation marks do.

``*`` stands for any ending, ``_`` joins the words of a phrase. The phrase counts before the word, the word before the
longest beginning. What negates, strengthens, weakens or ends a scope is one word. Words are written as in a dictionary,
and compared as ``spelling`` has them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from earshot.triage.sentiment.spelling import (
    spelled,
    within_negation,
    without_clitics,
    without_double_end,
    without_person,
)

LANGUAGES = frozenset({"ar", "de", "es", "fr", "it", "pt"})
"""The tags of the languages that have a list."""

_FOLDER = Path(__file__).with_name("words")
_EMOJI_FILE = _FOLDER / "emoji.txt"
_DEGREES = {"-3": -3, "-2": -2, "-1": -1, "0": 0, "+1": 1, "+2": 2, "+3": 3}
_ROLES = ("not", "not after", "only", "very", "little", "but")
_SECTIONS = {f"{name}:": name for name in (*_DEGREES, *_ROLES)}
_TOKEN = re.compile(r"[^\W\d_]+|[.,;:!?…()\n؟،؛]")
_FACE = re.compile(r"(?<!\w)(?:[:;=]['’]?-?[()/|*]|[:;]-?[DdPp]\b|<3|\^\^)")

# How many words after a negation it reverses ("no es muy bueno"), and how many before it where it may follow them:
# "das gefällt mir gar nicht", "j'aime pas".
_NEGATION_SCOPE = 3
_SCOPE_BEFORE = {"de": 3, "fr": 1}
# What is not good is rather bad, what is not bad is hardly good.
_NEGATED, _STRONGER, _WEAKER = -0.75, 1.4, 0.6
# Languages that say "very" after the word.
_DEGREE_FOLLOWS = frozenset({"ar"})
_MIN_STEM = 3
# VADER's own constant: a word of degree 2 alone has a compound score of 0.46, two have 0.72.
_NORMALIZATION = 15.0


@dataclass(frozen=True, slots=True)
class WordScore:
    """The sentiment of a text: ``compound`` from -1 to 1, and the shares of good and bad in what was found."""

    compound: float
    positive: float
    negative: float


@dataclass(slots=True)
class _Words:
    """One language's list, spelled for comparison; words of a phrase are joined by spaces."""

    exact: dict[str, int] = field(default_factory=dict[str, int])
    stems: dict[str, int] = field(default_factory=dict[str, int])
    longest_stem: int = 0
    # By its first word, the number of words of the longest phrase.
    phrases: dict[str, int] = field(default_factory=dict[str, int])
    other: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    def add(self, degree: int, entry: str, is_stem: bool) -> None:
        (self.stems if is_stem else self.exact)[entry] = degree
        if is_stem:
            self.longest_stem = max(self.longest_stem, len(entry))
        first, *more = entry.split()
        if more:
            self.phrases[first] = max(self.phrases.get(first, 0), 1 + len(more))

    def of_stem(self, text: str, shortest: int = _MIN_STEM) -> int | None:
        """The degree of the longest listed beginning of ``text``."""
        for length in range(min(len(text), self.longest_stem), shortest - 1, -1):
            degree = self.stems.get(text[:length])
            if degree is not None:
                return degree
        return None

    def as_listed(self, word: str) -> str:
        """The word, or the one that it draws out: "superr" is "super", while "toll" is listed itself."""
        shorter = without_double_end(word)
        if shorter is None or self.of_word(word) is not None or self.has_role(word):
            return word
        return shorter if shorter in self.exact or self.has_role(shorter) else word

    def has_role(self, word: str) -> bool:
        return any(word in words for words in self.other.values())

    def negates(self, phrase: Sequence[str]) -> bool:
        """Whether a word of a phrase is a negation. A single word is not asked: "niemand" is one, and may be sad."""
        return len(phrase) > 1 and any(not self.other[role].isdisjoint(phrase) for role in ("not", "not after"))

    def of_word(self, word: str) -> int | None:
        degree = self.exact.get(word)
        return self.of_stem(word) if degree is None else degree

    def of_phrase(self, words: Sequence[str]) -> int | None:
        joined = " ".join(words)
        degree = self.exact.get(joined)
        # A beginning of the whole phrase, not of its first words.
        return self.of_stem(joined, len(joined) - len(words[-1]) + 1) if degree is None else degree


def score(text: str, language: str) -> WordScore | None:
    """The sentiment of ``text``, in its normal form, in a language of ``LANGUAGES``; None if it has no listed word."""
    found = [*_degrees(_TOKEN.findall(spelled(text, language)), language), *_emoji_degrees(text)]
    if not found:
        return None
    positive, negative = sum(one for one in found if one > 0), -sum(one for one in found if one < 0)
    total = positive - negative
    compound = total / (total * total + _NORMALIZATION) ** 0.5
    return WordScore(compound, positive / (positive + negative), negative / (positive + negative))


def _degrees(tokens: Sequence[str], language: str) -> Iterator[float]:
    """The degree of each listed word or phrase, negated and strengthened by what stands around it."""
    words, at = _words(language), 0
    tokens = [words.as_listed(token) for token in tokens]
    while at < len(tokens):
        degree, length = _found(words, tokens, at, language)
        if degree and not _only_strengthens(words, tokens, at, length, language):
            yield degree * _factor(words, tokens, at, at + length, language)
        at += length


def _found(words: _Words, tokens: Sequence[str], at: int, language: str) -> tuple[float | None, int]:
    """The degree of what begins at a token, None if nothing listed does, and how many tokens that is."""
    for length in range(min(words.phrases.get(tokens[at], 0), len(tokens) - at), 1, -1):
        degree = words.of_phrase(tokens[at : at + length])
        if degree is not None:
            return degree, length
    return (_arabic_degree if language == "ar" else _Words.of_word)(words, tokens[at]), 1


def _only_strengthens(words: _Words, tokens: Sequence[str], at: int, length: int, language: str) -> bool:
    """Whether a listed word is one of degree, and says how good or bad the next one is: "super" in "super nul"."""
    after = at + length
    if length > 1 or after == len(tokens) or tokens[at] not in words.other["very"] | words.other["little"]:
        return False
    return bool(_found(words, tokens, after, language)[0])


def _arabic_degree(words: _Words, word: str) -> float | None:
    negated = within_negation(word)
    degree = words.of_word(negated) if negated else None
    if degree is not None:
        return degree * _NEGATED
    bare = word
    for bare in (word, *without_clitics(word)):
        degree = words.of_word(bare)
        if degree is not None:
            return degree
    verb = without_person(bare)
    return words.of_stem(verb) if verb else None


def _factor(words: _Words, tokens: Sequence[str], start: int, end: int, language: str) -> float:
    """What the words before and after those from ``start`` to ``end`` make of their degree."""
    before = list(_scope(words, reversed(tokens[max(0, start - _NEGATION_SCOPE) : start])))
    after = list(_scope(words, tokens[end : end + _NEGATION_SCOPE]))
    beside = {*before[:1], *(after[:1] if language in _DEGREE_FOLLOWS else ())}
    factor = 1.0
    if not beside.isdisjoint(words.other["very"]):
        factor *= _STRONGER
    if not beside.isdisjoint(words.other["little"]):
        factor *= _WEAKER
    # What holds a negation has its degree with it: "ne" adds nothing to the phrase in "ne marche pas".
    if words.negates(tokens[start:end]):
        return factor
    follows = after[: _SCOPE_BEFORE.get(language, 0)]
    if _is_negated(words, before) or not words.other["not after"].isdisjoint(follows):
        factor *= _NEGATED
    return factor


def _is_negated(words: _Words, before: Sequence[str]) -> bool:
    """Whether one of the words before, the nearest first, is a negation, and none is of "only"."""
    if any(later in words.other["only"] and word in words.other["not"] for later, word in pairwise(before)):
        return False
    return not words.other["not"].isdisjoint(before)


def _scope(words: _Words, tokens: Iterator[str] | Sequence[str]) -> Iterator[str]:
    """The tokens up to the next punctuation mark or conjunction."""
    for token in tokens:
        if token in words.other["but"] or not token[0].isalpha():
            return
        yield token


def _emoji_degrees(text: str) -> Iterator[int]:
    """Each emoji and each face counts once, however often it is repeated."""
    degrees = _emoji()
    for sign in sorted({*text, *map(str.lower, _FACE.findall(text))} & degrees.keys()):
        yield degrees[sign]


@cache
def _words(language: str) -> _Words:
    """Read when the language is first met: a file takes a few milliseconds, which an import should not."""
    words = _Words(other={role: set() for role in _ROLES})
    for section, entry in _entries(_FOLDER / f"{language}.txt"):
        plain = " ".join(_TOKEN.findall(spelled(entry.removesuffix("*").replace("_", " "), language)))
        if section in _DEGREES:
            words.add(_DEGREES[section], plain, entry.endswith("*"))
        else:
            words.other[section].add(plain)
    return words


@cache
def _emoji() -> dict[str, int]:
    return {entry: _DEGREES[section] for section, entry in _entries(_EMOJI_FILE)}


def _entries(path: Path) -> Iterator[tuple[str, str]]:
    """Each entry of a file, with the section that it stands in."""
    section = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line in _SECTIONS:
            section = _SECTIONS[line]
        elif not line.startswith("#"):
            for entry in line.split():
                yield section, entry
