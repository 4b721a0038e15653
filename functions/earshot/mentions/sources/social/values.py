"""Reads JSON that a network sent: each value is what it should be, or nothing."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from earshot.errors import MentionError
from earshot.mentions.mention import MAX_COUNT, MAX_HANDLE_LENGTH
from earshot.timestamps import parse_post_time

Payload = Mapping[str, Any]
_EMPTY: Payload = {}


def table(values: Payload, *path: str) -> Payload:
    """The object at a path; an empty one where there is none."""
    at: object = values
    for name in path:
        at = cast("Mapping[str, object]", at).get(name) if isinstance(at, Mapping) else None
    return cast("Payload", at) if isinstance(at, Mapping) else _EMPTY


def tables(value: object) -> list[Payload]:
    """The objects of a list."""
    listed = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("Payload", one) for one in listed if isinstance(one, Mapping)]


def text(values: Payload, name: str) -> str:
    """The text of a field; empty where there is none."""
    value = values.get(name)
    return value if isinstance(value, str) else ""


def required(values: Payload, name: str) -> str:
    """The text of a field. MentionError where there is none."""
    value = text(values, name)
    if not value:
        raise MentionError(f"Field '{name}' is missing: discard the post.")
    return value


def count(values: Payload, *names: str) -> int | None:
    """The sum of counts; None where the network says none of them."""
    known = [one for one in map(values.get, names) if isinstance(one, int) and not isinstance(one, bool) and one >= 0]
    return min(sum(known), MAX_COUNT) if known else None


def name_of(post: Payload, field: str) -> str:
    """What a post is known by on its page: its name there, or where it has none, a digest of it."""
    return text(post, field) or hashlib.sha256(json.dumps(post, sort_keys=True).encode()).hexdigest()[:16]


def handle_or_none(handle: str) -> str | None:
    """A handle; None where it is longer than what a handle may be here."""
    return handle if 0 < len(handle) <= MAX_HANDLE_LENGTH else None


def time(values: Payload, name: str) -> datetime:
    """The time in a field. MentionError where there is none."""
    return parse_post_time(required(values, name), name)


def time_or(values: Payload, name: str, otherwise: datetime) -> datetime:
    """The time in a field; where it cannot be read, ``otherwise``."""
    try:
        return time(values, name)
    except MentionError:
        return otherwise
