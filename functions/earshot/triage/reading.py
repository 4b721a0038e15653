"""A post as the rules read it: words apart, noise gone, and a negation marked as far as it reaches.

``said`` is the post in lower case, one space around every word and mark, without links and handles, without
apostrophes ("don't" and "dont" are one word, ``dont``), hashtags taken apart ("#WorstTrip" is ``worst trip``) and
drawn-out letters shortened ("sooooo" is ``so``). ``meant`` is the same with the words within a negation's reach
marked: in " not_happy " nobody is happy.
"""

import html
import re
from dataclasses import dataclass

_LINK = re.compile(r"https?://\S+|\bwww\.\S+")
_HANDLE = re.compile(r"(?<!\w)@\w+")
_HASHTAG = re.compile(r"#(\w+)")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-zA-Z])(?=\d)")
_APOSTROPHE = re.compile(r"(?<=\w)['’‘`´](?=\w)")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W_]+|[?!]|[.,;:…]|[$£€¥₹]")
_SHOUTED = re.compile(r"\b[A-Z]{3,}\b")
_LETTERED = re.compile(r"\b[A-Za-z]{3,}\b")

# A negation reaches three words far, to the next mark or turn of the sentence. "Can't" is none: "can't wait",
# "can't thank you enough" and "can't believe how bad" all mean what follows.
_NEGATION = re.compile(
    r" (?:not|no|never|isnt|wasnt|arent|werent|dont|doesnt|didnt|havent|hasnt|hadnt|wont|wouldnt|aint|without|hardly"
    r"|nothing|zero|neither|nor)((?: (?!(?:but|because|how|why|that|and|only|so|when|if|which|who|just|one) )[^\W_]+){1,3})(?= )"
)
_SHOUT_SHARE = 0.5
_SHOUT_WORDS = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules look at. ``others`` counts the handles in the post; ``words`` those that are left as words."""

    text: str
    said: str
    meant: str
    words: int
    others: int
    has_link: bool
    shouts: bool
    drawn_out: bool


def read(text: str) -> Reading:
    """Take a post apart. Never fails, whatever the text."""
    clear = html.unescape(text) if "&" in text else text
    plain, links = _LINK.subn(" ", clear)
    plain, handles = _HANDLE.subn(" ", plain)
    if "#" in plain:
        plain = _HASHTAG.sub(lambda tag: f" {_HUMP.sub(' ', tag[1])} ", plain)
    lower = _APOSTROPHE.sub("", plain).lower()
    shortened, drawn_out = _DRAWN_OUT.subn(r"\1", lower)
    tokens = _TOKEN.findall(shortened)
    said = f" {' '.join(tokens)} "
    return Reading(
        text=clear,
        said=said,
        meant=_NEGATION.sub(_mark, said),
        words=sum(token[0].isalnum() for token in tokens),
        others=handles,
        has_link=links > 0,
        shouts=_shouts(plain),
        drawn_out=drawn_out > 0,
    )


def _mark(negation: re.Match[str]) -> str:
    reach = negation[1]
    return negation[0].removesuffix(reach) + reach.replace(" ", " not_")


def _shouts(plain: str) -> bool:
    shouted = len(_SHOUTED.findall(plain))
    return shouted >= _SHOUT_WORDS and shouted >= _SHOUT_SHARE * len(_LETTERED.findall(plain))
