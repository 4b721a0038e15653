"""A brand's terms as people write them down: a TOML file, read with every mistake named.

::

    products = ["Nimbus Plus", "SkyMiles"]
    competitors = ["Rival Air", "@rivalair"]
    vip_authors = ["@mayor_of_leeds", "12345"]
    always_urgent = ["oxygen mask"]
    never_urgent = ["#NimbusQuiz"]
    disabled_rules = ["cue.joke"]
"""

import difflib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from earshot.errors import TermsError
from earshot.triage.rules.registry import RULES
from earshot.triage.terms.terms import Terms, normal

# All phrases of a list are searched for in every post, as one pattern.
MOST_PHRASES = 500
LONGEST_PHRASE = 100
# A single letter or digit is in nearly every post; two are a name like "O2".
_SHORTEST_PHRASE = 2


def parse_terms(text: str, handles: Iterable[str], name: str = "the terms") -> Terms:
    """The terms that ``text`` (TOML) holds, for the brand with these handles. TermsError lists all that is wrong."""
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Beside text that is no TOML: numbers of thousands of digits, and brackets in brackets without end.
        raise TermsError(
            f'{name} is no TOML: {error}. Write lists of texts, as in: products = ["Nimbus Plus"]'
        ) from None
    wrong = (problem for key in _CHECKS for problem in _wrong(key, values.get(key, [])))
    problems = [*_unknown(values), *wrong, *_contradictions(values)]
    if problems:
        raise TermsError(f"{name} cannot be used:\n" + "\n".join(f"  - {problem}" for problem in problems))
    return Terms(
        handles=normal(handles),
        products=_phrases(values, "products"),
        competitors=_phrases(values, "competitors"),
        vip_authors=normal(values.get("vip_authors", [])),
        always_urgent=_phrases(values, "always_urgent"),
        never_urgent=_phrases(values, "never_urgent"),
        disabled_rules=frozenset(values.get("disabled_rules", [])),
    )


def _phrases(values: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(phrase.strip() for phrase in values.get(key, [])))


def _unknown(values: Mapping[str, Any]) -> Iterator[str]:
    for key in (key for key in values if key not in _CHECKS):
        yield f"'{key}' is no list of terms{_nearest(key, _CHECKS)}. There are {', '.join(_CHECKS)}."


def _wrong(key: str, value: object) -> Iterator[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        yield f'\'{key}\' must be a list of texts: {key} = ["...", "..."]'
        return
    if len(value) > MOST_PHRASES:
        yield f"'{key}' has {len(value)} entries, and may have {MOST_PHRASES}: keep those that are really posted."
    for item in value:
        if problem := _CHECKS[key](item):
            yield f"'{key}' has {item!r}: {problem}"


def _phrase(item: str) -> str | None:
    letters = sum(map(str.isalnum, item))
    if letters < _SHORTEST_PHRASE:
        return f"it needs {_SHORTEST_PHRASE} letters or digits at least, or it would be found everywhere"
    if len(item) > LONGEST_PHRASE:
        return f"it has {len(item)} characters, and may have {LONGEST_PHRASE}: give the words that tell it"
    return None


def _author(item: str) -> str | None:
    name = item.strip().lstrip("@")
    return None if name and name.replace("_", "").isalnum() else "it is neither a handle nor the id of an account"


def _rule(item: str) -> str | None:
    if item in RULES:
        return None
    if item in _KEPT or item.startswith(_KEPT_KINDS):
        return "it states what a post is, and cannot be switched off"
    return f"there is no such rule{_nearest(item, RULES)}. `earshot classify --explain` names those that fire"


def _contradictions(values: Mapping[str, Any]) -> Iterator[str]:
    for one, other in (("always_urgent", "never_urgent"), ("products", "competitors")):
        for item in sorted(_folded_phrases(values, one) & _folded_phrases(values, other)):
            yield f"'{item}' is in '{one}' and in '{other}': keep it in one"


def _folded_phrases(values: Mapping[str, Any], key: str) -> set[str]:
    """The phrases of a list; what is no phrase, and is told elsewhere, contradicts nothing."""
    items = values.get(key, [])
    return {_folded(item) for item in items if isinstance(item, str)} - {""} if isinstance(items, list) else set()


def _folded(item: str) -> str:
    return "".join(item.lower().lstrip("@#").split())


def _nearest(word: str, known: Iterable[str]) -> str:
    nearest = difflib.get_close_matches(word, known, n=1)
    return f" (did you mean '{nearest[0]}'?)" if nearest else ""


_KEPT, _KEPT_KINDS = ("unclassified", "own", "repost"), ("intent.", "brand.")
_CHECKS: dict[str, Callable[[str], str | None]] = {
    "products": _phrase,
    "competitors": _phrase,
    "vip_authors": _author,
    "always_urgent": _phrase,
    "never_urgent": _phrase,
    "disabled_rules": _rule,
}
