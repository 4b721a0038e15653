"""What every format yields, and how its nested objects are looked into."""

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from infra.replay import columns

Values = Mapping[str, Any]

_TRUTHS = ("verified", "protected", "truncated", "possibly_sensitive")
# Tweepy's objects as pandas writes them: <ReferencedTweet id=15 type=replied_to>
_REFERENCE = re.compile(r"<Referenced\w+ id=(\d+) type=(\w+)")


@dataclass(frozen=True, slots=True)
class FoundPost:
    """A post in Earshot's columns, or a page of the X API v2. ``embedded``: it was within another."""

    values: dict[str, Any]
    embedded: bool = False


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of record: its name for people, how it is recognised, and the posts that one record holds.

    ``posts`` raises RowError for a record that cannot be used, and NotAPostError for one that is something else.
    """

    name: str
    recognises: Callable[[Values], bool]
    posts: Callable[[Values], Iterator[FoundPost]]


class NotAPostError(Exception):
    """The record is something else that such files hold, such as a like: it is left out, and its kind counted."""


def table(values: Values, *path: str) -> Values:
    """The object at a path of keys; an empty one where there is none."""
    for key in path:
        inner: object = values.get(key)
        values = cast("Values", inner) if isinstance(inner, Mapping) else {}
    return values


def tables(value: object) -> list[Values]:
    """The objects in a list; an empty list where it is none."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("Values", item) for item in items if isinstance(item, Mapping)]


def first(values: Values, *names: str) -> Any:
    """The first of these values that is there."""
    return next((values[name] for name in names if values.get(name) not in (None, "")), None)


def total(*counts: object) -> int | None:
    """The sum of the counts that are known; None where none is."""
    known = [count for count in counts if isinstance(count, int) and not isinstance(count, bool) and count >= 0]
    return sum(known) if known else None


def structured(values: Values) -> Values:
    """A row of a table as the object that was flattened into it.

    ``author.username`` goes into ``author``, and a cell that holds JSON, or a list as Python prints it, is read.
    Cells without a value are left out.
    """
    found: dict[str, Any] = {}
    for name, cell in values.items():
        value = _cell(name, cell)
        if value is None:
            continue
        *path, last = name.split(".")
        inside = found
        for key in path:
            deeper = inside.get(key)
            if not isinstance(deeper, dict):
                deeper = inside[key] = dict[str, Any]()
            inside = cast("dict[str, Any]", deeper)
        inside[last] = value
    return found


def _cell(name: str, cell: object) -> Any:
    if not isinstance(cell, str):
        return cell
    text, last = cell.strip(), name.rpartition(".")[2]
    if columns.is_nothing(text):
        return None
    if last.endswith("_count"):
        return columns.count({name: text}, name)
    if last in _TRUTHS:
        return columns.truth({name: text}, name)
    if last.endswith("id") and "." in name:
        return columns.identifier({name: text}, name)
    if last not in ("text", "full_text", "content", "name", "description") and text[0] in "[{":
        return _parsed(text)
    return cell


def _parsed(text: str) -> object:
    references = _REFERENCE.findall(text)
    if references:
        return [{"id": post_id, "type": kind} for post_id, kind in references]
    for parse in (json.loads, ast.literal_eval):
        try:
            return parse(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return text
