"""Values of DynamoDB as boto3 gives and takes them, and as MiniStack keeps them: what is binary in base64."""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, cast

from ministack.services import dynamodb

_DYNAMODB: Any = dynamodb
Record = dict[str, Any]
# What MiniStack keeps in place of the sort key where a table has none.
NO_SORT_KEY = "__no_sort__"
# Numbers that stay as they are written.
_PLAIN_NUMBER = re.compile(r"0|-?[1-9]\d{0,30}")


class UnknownFormError(Exception):
    """It is asked in a form that MiniStack has to answer."""


def require(is_known: bool) -> None:
    """UnknownFormError unless it is so."""
    if not is_known:
        raise UnknownFormError


def key_of(table: Mapping[str, Any], record: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
    """Under which keys a table keeps a record that has them. KeyError or UnknownFormError where they are no texts."""
    pk, sort = record[table["pk_name"]]["S"], table["sk_name"]
    sk = record[sort]["S"] if sort else NO_SORT_KEY
    require(bool(pk and sk))
    return pk, sk


def keys_in(table: Mapping[str, Any]) -> int:
    """How many attributes the key of a table has."""
    return 2 if table["sk_name"] else 1


def decoded(value: Mapping[str, Any]) -> Record:
    """A value as boto3 gives it."""
    ((kind, content),) = value.items()
    match kind:
        case "B" if isinstance(content, str):
            return {"B": b64decode(content)}
        case "M":
            return {"M": {name: decoded(part) for name, part in content.items()}}
        case "L":
            return {"L": [decoded(part) for part in content]}
        case "BS":
            raise UnknownFormError
        case _:
            return {kind: content}


# By the identity of a stored item, which is kept with it, so that no other gets its place: its form for boto3, bytes.
_GIVEN: dict[int, tuple[Mapping[str, Any], Record, int]] = {}
_MOST_GIVEN = 50_000


def as_given(item: Mapping[str, Mapping[str, Any]]) -> Record:
    """A stored item as boto3 gives it, for reading only. MiniStack never changes an item: it replaces it."""
    return _given(item)[1]


def bytes_of(item: Mapping[str, Mapping[str, Any]]) -> int:
    """No less than the size of a stored item."""
    return _given(item)[2]


def remember(item: Mapping[str, Any], given: Record, size: int) -> None:
    """Note the form for boto3 of a stored item, and no less than its size."""
    if len(_GIVEN) >= _MOST_GIVEN:
        _GIVEN.clear()
    _GIVEN[id(item)] = item, given, size


def _given(item: Mapping[str, Mapping[str, Any]]) -> tuple[Mapping[str, Any], Record, int]:
    known = _GIVEN.get(id(item))
    if known is None:
        remember(item, {name: decoded(value) for name, value in item.items()}, most_bytes(item))
        known = _GIVEN[id(item)]
    return known


def stored(given: Mapping[str, Mapping[str, Any]]) -> tuple[Record, Record, int]:
    """An item as MiniStack keeps it, as boto3 will give it, and no less than its size.

    UnknownFormError as of ``kept``, UnicodeEncodeError where a text is none.
    """
    item: Record = {}
    again: Record = {}
    size = 0
    for name, value in given.items():
        content = value.get("S")
        if isinstance(content, str) and len(value) == 1:
            item[name] = again[name] = {"S": content}
        else:
            item[name] = one = kept(value)
            ((kind, content),) = one.items()
            # What is binary need not be made of base64 again. Numbers are as MiniStack writes them.
            again[name] = {"B": value["B"]} if kind == "B" else one
        size += length(name) + 24 + (length(content) if isinstance(content, str) else 0)
    return item, again, size


def kept(value: Mapping[str, Any]) -> Record:
    """A value as MiniStack keeps it. UnknownFormError for what has parts, which Earshot does not store."""
    ((kind, content),) = value.items()
    match kind:
        case "S" if isinstance(content, str):
            return {"S": content}
        case "B" if isinstance(content, bytes):
            return {"B": b64encode(content).decode()}
        case "N" if isinstance(content, str):
            return {"N": _number(content)}
        case "BOOL" | "NULL" if isinstance(content, bool):
            return {kind: content}
        case _:
            raise UnknownFormError


def most_bytes(item: Mapping[str, Mapping[str, Any]]) -> int:
    """No less than the size of an item. UnicodeEncodeError where a text is none."""
    return sum(length(name) + 24 + _size(content) for name, value in item.items() for content in value.values())


def _size(content: object) -> int:
    if isinstance(content, str):
        return length(content)
    if isinstance(content, dict):
        return most_bytes(cast("Mapping[str, Mapping[str, Any]]", content))
    if isinstance(content, list):
        parts = cast("list[str | Mapping[str, Any]]", content)
        return sum(length(one) if isinstance(one, str) else most_bytes({"": one}) for one in parts)
    return 0


def length(text: str) -> int:
    """The bytes of a text. UnicodeEncodeError where it is none."""
    return len(text) if text.isascii() else len(text.encode())


def _number(text: str) -> str:
    if _PLAIN_NUMBER.fullmatch(text):
        return text
    number: str | None = _DYNAMODB._ddb_canonicalize_number(text)
    if number is None:
        raise UnknownFormError
    return number
