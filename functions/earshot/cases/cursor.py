"""Cursors: where a page ended, for the one list that it was a page of.

A cursor holds a position and nothing else. Which index is read, and which partition of it, always comes from the
request, so a forged cursor can at most choose another place in a list that its bearer may read anyway.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s

from earshot.errors import EarshotError

# DynamoDB takes no sort key longer than this, and nothing here has a longer partition key.
_MOST_BYTES = 1024
_KINDS = frozenset({"CASE", "MENTION"})


class CursorError(EarshotError):
    """A cursor was changed, or belongs to another list."""


@dataclass(frozen=True, slots=True)
class Position:
    """The item that a page ended on: its place in the order of the list, and its primary key."""

    order: str
    pk: str
    sk: str


def encode(position: Position, listing: Sequence[str | None]) -> str:
    """An opaque text. ``listing`` names the list that ``position`` is in: the route and each of its filters."""
    content = [_fingerprint(listing), position.order, position.pk, position.sk]
    return base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str, listing: Sequence[str | None]) -> Position:
    """The position that ``encode`` wrote. CursorError if it was another text, or the cursor of another list."""
    content = _read(cursor)
    if content is None:
        raise CursorError("This is no cursor that Earshot gave: leave it out to begin with the first page.")
    fingerprint, order, pk, sk = content
    if fingerprint != _fingerprint(listing):
        raise CursorError("The cursor belongs to a list with other filters: repeat those filters, or leave it out.")
    return Position(order, pk, sk)


def _read(cursor: str) -> list[str] | None:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        content = json.loads(text)
        parts = content if isinstance(content, list) else []
        lengths = [len(part.encode()) if isinstance(part, str) else 0 for part in parts]
    except (binascii.Error, ValueError, RecursionError):
        return None
    valid = len(parts) == 4 and all(0 < length <= _MOST_BYTES for length in lengths) and parts[3] in _KINDS
    return parts if valid else None


def _fingerprint(listing: Sequence[str | None]) -> str:
    return blake2s(json.dumps(list(listing)).encode(), digest_size=6).hexdigest()
