"""A brand's own terms: its products and competitors, important authors, and what is always or never urgent."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from earshot.mentions.mention import Author
from earshot.triage.learned.adjustment import NO_ADJUSTMENT, Adjustment
from earshot.triage.normalizer.letters import as_latin
from earshot.triage.normalizer.normalizer import readable


@dataclass(frozen=True, slots=True)
class Terms:
    """Names and phrases as people write them; ``handles`` and ``vip_authors`` are in lower case and without ``@``.

    ``vip_authors`` may also contain account ids. ``disabled_rules`` are the identifiers of rules that never fire, as
    reasons carry them: ``cue.joke``, ``stake.journey``. ``voices`` are the accounts of employees and partners who speak
    for a brand, by handle in lower case or id, each with the brand: what they post is the brand's. ``learned`` is what
    the brand's staff taught by their corrections: it is not part of the terms file.
    """

    handles: frozenset[str] = frozenset()
    products: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    vip_authors: frozenset[str] = frozenset()
    always_urgent: tuple[str, ...] = ()
    never_urgent: tuple[str, ...] = ()
    disabled_rules: frozenset[str] = frozenset()
    voices: Mapping[str, str] = field(default_factory=dict[str, str])
    learned: Adjustment = NO_ADJUSTMENT

    def for_brands(self, handles: Iterable[str], voices: Mapping[str, str], learned: Adjustment) -> "Terms":
        """These terms for the brands with these ``handles`` and ``voices``, with what was learned from their staff.

        A voice of the brands is one of theirs, whatever the terms say of it.
        """
        voices = {**self.voices, **voices}
        return replace(self, handles=normalize_handles(handles), voices=voices, learned=learned)

    def allows(self, rule: str) -> bool:
        """Whether the brand has left a rule switched on."""
        return rule not in self.disabled_rules

    def voice_of(self, author: Author) -> str | None:
        """The brand that an account speaks for; None where it speaks for itself."""
        return self.voices.get((author.handle or "").lower()) or self.voices.get(author.id.lower())

    def is_vip(self, *names: str | None) -> bool:
        """Whether one of these handles or ids is listed in ``vip_authors``."""
        return any(name is not None and name.lower() in self.vip_authors for name in names)


NO_TERMS = Terms()
_LINK = re.compile(r"https?://\S+")
_SEPARATORS = re.compile(r"[\s_-]+")
# What phrases of nothing but signs match: nothing.
_NEVER = r"(?!)"


def first_phrase_in(text: str, phrases: tuple[str, ...]) -> str | None:
    """The first occurrence of any of ``phrases`` in ``text`` (in its normal form), as written there; None if none."""
    if not phrases:
        return None
    found = phrase_pattern(phrases).search(_LINK.sub(" ", text))
    return found[0] if found else None


@cache
def phrase_pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for any of ``phrases``, however spaced and capitalised.

    "Nimbus Plus" matches "#nimbusplus" and "nimbus-plus". Only whole words match, except in scripts that write words
    without spaces or attach endings to them. Phrases are compared in their normal form, and a Cyrillic name that looks
    Latin also as the Latin name that it is taken for in an English post.
    """
    normal = (readable(phrase) for phrase in phrases)
    spellings = {
        spelling for phrase in normal for spelling in (phrase, as_latin(phrase)) if any(map(str.isalnum, spelling))
    }
    longest_first = sorted(spellings, key=lambda spelling: (-len(spelling), spelling))
    return re.compile("|".join(map(_spelling_pattern, longest_first)) or _NEVER, re.IGNORECASE)


def _spelling_pattern(phrase: str) -> str:
    words = _SEPARATORS.split(phrase.replace("’", "'").lstrip("@#").strip(" _-"))
    pattern = r"[\s_-]*".join(map(re.escape, words)).replace("'", "['’]?")
    if max(phrase) >= "\u0e00":
        return pattern
    # Vowel signs of Indian scripts are not matched by \w, but belong to the word.
    return rf"(?<!\w)[@#]?{pattern}(?![\w\u0900-\u0dff])"


def normalize_handles(names: Iterable[str]) -> frozenset[str]:
    """Handles in the form that ``Terms`` holds: lower case, without ``@`` and surrounding blanks."""
    return frozenset(name.strip().lstrip("@").lower() for name in names)
