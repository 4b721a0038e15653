"""Cursors: where a page ended, signed, so that they serve the one list that they were given for and no other.

A cursor holds a position, and a signature of it under the name of its list: which index and partition, and each filter.
Nobody can make one, change one, or take one from one list to another. Which list is read always comes from the request.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from earshot.errors import EarshotError

_SIGNATURE_BYTES = 16


class CursorError(EarshotError):
    """A cursor was changed or made up, or belongs to another list."""


@dataclass(frozen=True, slots=True)
class Position:
    """The item that a page ended on: its place in the order of the list, and its primary key."""

    order: str
    pk: str
    sk: str


def key_of(secret: bytes) -> bytes:
    """The key that signs cursors, made of a secret that also signs other things: neither can be had as the other."""
    return hmac.digest(secret, b"earshot cursor key", "sha256")


def encode(position: Position, listing: Sequence[str], key: bytes) -> str:
    """An opaque text. ``listing`` names the list that ``position`` is in, with each of its filters."""
    content = json.dumps([position.order, position.pk, position.sk], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_signature(content, listing, key) + content).decode().rstrip("=")


def decode(cursor: str, listing: Sequence[str], keys: Iterable[bytes]) -> Position:
    """The position that ``encode`` wrote for the same list with one of ``keys``. CursorError for every other text."""
    try:
        signed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        signed = b""
    signature, content = signed[:_SIGNATURE_BYTES], signed[_SIGNATURE_BYTES:]
    # Every key is tried: how long that takes tells nothing of which one fits.
    matches = [hmac.compare_digest(signature, _signature(content, listing, key)) for key in keys]
    if not any(matches):
        raise CursorError(
            "This is no cursor of this list: pass next_cursor on as it came and with the same filters, or leave it out "
            "to begin with the first page."
        )
    return Position(*json.loads(content))


def _signature(content: bytes, listing: Sequence[str], key: bytes) -> bytes:
    # JSON keeps the parts apart: no two lists have one name.
    return hmac.digest(key, json.dumps(list(listing)).encode() + b"\n" + content, "sha256")[:_SIGNATURE_BYTES]
