"""The brand file: the brands that Earshot listens for in TOML, as people write them.

::

    [[brands]]
    handles = ["NimbusAir", "NimbusHelp"]
    search_terms = ["nimbus air", "quotes:NimbusAir"]
    voices = ["@anna_of_nimbus"]

    [[brands]]
    handles = ["CordialCable"]

The first handle of a brand is its name. ``[budget]`` says what waits first when the budget of X runs low::

    [budget]
    thin_first = ["costly_terms", "searches", "own_posts"]
    costly_terms = ["nimbus air"]
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import cast

from earshot.errors import BrandsError
from earshot.mentions.brands.brands import Brands
from earshot.mentions.sources.listed_in_toml import value_as_toml
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.mentions.sources.x.handles import account_problem, handle_problem, search_term_problem
from earshot.mentions.sources.x.thinning import DEFAULT_THINNING, Step, Thinning

# Of all brands together. Each handle is two sources and each term is one, and a run has a minute to read them.
MAX_HANDLES = 100
MAX_SEARCH_TERMS = 100
MAX_VOICES = 500

_EXAMPLE = 'write [[brands]] and below it handles = ["NimbusAir"]'


def parse_brands(text: str, name: str = "the brand file") -> Brands:
    """The brands in ``text`` (TOML).

    Raises BrandsError, which lists every mistake with its remedy; ``name`` is how it refers to the file.
    """
    try:
        values: Mapping[str, object] = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Not only text that is not TOML: also numbers of thousands of digits, and brackets nested without end.
        raise BrandsError(f"{name} is not valid TOML: {error}. For each brand {_EXAMPLE}") from None
    tables = _tables(values)
    problems = [*_mistakes(values, tables), *_mistakes_in_budget(values, tables)]
    if problems:
        raise BrandsError(f"{name} cannot be used:\n" + "\n".join(f"  - {problem}" for problem in problems))
    found = [(_handles(table)[0], table) for table in tables]
    accounts = BrandAccounts(
        tuple(handle for _, table in found for handle in _handles(table)),
        {term: brand for brand, table in found for term in _search_terms(table)},
        brands={handle.lower(): brand for brand, table in found for handle in _handles(table)},
    )
    return Brands(accounts, {voice: brand for brand, table in found for voice in _voices(table)}, _thinning(values))


def brands_as_toml(brands: Brands) -> str:
    """The file that ``parse_brands`` reads as ``brands``."""
    budget = [] if brands.thinning == DEFAULT_THINNING else [_budget_table(brands.thinning)]
    return "\n".join([*(_table_of(brands, name) for name in brands.names), *budget])


def _table_of(brands: Brands, name: str) -> str:
    accounts = brands.accounts
    of_brand = [handle for handle in brands.handles if accounts.brands.get(handle.lower(), handle) == name]
    terms = [term for term, brand in accounts.terms.items() if (brand or brands.names[0]) == name]
    voices = [voice for voice, brand in brands.voices.items() if brand == name]
    lists = {"handles": of_brand, "search_terms": terms, "voices": voices}
    return "\n".join(["[[brands]]", *(f"{key} = {value_as_toml(texts)}" for key, texts in lists.items() if texts), ""])


def _budget_table(thinning: Thinning) -> str:
    lists = {"thin_first": list(map(str, thinning.order)), "costly_terms": list(thinning.costly_terms)}
    return "\n".join(["[budget]", *(f"{key} = {value_as_toml(texts)}" for key, texts in lists.items() if texts), ""])


def _tables(values: Mapping[str, object]) -> list[Mapping[str, object]]:
    """What ``[[brands]]`` begins; anything else is reported by ``_mistakes``, and is left out here."""
    brands = values.get("brands")
    found = cast("list[object]", brands) if isinstance(brands, list) else []
    return [cast("Mapping[str, object]", one) for one in found if isinstance(one, Mapping)]


def _mistakes(values: Mapping[str, object], tables: list[Mapping[str, object]]) -> Iterator[str]:
    for key in values:
        if key not in ("brands", "budget"):
            yield f"'{key}' belongs to no brand: {_EXAMPLE}"
    brands = values.get("brands")
    if not tables or not isinstance(brands, list) or len(tables) < len(cast("list[object]", brands)):
        yield f"it names no brand: {_EXAMPLE}"
        return
    for number, table in enumerate(tables, 1):
        yield from _mistakes_in_brand(f"brand {number}", table)
    yield from _counted("handles", MAX_HANDLES, map(_handles, tables))
    yield from _counted("search_terms", MAX_SEARCH_TERMS, map(_search_terms, tables))
    yield from _counted("voices", MAX_VOICES, map(_voices, tables))


def _mistakes_in_budget(values: Mapping[str, object], tables: list[Mapping[str, object]]) -> Iterator[str]:
    budget = values.get("budget", {})
    if not isinstance(budget, Mapping):
        yield "'budget' must be a table: write [budget] and below it thin_first = [\"searches\"]"
        return
    table = cast("Mapping[str, object]", budget)
    steps = [str(step) for step in Step]
    terms = {term for one in tables for term in _search_terms(one)}
    for key, allowed in (("thin_first", steps), ("costly_terms", sorted(terms))):
        texts = _texts(table, key)
        if key in table and (not isinstance(table[key], list) or len(texts) < len(cast("list[object]", table[key]))):
            yield f"'{key}' of [budget] must be a list of texts: {key} = [\"...\"]"
        for text in texts:
            if text not in allowed:
                known = ", ".join(allowed[:10]) or "none is configured"
                what = "a step" if key == "thin_first" else "a search term of a brand above"
                yield f"'{key}' of [budget] has {text!r}, which is not {what} ({known}). The mentions are always read."
        if len(set(texts)) < len(texts):
            yield f"'{key}' of [budget] names one twice."
    for key in table:
        if key not in ("thin_first", "costly_terms"):
            yield f"[budget] has '{key}', which is not known. It has thin_first and costly_terms."


def _thinning(values: Mapping[str, object]) -> Thinning:
    """The order in which X is thinned; what it does not name is thinned last, in the usual order."""
    table = cast("Mapping[str, object]", values.get("budget", {}))
    first = [Step(text) for text in _texts(table, "thin_first")]
    order = (*first, *(step for step in DEFAULT_THINNING.order if step not in first))
    return Thinning(order, tuple(_texts(table, "costly_terms")))


def _mistakes_in_brand(brand: str, table: Mapping[str, object]) -> Iterator[str]:
    for key in table:
        if key not in _CHECKS:
            yield f"{brand} has '{key}', which is not known. A brand has {', '.join(_CHECKS)}."
    if not table.get("handles"):
        yield f"{brand} names no handle: {_EXAMPLE}"
    for key, check in _CHECKS.items():
        value = table.get(key, [])
        items = cast("list[object]", value) if isinstance(value, list) else None
        texts = [item for item in items or () if isinstance(item, str)]
        if items is None or len(texts) < len(items):
            yield f'\'{key}\' of {brand} must be a list of texts: {key} = ["...", "..."]'
            continue
        for text in texts:
            if problem := check(text):
                yield f"'{key}' of {brand} has {text!r}: {problem}"


def _counted(key: str, most: int, lists: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """What is in the lists of two brands, and whether they are too long together."""
    brand_of: dict[str, int] = {}
    for number, texts in enumerate(lists, 1):
        for text in texts:
            first = brand_of.setdefault(text.casefold(), number)
            if first != number:
                yield f"'{key}' has {text!r} for brand {first} and for brand {number}: keep it for one of them"
    if len(brand_of) > most:
        yield f"'{key}' has {len(brand_of)} entries in all, and at most {most} are allowed: keep those that people use."


def _texts(table: Mapping[str, object], key: str) -> list[str]:
    items = table.get(key)
    return [item for item in cast("list[object]", items) if isinstance(item, str)] if isinstance(items, list) else []


def _handles(table: Mapping[str, object]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for handle in map(_handle, _texts(table, "handles")):
        kept.setdefault(handle.lower(), handle)
    return tuple(kept.values())


def _search_terms(table: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term.strip() for term in _texts(table, "search_terms")))


def _voices(table: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_handle(voice).lower() for voice in _texts(table, "voices")))


def _handle(text: str) -> str:
    return text.strip().removeprefix("@")


_CHECKS: Mapping[str, Callable[[str], str | None]] = {
    "handles": lambda text: handle_problem(_handle(text)),
    "search_terms": lambda text: search_term_problem(text.strip()),
    "voices": account_problem,
}
