"""A brand's own terms: its products, its competitors, whose word weighs, and what is always or never urgent."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Terms:
    """Names and phrases as people write them; ``handles`` and ``vip_authors`` are in lower case and without ``@``.

    ``vip_authors`` may also be ids of accounts. ``disabled_rules`` names rules that never fire, as reasons name them:
    ``cue.joke``, ``stake.journey``.
    """

    handles: frozenset[str] = frozenset()
    products: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    vip_authors: frozenset[str] = frozenset()
    always_urgent: tuple[str, ...] = ()
    never_urgent: tuple[str, ...] = ()
    disabled_rules: frozenset[str] = frozenset()

    def allows(self, rule: str) -> bool:
        """Whether a rule may fire."""
        return rule not in self.disabled_rules

    def is_vip(self, *names: str | None) -> bool:
        """Whether an author, by handle or id, is one of those whose word weighs."""
        return any(name is not None and name.lower() in self.vip_authors for name in names)


NO_TERMS = Terms()
_LINK = re.compile(r"https?://\S+")


def first_named(phrases: tuple[str, ...], text: str) -> str | None:
    """The first of ``phrases`` that ``text`` names, as the text writes it; None where it names none."""
    if not phrases:
        return None
    found = pattern_of(phrases).search(_LINK.sub(" ", text))
    return found[0] if found else None


@cache
def pattern_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of ``phrases``, however spaced and capitalised: "Nimbus Plus" is in "#nimbusplus" and "nimbus-plus".

    Only whole words are found, but for scripts that write words without spaces, or with endings that are letters.
    """
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile("|".join(map(_loose, longest_first)), re.IGNORECASE)


def _loose(phrase: str) -> str:
    words = phrase.replace("’", "'").lstrip("@#").replace("-", " ").split()
    loose = r"[\s_-]*".join(map(re.escape, words)).replace("'", "['’]?")
    if max(phrase) >= "\u0e00":
        return loose
    # The marks of Indian scripts are no \w, and belong to the word all the same.
    return rf"(?<!\w)[@#]?{loose}(?![\w\u0900-\u0dff])"


def normal(names: Iterable[str]) -> frozenset[str]:
    """Handles as ``Terms`` holds them."""
    return frozenset(name.strip().lstrip("@").lower() for name in names)
