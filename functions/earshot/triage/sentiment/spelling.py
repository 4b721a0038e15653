"""The spelling under which sentiment words are looked up: one for all the ways in which people write a word."""

import re
from collections.abc import Iterator

from earshot.triage.normalizer.letters import without_accents

_LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss", "Œ": "OE", "Æ": "AE", "ẞ": "SS"}
# "schön" is beautiful and "schon" is already: an umlaut is no accent that may be left out.
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "AE", "Ö": "OE", "Ü": "UE"}
_LATIN = str.maketrans(_LIGATURES)
_GERMAN = str.maketrans(_LIGATURES | _UMLAUTS)
# Forms of alef, of ya and of ta marbuta that are written for each other; hamza, joiners, and the stroke that stretches.
_ARABIC = str.maketrans(
    {**dict.fromkeys("أإآٱ", "ا"), **dict.fromkeys("ىئی", "ي"), **dict.fromkeys("گک", "ك")}
    | {"ة": "ه", "ؤ": "و", "چ": "ج", "پ": "ب", "ڤ": "ف", **dict.fromkeys("ءـ\u200c\u200d")}
)
_ARABIC_VOWEL_SIGN = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
_CAMEL_CASE_BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
# Two of these are left, as a word may have: "tolllll" is "toll", "Scheissservice" begins with "scheiss".
_CONSONANT = "[bcdfghjklmnpqrstvwxz]"
_DRAWN_OUT_CONSONANT = re.compile(rf"({_CONSONANT})\1{{2,}}", re.IGNORECASE)
_DOUBLE = re.compile(rf"({_CONSONANT})\1")

# "and", "so", "with the", "like the", "for the", "the", "with", "for", "like", and the dialects' "this".
_ARABIC_CLITIC = re.compile("[وف]?(?:بال|كال|لل|ال|[بلكه])|[وف]")
_MOST_CLITICS = 2
# Who acts, and before that the dialects' present and future: "بيضحك", "سيفرح".
_ARABIC_PERSON = re.compile("[بسحه]?[يتنا]")
# The dialects negate around a verb: "معجبنيش".
_ARABIC_AROUND = re.compile("ما?(.{3,20})ش")
# What is left of a word must be this long to be looked up.
_MIN_ARABIC_LETTERS = 3


def spelled(text: str, language: str) -> str:
    """The text in lower case, without accents, Arabic vowel signs and drawn-out letters; "#QueAsco" is two words."""
    if language == "ar":
        return _DRAWN_OUT.sub(r"\1", _ARABIC_VOWEL_SIGN.sub("", text).translate(_ARABIC).lower())
    # Before one letter becomes two: "schööön" is "schön", and in "Scheißservice" nothing is drawn out.
    brief = _DRAWN_OUT.sub(r"\1", _DRAWN_OUT_CONSONANT.sub(r"\1\1", text))
    plain = without_accents(brief.translate(_GERMAN if language == "de" else _LATIN))
    return _CAMEL_CASE_BOUNDARY.sub(" ", plain).lower()


def without_double_end(word: str) -> str | None:
    """A word without the second of two equal consonants at its end, which may be drawn out: "superr" is "super"."""
    return word[:-1] if _DOUBLE.fullmatch(word[-2:]) else None


def without_clitics(word: str) -> Iterator[str]:
    """An Arabic word without what is written together with it, the nearest form first: "وبالجمال" is "جمال"."""
    for _ in range(_MOST_CLITICS):
        clitic = _ARABIC_CLITIC.match(word)
        if clitic is None or len(word) - clitic.end() < _MIN_ARABIC_LETTERS:
            return
        word = word[clitic.end() :]
        yield word


def without_person(word: str) -> str | None:
    """An Arabic verb without the letters that say who acts; None if there are none, or too little is left."""
    person = _ARABIC_PERSON.match(word)
    if person is None or len(word) - person.end() < _MIN_ARABIC_LETTERS:
        return None
    return word[person.end() :]


def within_negation(word: str) -> str | None:
    """What an Arabic word negates by letters around it; None if it does not: "مفيدش" is "فيد"."""
    around = _ARABIC_AROUND.fullmatch(word)
    return around[1] if around else None
