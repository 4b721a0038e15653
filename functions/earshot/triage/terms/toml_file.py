"""The terms file: a brand's terms in TOML, as people write them.

::

    products = ["Nimbus Plus", "SkyMiles"]
    competitors = ["Rival Air", "@rivalair"]
    vip_authors = ["@mayor_of_leeds", "12345"]
    always_urgent = ["oxygen mask"]
    never_urgent = ["#NimbusQuiz"]
    disabled_rules = ["cue.joke"]
    voices = ["@anna_of_nimbus"]

In a stack with several brands each has its own voices::

    [voices]
    NimbusAir = ["@anna_of_nimbus"]
    CordialCable = ["@cordial_partner"]
"""

import difflib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import cast

from earshot.errors import TermsError
from earshot.mentions.sources.x.handles import account_problem
from earshot.triage.normalizer.normalizer import readable
from earshot.triage.rules.registry import RULES
from earshot.triage.terms.terms import Terms, normalize_handles

# All phrases of a list are searched for in every post, as one pattern.
MAX_PHRASES = 500
MAX_PHRASE_LENGTH = 100
# A single letter or digit is in nearly every post; two can be a name like "O2".
_MIN_PHRASE_LENGTH = 2


def parse_terms(text: str, handles: Sequence[str], name: str = "the terms", brands: Sequence[str] = ()) -> Terms:
    """The terms in ``text`` (TOML), for the ``brands`` with these handles; with none, each handle is a brand.

    Raises TermsError, which lists every mistake with its remedy; ``name`` is how it refers to the file.
    """
    try:
        values: Mapping[str, object] = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Not only text that is not TOML: also numbers of thousands of digits, and brackets nested without end.
        raise TermsError(
            f'{name} is not valid TOML: {error}. Write lists of texts, as in: products = ["Nimbus Plus"]'
        ) from None
    brands = brands or handles or ("the brand",)
    mistakes = (mistake for key in _CHECKS if key != "voices" for mistake in _mistakes_in(key, values.get(key, [])))
    problems = [*_unknown_keys(values), *mistakes, *_contradictions(values), *_mistakes_in_voices(values, brands)]
    if problems:
        raise TermsError(f"{name} cannot be used:\n" + "\n".join(f"  - {problem}" for problem in problems))
    return Terms(
        handles=normalize_handles(handles),
        products=_phrases(values, "products"),
        competitors=_phrases(values, "competitors"),
        vip_authors=normalize_handles(_texts(values, "vip_authors")),
        always_urgent=_phrases(values, "always_urgent"),
        never_urgent=_phrases(values, "never_urgent"),
        disabled_rules=frozenset(_texts(values, "disabled_rules")),
        voices=_voices(values, brands),
    )


def _voices(values: Mapping[str, object], brands: Sequence[str]) -> dict[str, str]:
    """The brand of each voice, by its normalized name."""
    lists = _lists_of_voices(values, brands)
    return {voice: brand for brand in brands for voice in normalize_handles(_texts(lists, brand))}


def _lists_of_voices(values: Mapping[str, object], brands: Sequence[str]) -> Mapping[str, object]:
    """The list of each brand; a list without a brand is that of the only one."""
    voices = values.get("voices", [])
    return cast("Mapping[str, object]", voices) if isinstance(voices, Mapping) else {brands[0]: voices}


def _mistakes_in_voices(values: Mapping[str, object], brands: Sequence[str]) -> Iterator[str]:
    if not isinstance(values.get("voices", {}), Mapping) and len(brands) > 1:
        yield f"'voices' must say for which brand each speaks: [voices] and below it {brands[0]} = [\"...\"]"
        return
    for brand, voices in _lists_of_voices(values, brands).items():
        if brand not in brands:
            yield f"'voices' names '{brand}', which is no brand here. The brands are {', '.join(brands)}."
        yield from _mistakes_in("voices", voices)


def _texts(values: Mapping[str, object], key: str) -> list[str]:
    """The texts of a list; any other value is reported by ``_mistakes_in``, and is left out here."""
    items = values.get(key)
    return [item for item in cast("list[object]", items) if isinstance(item, str)] if isinstance(items, list) else []


def _phrases(values: Mapping[str, object], key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(phrase.strip() for phrase in _texts(values, key)))


def _unknown_keys(values: Mapping[str, object]) -> Iterator[str]:
    for key in (key for key in values if key not in _CHECKS):
        yield f"'{key}' is not a list of terms{_nearest(key, _CHECKS)}. The lists are {', '.join(_CHECKS)}."


def _mistakes_in(key: str, value: object) -> Iterator[str]:
    items = cast("list[object]", value) if isinstance(value, list) else None
    texts = [item for item in items or () if isinstance(item, str)]
    if items is None or len(texts) < len(items):
        yield f'\'{key}\' must be a list of texts: {key} = ["...", "..."]'
        return
    if len(texts) > MAX_PHRASES:
        yield f"'{key}' has {len(texts)} entries, and at most {MAX_PHRASES} are allowed: keep those that people write."
    for text in texts:
        if problem := _CHECKS[key](text):
            yield f"'{key}' has {text!r}: {problem}"


def _check_phrase(text: str) -> str | None:
    if sum(map(str.isalnum, readable(text))) < _MIN_PHRASE_LENGTH:
        return f"it needs {_MIN_PHRASE_LENGTH} letters or digits at least, or it would be found in nearly every post"
    if len(text) > MAX_PHRASE_LENGTH:
        return (
            f"it has {len(text)} characters, and at most {MAX_PHRASE_LENGTH} are allowed: "
            "keep the words that identify it"
        )
    return None


def _check_author(text: str) -> str | None:
    problem = account_problem(text)
    # Terms that were put under an earlier release may hold such a name, which matched nobody.
    return problem and f"{problem}. Earlier releases took it: correct or remove it, and run `earshot terms put` again"


def _check_rule(text: str) -> str | None:
    if text in RULES:
        return None
    if text in _ALWAYS_ON or text.startswith(_ALWAYS_ON_PREFIXES):
        return "this rule states a fact about the post, and cannot be switched off"
    return f"there is no such rule{_nearest(text, RULES)}. `earshot classify --explain` names those that fire"


def _contradictions(values: Mapping[str, object]) -> Iterator[str]:
    for one, other in (("always_urgent", "never_urgent"), ("products", "competitors")):
        for phrase in sorted(_normalized(values, one) & _normalized(values, other)):
            yield f"'{phrase}' is in '{one}' and in '{other}': keep it in one of them"


def _normalized(values: Mapping[str, object], key: str) -> set[str]:
    """The phrases of a list in lower case, without blanks, ``@`` and ``#``, for comparison."""
    return {"".join(text.lower().lstrip("@#").split()) for text in _texts(values, key)} - {""}


def _nearest(word: str, known: Iterable[str]) -> str:
    nearest = difflib.get_close_matches(word, known, n=1)
    return f" (did you mean '{nearest[0]}'?)" if nearest else ""


_ALWAYS_ON, _ALWAYS_ON_PREFIXES = ("unclassified", "own", "repost"), ("intent.", "brand.")
_CHECKS: dict[str, Callable[[str], str | None]] = {
    "products": _check_phrase,
    "competitors": _check_phrase,
    "vip_authors": _check_author,
    "always_urgent": _check_phrase,
    "never_urgent": _check_phrase,
    "disabled_rules": _check_rule,
    "voices": _check_author,
}
