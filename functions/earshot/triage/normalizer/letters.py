"""Letters that are not what they seem: look-alikes of other alphabets, decorated letters, digits for letters."""

import re
import unicodedata
from collections.abc import Callable

from earshot.triage.normalizer.look_alikes import CONFUSABLE, SIMILAR

_ANY = {**SIMILAR, **CONFUSABLE}
_FOREIGN = re.compile(f"[{''.join(_ANY)}]")
_TO_LATIN = str.maketrans(_ANY)
_NAME_OR_WORD = re.compile(r"https?://\S+|[@#]\w+|[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+")
# A post is Latin if it has this many Latin letters, outside of names, for each letter of words that cannot be Latin.
_LATIN_MAJORITY = 4
# With this many words of mixed alphabets a post is dressed up, not written in two languages.
_DRESSED_UP = 2

# Combining marks that were made for Latin, Greek and Cyrillic letters; the vowel signs of other scripts are no part.
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_MARK = re.compile(f"[{_MARKS}]")
# Lines through, below and above a letter, and signs around it, spell no word in any language.
_LINES = re.compile("[\u0305\u0331-\u0338\u033f\u035f-\u0362\u0488\u0489\u20d2\u20d3\u20d8-\u20da\u20dd-\u20f0]")
_STACK = re.compile(f"([{_MARKS}]{{2}})[{_MARKS}]+")
_LATIN_ACCENTS = re.compile(f"([A-Za-z])[{_MARKS}]+")
_CARRYING = re.compile(f"[^{_MARKS}](?=[{_MARKS}])")
_STACKED = re.compile(f"[{_MARKS}]{{2}}")
_MARKED_WORD = re.compile(f"[^\\W\\d_](?:[^\\W\\d_]|[{_MARKS}])*")
# Of the letters of a word: more carry an accent in no language, Czech has the most.
_DECORATED_SHARE, _DECORATED_LETTERS = 0.7, 4

_LEET = str.maketrans("013457@$!", "oieastasi")
_LEET_WORD = re.compile(r"(?<![\w@#./$])[a-z$](?:[a-z]|[01345789@$!](?=[a-z013457@$]))*[a-z013457](?![\w@]|\.\w)", re.I)
_HAS_LEET = re.compile(r"[a-z$][01345@$!7]+[a-z]|(?<!\w)\$[a-z]", re.I)
# What is at stake, and what people say in anger: the words that are worth disguising.
_DISGUISED = frozenset(
    """
    abuse ambulance assault attack attacked bastard bleeding blood bomb burn burned cheat cheated collapsed crap crash
    danger dangerous dead death die died dying damn evil explode exploded explosion fake fire fraud fraudulent fuck
    fucked fucking gas gun hack hacked hacker harass harassed harassment hate help hospital hurt idiot idiots injured
    injury kill killed kidnap lawsuit lawyer leak liar liars lied lies lost money my no not nothing police poison
    poisoned rape raped racist refund rob robbed robbery scam scammed scammer scammers scams sexual shame shit shitty
    shoot smoke stabbed steal stealing stole stolen stupid suck sucks suicide terrible theft thief thieves threat
    threatened toxic unsafe useless weapon worst you your account bag card charged phone service never
    """.split()
)


def without_look_alikes(text: str) -> str:
    """The text with letters that only look Latin as Latin letters, where they pretend to be.

    That is in a word with Latin letters ("cоllарsed"), and a word of look-alikes alone in a post that is Latin
    otherwise. Words of another script stay: a Russian post, and a Russian word in an English one.
    """
    if not _FOREIGN.search(text):
        return text
    words = [word for word in _NAME_OR_WORD.findall(text) if word[0] not in "@#" and "://" not in word]
    latin = sum(map(_is_latin, "".join(words)))
    others = sum(len(word) for word in words if not any(map(_is_latin, word)) and not _is_all(word, CONFUSABLE))
    mixed = sum(1 for word in words if _is_mixed(word) and _is_all(word, _ANY))
    dressed_up = mixed >= _DRESSED_UP
    similar = sum(len(word) for word in words if dressed_up and not _is_mixed(word) and _is_all(word, _ANY))
    is_latin = latin > 0 and latin >= _LATIN_MAJORITY * (others - similar)
    return _WORD.sub(_folded(is_latin, dressed_up), text)


def as_latin(name: str) -> str:
    """A name of look-alikes alone as the Latin name that it resembles; any other name as it is."""
    return name.translate(_TO_LATIN) if all(_is_all(word, CONFUSABLE) for word in _WORD.findall(name)) else name


def _folded(is_latin: bool, dressed_up: bool) -> Callable[[re.Match[str]], str]:
    def fold(match: re.Match[str]) -> str:
        word = match[0]
        if word.isascii():
            return word
        mixed = _is_mixed(word)
        mostly_latin = 2 * sum(map(_is_latin, word)) > len(word)
        table = _ANY if is_latin and (mixed or dressed_up) else CONFUSABLE
        if (is_latin or (mixed and mostly_latin)) and _is_all(word, table):
            return word.translate(_TO_LATIN)
        return word

    return fold


def _is_latin(letter: str) -> bool:
    return letter < "\u0250" or "\u1e00" <= letter <= "\u1eff"


def _is_all(word: str, table: dict[str, str]) -> bool:
    """Whether every letter of a word is Latin or in ``table``."""
    return all(letter in table or _is_latin(letter) for letter in word)


def _is_mixed(word: str) -> bool:
    """Whether a word has letters of several scripts; the blocks of Unicode tell them apart well enough."""
    return len({0 if _is_latin(letter) else ord(letter) >> 8 for letter in word}) > 1


def without_decoration(text: str) -> str:
    """The text without lines through its letters, stacks of marks ("zalgo"), and accents on nearly every letter.

    The accents of a language stay, and so do the vowel signs of Indian, Semitic and other scripts.
    """
    if text.isascii():
        return text
    text = _STACK.sub(r"\1", _LINES.sub("", text))
    return _MARKED_WORD.sub(lambda word: word[0] if word[0].isascii() else _undecorated(word[0]), text)


def _undecorated(word: str) -> str:
    apart = unicodedata.normalize("NFD", word)
    bare = _MARK.sub("", apart)
    if len(bare) == len(apart):
        return word
    carrying = len(_CARRYING.findall(apart))
    loose = len(_MARK.findall(unicodedata.normalize("NFC", word)))
    stacked = _STACKED.search(unicodedata.normalize("NFC", word)) is not None
    many = len(bare) >= _DECORATED_LETTERS and carrying >= _DECORATED_SHARE * len(bare)
    return unicodedata.normalize("NFC", bare) if stacked or many or 2 * loose >= max(4, len(bare)) else word


def without_accents(text: str) -> str:
    """The text with its Latin letters bare: "résumé" is "resume". English is written so, and read so."""
    if text.isascii():
        return text
    bare = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", _LATIN_ACCENTS.sub(r"\1", bare))


def without_digits_for_letters(text: str) -> str:
    """The text with "fr@ud" and "m0ney" as words; only words that are worth disguising, so that "b2b" stays."""
    if not _HAS_LEET.search(text):
        return text
    return _LEET_WORD.sub(_unleet, text)


def _unleet(word: re.Match[str]) -> str:
    spelled = word[0].lower().translate(_LEET)
    return spelled if spelled in _DISGUISED else word[0]
