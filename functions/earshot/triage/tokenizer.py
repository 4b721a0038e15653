"""Prepares the text of a post for the rules: tokens separated, noise removed, negated words marked."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from earshot.triage.normalizer.letters import without_accents, without_digits_for_letters
from earshot.triage.normalizer.normalizer import readable
from earshot.triage.terms.terms import NO_TERMS, Terms, phrase_pattern

# The token that stands for any competitor, whatever its name.
COMPETITOR = "competitor"

# A quoted or reposted passage is somebody else's words: "so funny “@BestTea: our worst joke yet”", "this! RT @jo: ...".
_QUOTED_POST = re.compile(r"[“\"]@\w++:?+[^”\"“]*+(?:[”\"]|$)|(?<!\w)RT @\w++:.*$", re.DOTALL)
_LINK = re.compile(r"https?://\S+|\bwww\.\S+")
# A name is removed with its ending: "@Acme's crew".
_POSSESSIVE = r"(?:['’]s\b)?"
_HANDLE = re.compile(rf"(?<!\w)@\w++{_POSSESSIVE}")
_HASHTAG = re.compile(r"#(\w+)")
_CAMEL_CASE_BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-zA-Z])(?=\d)")
_APOSTROPHE = re.compile(r"(?<=\w)['’‘`´](?=\w)")
# What is read by the English rules, and has no accents there.
_ENGLISH = frozenset({"en", None})
_LANGUAGES_WITH_ELISION = frozenset({"fr", "it"})
_REPEATED_LETTER = re.compile(r"([^\W\d_])\1{2,}")
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W_]+|[?!]|[.,;:…]|[$£€¥₹]")

# A negation has a scope of three words, up to the next punctuation mark or conjunction. "Can't" is not one: "can't
# wait", "can't thank you enough" and "can't believe how bad" all mean what follows.
_NEGATION = re.compile(
    r" (?:not|no|never|isnt|wasnt|arent|werent|dont|doesnt|didnt|havent|hasnt|hadnt|wont|wouldnt|aint|without|hardly"
    r"|nothing|zero|neither|nor)"
    r"((?: (?!(?:but|because|how|why|that|and|only|so|when|if|which|who|just|one) )[^\W_]+){1,3})(?= )"
)


class TextForm(StrEnum):
    """The forms of a post that a rule can be matched against; ``TokenizedText`` describes them."""

    RAW = "raw"
    NORMALIZED = "normalized"
    NEGATION_MARKED = "negation_marked"


@dataclass(frozen=True, slots=True)
class TokenizedText:
    """A post in the three forms that rules are matched against.

    ``raw`` is the post in its normal form (``readable``): as a reader sees it, in plain characters. Capitals, emoji and
    punctuation are as written.

    ``normalized`` is in lower case, with one space around every word and punctuation mark. Links and handles are
    removed, and so are apostrophes ("don't" becomes ``dont``; in French and Italian "l'ordine" becomes two words).
    Hashtags are split ("#WorstTrip" becomes ``worst trip``) and repeated letters reduced ("sooooo" becomes ``so``).
    The brand's products are removed, since a product called "Calm" calms nobody; a competitor becomes ``COMPETITOR``.

    ``negation_marked`` is the same with each word in the scope of a negation prefixed: "not happy" is
    ``not not_happy``, in which no pattern finds the word "happy".
    """

    raw: str
    normalized: str
    negation_marked: str

    def in_form(self, form: TextForm) -> str:
        """The text in one of its three forms."""
        if form is TextForm.RAW:
            return self.raw
        return self.normalized if form is TextForm.NORMALIZED else self.negation_marked


def tokenize(text: str, language: str | None = None, terms: Terms = NO_TERMS) -> TokenizedText:
    """Prepare a post for the rules. Every text is accepted; ``language`` is a lower-case tag, None if unknown."""
    raw = readable(text)
    own_words = _QUOTED_POST.sub(" ", raw) if "@" in raw else raw
    plain = _split_hashtags(_without_names(_LINK.sub(" ", own_words), terms), terms)
    joined = _APOSTROPHE.sub(" " if language in _LANGUAGES_WITH_ELISION else "", plain).lower()
    if language in _ENGLISH:
        joined = without_digits_for_letters(without_accents(joined))
    tokens = _TOKEN.findall(_REPEATED_LETTER.sub(r"\1", joined))
    normalized = f" {' '.join(tokens)} "
    return TokenizedText(raw, normalized, _NEGATION.sub(_mark_scope, normalized))


def _without_names(text: str, terms: Terms) -> str:
    """Names are not words: "@BestTea" and "#BestTea" praise nothing."""
    if terms.competitors:
        text = _named(terms.competitors).sub(f" {COMPETITOR} ", text)
    if terms.products:
        text = _named(terms.products).sub(" ", text)
    return _HANDLE.sub(" ", text)


@cache
def _named(names: tuple[str, ...]) -> re.Pattern[str]:
    pattern = phrase_pattern(names)
    return re.compile(f"(?:{pattern.pattern}){_POSSESSIVE}", pattern.flags)


def _split_hashtags(text: str, terms: Terms) -> str:
    """Each hashtag as its words; a hashtag that is a handle of the brand is a name, and removed."""
    if "#" not in text:
        return text
    return _HASHTAG.sub(
        lambda tag: " " if tag[1].lower() in terms.handles else f" {_CAMEL_CASE_BOUNDARY.sub(' ', tag[1])} ", text
    )


def _mark_scope(negation: re.Match[str]) -> str:
    scope = negation[1]
    return negation[0].removesuffix(scope) + scope.replace(" ", " not_")
