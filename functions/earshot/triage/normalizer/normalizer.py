"""The normal form of a post: what its readers see, in plain characters.

People, and those who want to pass unnoticed, write with full-width and mathematical letters, with letters of other
alphabets that look like Latin ones, with invisible characters within words. A reader does not notice; a pattern does.
"""

import html
import re
import unicodedata
from functools import lru_cache

from earshot.triage.normalizer.letters import without_decoration, without_look_alikes
from earshot.triage.normalizer.look_alikes import STYLED

# Characters that are read of a post, more than a printed page: as many as Comprehend and the lexicon read.
MAX_LENGTH = 5_000

_AMPERSANDS = re.compile(r"&(?:(?:amp|#38|#x26);)+", re.IGNORECASE)
# Numbers of more digits are no characters, and Python refuses to read those of thousands. A name without its semicolon
# may be a word: "&not".
_ENTITY = re.compile(
    r"&(?:#0{0,8}[0-9]{1,7}(?:;|(?![0-9]))|#x0{0,8}[0-9a-f]{1,6}(?:;|(?![0-9a-f]))|[a-z][a-z0-9]{1,31};|"
    r"(?:amp|lt|gt|quot|nbsp)\b)",
    re.IGNORECASE,
)

# What has no width: controls, soft hyphens, marks of direction, joiners, selectors and tags, halves of characters.
_INVISIBLE = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\ud800-\udfff™®©℠]"
)
# Persian and the languages of India need joiners between their letters.
_JOINED = "\u0600-\u08ff\u0900-\u109f\u1780-\u17ff"
_JOINER = re.compile(f"(?<![{_JOINED}])[\u200c\u200d]+|[\u200c\u200d]+(?![{_JOINED}])")
_PLAINER = str.maketrans(
    {
        **STYLED,
        **dict.fromkeys("\u115f\u1160\u3164\uffa0\u2800", " "),
        **dict.fromkeys("´｀ʹʻʼʽ′‵＇", "'"),
        "№": "nr ",
        "¼": " ",
        "½": " ",
        "¾": " ",
    }
)
# NFKC would take these apart.
_COMPATIBLE = re.compile("[^¨¯¸˘˙˚˛˜˝…‥]+")
_SIGN_FOR_LETTER = re.compile(r"(?<=[^\W\d_])[∂¢]|[∂¢](?=[^\W\d_])")
_SIGNS = {"∂": "d", "¢": "c"}
# "h e l p": four letters at least, each alone.
# The same, three times as fast to look for.
_LOOSE_LETTERS = re.compile(r"[ .*_-]\w[ .*_-]\w[ .*_-]\w")
_SPACED_WORD = re.compile(r"(?<![\w'’])[^\W\d_](?:([ .*_-])[^\W\d_])(?:\1[^\W\d_]){2,40}(?![\w'’])")
# Letters of flags in a row of single ones: "🇭 🇪 🇱 🇵". Two side by side are a flag.
_FLAG_LETTER = re.compile("(?<![\U0001f1e6-\U0001f1ff])[\U0001f1e6-\U0001f1ff](?![\U0001f1e6-\U0001f1ff])")
_FIRST_FLAG_LETTER = 0x1F1E6
_UNIT = (
    r"(?:[%$£€]|sec|min|h\b|hrs?|hour|day|week|wk|month|year|yr|mile|km|mb|gb|people|jour|heure|semaine|mois|tag|stunde|woche|"
    r"monat|d[ií]as?|horas?|semanas?|mes|giorn|or[ae]\b|settiman|minut)"
)
# "<3 days" is less than three days; "I <3 days like these" is a heart.
_LESS_THAN = re.compile(
    rf"(?<!\bi )(?<!\bwe )(?<!\blove )(?<!\bu )<\s?(?=[$£€]?\d[\d.,]{{0,9}} ?-?{_UNIT})", re.IGNORECASE
)


@lru_cache(maxsize=64)
def readable(text: str) -> str:
    """The normal form of a text, at most ``MAX_LENGTH`` characters of it. Every text is accepted.

    HTML entities are decoded, invisible characters dropped, and compatibility forms (full-width, mathematical, circled
    letters, ligatures) replaced by the plain ones (NFKC). Letters that only look Latin are Latin. Capitals, emoji,
    punctuation, and the marks that a language needs, stay.
    """
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), _AMPERSANDS.sub("&", text))
    if not text.isascii():
        text = _in_plain_characters(text)
    elif not text.isprintable():
        text = _INVISIBLE.sub("", text)
    text = text[:MAX_LENGTH]
    if "<" in text:
        text = _LESS_THAN.sub("less than ", text)
    if not _LOOSE_LETTERS.search(text):
        return text
    return _SPACED_WORD.sub(lambda word: word[0].replace(word[1], ""), text)


def _in_plain_characters(text: str) -> str:
    visible = _JOINER.sub("", _INVISIBLE.sub("", text))[:MAX_LENGTH]
    plain = _FLAG_LETTER.sub(_letter_of_flag, visible.translate(_PLAINER))
    composed = _COMPATIBLE.sub(lambda part: unicodedata.normalize("NFKC", part[0]), plain)[:MAX_LENGTH]
    return without_look_alikes(without_decoration(_SIGN_FOR_LETTER.sub(lambda sign: _SIGNS[sign[0]], composed)))


def _letter_of_flag(letter: re.Match[str]) -> str:
    return chr(ord("A") + ord(letter[0]) - _FIRST_FLAG_LETTER)
