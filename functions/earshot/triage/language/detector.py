"""The language of a post, from the source's own tag or from the text.

The detector is our own because no maintained library suits both a Lambda function and a post of eight words. Installed
and compared in 2026-11: py3langid needs numpy (45 MB), eld has 49 MB on disk, simplemma takes a second to load its
dictionaries. According to their documentation, langdetect is not deterministic, and lingua and fastText are compiled
models of many MB. The script identifies most languages and function words the rest; a language that neither
identifies stays unknown and is not guessed.
"""

import re
from collections import Counter, defaultdict

from earshot.triage.language.vocabulary import LETTERS, SCRIPTS, WORDS
from earshot.triage.normalizer.normalizer import readable

COMPREHEND_CODES = frozenset({"de", "en", "es", "it", "pt", "fr", "ja", "ko", "hi", "ar", "zh", "zh-TW"})

# Tags that mean "no language": X's qme (only media), qst (very short), qam (only mentions), qct (only cashtags),
# qht (only hashtags) and qfy lie in the private range qaa-qtz; the others are from ISO 639-2.
_UNKNOWN = re.compile(r"und|zxx|art|mul|mis|q[a-t][a-z]")
_TAG = re.compile(r"[a-z]{2,3}")
_RENAMED = {"in": "id", "iw": "he", "ji": "yi", "jw": "jv"}
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})

_NOISE = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|\d+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

# A language is detected if it has this many votes at least, and this many times as many as the next one.
_MIN_VOTES = 0.9
_MIN_LEAD = 1.4
# A script is detected if it has this share of a post's letters: a Japanese brand name in an English post is not enough.
_MIN_SCRIPT_SHARE = 0.3

# The first code point after Latin and its accents.
_FIRST_FOREIGN = "\u0370"

_LANGUAGES_OF = {
    word: tuple(language for language, words in WORDS.items() if word in words)
    for words in WORDS.values()
    for word in words
}


def resolve(text: str, declared: str | None) -> str | None:
    """The language of a post as a lower-case tag (``en``, ``pt``, ``zh-TW``); None if it is unknown.

    ``declared`` is the source's own tag. It is used if it names a language; otherwise the text decides.
    """
    return _normalise(declared) or detect(text)


def comprehend_code(language: str | None) -> str | None:
    """Comprehend's code for ``language``; None if it does not support the language."""
    return language if language in COMPREHEND_CODES else None


def detect(text: str) -> str | None:
    """The language that the letters and function words of ``text`` show; None if they show too little."""
    plain = _NOISE.sub(" ", readable(text))
    foreign = Counter(script for letter in plain if letter >= _FIRST_FOREIGN and (script := _script_of(letter)))
    for script, count in foreign.most_common(1):
        # Kana mean Japanese, even if there are more Han characters than kana.
        script = "kana" if foreign["kana"] and script == "han" else script
        if count >= _MIN_SCRIPT_SHARE * sum(map(str.isalpha, plain)):
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
    """The language written in ``script``; letters that only one language has tell several apart."""
    choices = LETTERS.get(script)
    if choices is None:
        return script if script != "kana" else "ja"
    return next((language for language, letters in choices if not letters or letters.intersection(text)), None)


def _of_words(text: str) -> str | None:
    """The language with the most votes by function words; a word of several languages is shared among them."""
    votes: defaultdict[str, float] = defaultdict(float)
    words = _WORD.findall(text.lower().replace("’", "'"))
    for word in words:
        languages = _LANGUAGES_OF.get(word, ())
        for language in languages:
            votes[language] += 1 / len(languages)
    if not text.isascii():
        for language, letters in LETTERS["latin"]:
            votes[language] += sum(1 for word in words if letters.intersection(word))
    ranked = sorted(votes.items(), key=lambda vote: vote[1], reverse=True)
    if not ranked or ranked[0][1] < _MIN_VOTES:
        return None
    if len(ranked) > 1 and ranked[0][1] < _MIN_LEAD * ranked[1][1]:
        return None
    return ranked[0][0]
