"""The language of a post, from the source's own tag or from the post itself.

The detector is our own because every kept library is wrong for a Lambda or for a post of eight words. Installed and
weighed in 2026-11: py3langid wants numpy (45 MB), eld is 49 MB on disk, simplemma reads its dictionaries for a
second. By their documents: langdetect answers differently from run to run, lingua and fastText are compiled models
of many MB. Scripts give most languages away, and function words the rest; what neither settles stays unknown rather
than guessed.
"""

import re
from collections import Counter

from earshot.triage.language.vocabulary import LETTERS, SCRIPTS, WORDS

COMPREHEND_CODES = frozenset({"de", "en", "es", "it", "pt", "fr", "ja", "ko", "hi", "ar", "zh", "zh-TW"})

# Tags that say "no language": X's qme (only media), qst (very short), qam (only mentions), qct (only cashtags),
# qht (only hashtags) and qfy are of the private range qaa-qtz; the rest is of ISO 639-2.
_UNKNOWN = re.compile(r"und|zxx|art|mul|mis|q[a-t][a-z]")
_TAG = re.compile(r"[a-z]{2,3}")
_RENAMED = {"in": "id", "iw": "he", "ji": "yi", "jw": "jv"}
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})

_NOISE = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|\d+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

# A language is named from this much evidence on, and only if it leads the next one by this factor.
_ENOUGH = 0.9
_LEAD = 1.4
# A script is named from this share of a post's letters on: a Japanese brand name in an English post is no Japanese.
_SCRIPT_SHARE = 0.3

# Latin, with all its accents, ends here.
_FIRST_FOREIGN = "\u0370"

_LANGUAGES_OF = {
    word: tuple(language for language, words in WORDS.items() if word in words)
    for words in WORDS.values()
    for word in words
}


def resolve(text: str, declared: str | None) -> str | None:
    """The language of a post as a lower-case tag (``en``, ``pt``, ``zh-TW``), or None where nothing settles it.

    ``declared`` is the source's own tag, which wins where it names a language.
    """
    return _normalise(declared) or detect(text)


def comprehend_code(language: str | None) -> str | None:
    """The code by which Comprehend measures sentiment in ``language``, or None where it cannot."""
    return language if language in COMPREHEND_CODES else None


def detect(text: str) -> str | None:
    """The language that the letters and function words of ``text`` show, or None where they show too little."""
    plain = _NOISE.sub(" ", text)
    foreign = Counter(script for letter in plain if letter >= _FIRST_FOREIGN and (script := _script_of(letter)))
    for script, count in foreign.most_common(1):
        # Kana settle Japanese even among more Han characters than kana.
        script = "kana" if foreign["kana"] and script == "han" else script
        if count >= _SCRIPT_SHARE * sum(map(str.isalpha, plain)):
            return _of_script(script, plain)
    return _of_words(plain)


def _normalise(declared: str | None) -> str | None:
    base, *subtags = (declared or "").strip().lower().replace("_", "-").split("-")
    if not _TAG.fullmatch(base) or _UNKNOWN.fullmatch(base):
        return None
    if base == "zh":
        return "zh-TW" if _TRADITIONAL.intersection(subtags) else "zh"
    return _RENAMED.get(base, base)


def _script_of(letter: str) -> str | None:
    code = ord(letter)
    return next((script for first, last, script in SCRIPTS if first <= code <= last), None)


def _of_script(script: str, text: str) -> str | None:
    """The language written in ``script``: a script of several languages is told apart by the letters of one."""
    choices = LETTERS.get(script)
    if choices is None:
        return script if script != "kana" else "ja"
    return next((language for language, letters in choices if not letters or letters.intersection(text)), None)


def _of_words(text: str) -> str | None:
    """Function words vote; one that several languages share gives each only its part of a vote."""
    votes: Counter[str] = Counter()
    words = _WORD.findall(text.lower().replace("’", "'"))
    for word in words:
        languages = _LANGUAGES_OF.get(word, ())
        for language in languages:
            votes[language] += 1 / len(languages)
    if not text.isascii():
        for language, letters in LETTERS["latin"]:
            votes[language] += sum(1 for word in words if letters.intersection(word))
    ranked = votes.most_common(2)
    if not ranked or ranked[0][1] < _ENOUGH:
        return None
    if len(ranked) == 2 and ranked[0][1] < _LEAD * ranked[1][1]:
        return None
    return ranked[0][0]
