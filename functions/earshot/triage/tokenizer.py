"""A post as the rules read it: words apart, noise gone, and a negation marked as far as it reaches.

``said`` is the post in lower case, one space around every word and mark, without links and handles, without
apostrophes ("don't" and "dont" are one word, ``dont``; French and Italian "l'ordine" are two), hashtags taken apart
("#WorstTrip" is ``worst trip``) and drawn-out letters shortened ("sooooo" is ``so``). The brand's own names are gone,
since a product called "Calm" calms nobody, and a competitor's stand as ``COMPETITOR``. ``meant`` is the same with the
words within a negation's reach marked: in " not_happy " nobody is happy.
"""

import html
import re
from dataclasses import dataclass

from earshot.triage.terms.terms import NO_TERMS, Terms, pattern_of

# How a competitor is read, whatever it is called.
COMPETITOR = "competitor"

# What a post passes on is somebody else's words: "so funny “@BestTea: our worst joke yet”", "this! RT @jo: ...".
_PASSED_ON = re.compile(r"[“\"]@\w+:?[^”\"“]*(?:[”\"]|$)|(?<!\w)RT @\w+:.*$", re.DOTALL)
_LINK = re.compile(r"https?://\S+|\bwww\.\S+")
_HANDLE = re.compile(r"(?<!\w)@\w+")
_HASHTAG = re.compile(r"#(\w+)")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-zA-Z])(?=\d)")
_APOSTROPHE = re.compile(r"(?<=\w)['’‘`´](?=\w)")
_ELIDING = frozenset({"fr", "it"})
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W_]+|[?!]|[.,;:…]|[$£€¥₹]")

# A negation reaches three words far, to the next mark or turn of the sentence. "Can't" is none: "can't wait",
# "can't thank you enough" and "can't believe how bad" all mean what follows.
_NEGATION = re.compile(
    r" (?:not|no|never|isnt|wasnt|arent|werent|dont|doesnt|didnt|havent|hasnt|hadnt|wont|wouldnt|aint|without|hardly"
    r"|nothing|zero|neither|nor)"
    r"((?: (?!(?:but|because|how|why|that|and|only|so|when|if|which|who|just|one) )[^\W_]+){1,3})(?= )"
)


@dataclass(frozen=True, slots=True)
class TokenizedText:
    """What the rules look at; ``text`` is the post as written, but for HTML's ``&amp;``."""

    text: str
    said: str
    meant: str


def tokenize(text: str, language: str | None = None, terms: Terms = NO_TERMS) -> TokenizedText:
    """Take a post apart. Never fails, whatever the text."""
    clear = html.unescape(text) if "&" in text else text
    own = _PASSED_ON.sub(" ", clear) if "@" in clear else clear
    plain = _without_names(_LINK.sub(" ", own), terms)
    if "#" in plain:
        plain = _HASHTAG.sub(
            lambda tag: " " if tag[1].lower() in terms.handles else f" {_HUMP.sub(' ', tag[1])} ", plain
        )
    shortened = _DRAWN_OUT.sub(r"\1", _APOSTROPHE.sub(" " if language in _ELIDING else "", plain).lower())
    said = f" {' '.join(_TOKEN.findall(shortened))} "
    return TokenizedText(text=clear, said=said, meant=_NEGATION.sub(_mark, said))


def _without_names(text: str, terms: Terms) -> str:
    """Names are no words: "@BestTea" and "#BestTea" praise nothing."""
    if terms.competitors:
        text = pattern_of(terms.competitors).sub(f" {COMPETITOR} ", text)
    if terms.products:
        text = pattern_of(terms.products).sub(" ", text)
    return _HANDLE.sub(" ", text)


def _mark(negation: re.Match[str]) -> str:
    reach = negation[1]
    return negation[0].removesuffix(reach) + reach.replace(" ", " not_")
