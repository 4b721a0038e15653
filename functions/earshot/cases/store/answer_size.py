"""How much of what is stored fits into one answer: Lambda refuses one of more than 6 MB, and the reader gets nothing.

Bytes are those of JSON as it is sent, in which a letter that is not ASCII takes six and an emoji twelve. Lambda escapes
that once more, so the limit here is far below its own.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

MOST_BYTES = 1_000_000
# Of a longer text lists have the beginning. Few posts are as long.
MOST_LISTED_TEXT = 2_000


def json_bytes(value: object) -> int:
    """The bytes of a value of plain JSON types, as it is sent."""
    return len(json.dumps(value))


def listed(text: str) -> str:
    """A text as lists have it."""
    return text if len(text) <= MOST_LISTED_TEXT else f"{text[: MOST_LISTED_TEXT - 1]}…"


def record_bytes(record: Mapping[str, Any]) -> int:
    """About the bytes that an item of a list takes: of a case with its text as ``listed``, of a mention with all."""
    case = record.get("conversation_state", {}).get("case")
    if case is None:
        return json_bytes(record)
    headline = case["headline"]
    return json_bytes({**case, "headline": {**headline, "text": listed(headline["text"])}, "other_posts": []})


def first_within(items: Iterable[T], size: Callable[[T], int], most: int = MOST_BYTES) -> list[T]:
    """The first of ``items``, at least one, whose sizes add up to at most ``most``."""
    found: list[T] = []
    total = 0
    for item in items:
        total += size(item)
        if found and total > most:
            break
        found.append(item)
    return found


def last_within(items: Sequence[T], size: Callable[[T], int], most: int = MOST_BYTES) -> tuple[T, ...]:
    """The last of ``items``, in their order, at least one, whose sizes add up to at most ``most``."""
    return tuple(reversed(first_within(reversed(items), size, most)))
