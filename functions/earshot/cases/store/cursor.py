"""Cursors: the position at which a page ended, signed by itsdangerous so that a client can only hand it back.

The name of the list (its index, its partition and each filter) is the salt of the signature. A cursor is therefore
refused for any other list; which list is read always comes from the request, never from the cursor.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from itsdangerous import BadData, URLSafeSerializer

from earshot.errors import CursorError


@dataclass(frozen=True, slots=True)
class Position:
    """The last item of a page: its sort value in the list's index, and its primary key."""

    order: str
    pk: str
    sk: str


def key_of(secret: bytes) -> bytes:
    """The key that signs cursors, derived from a secret that also signs links: neither signature passes as the other.

    Derived with HMAC-SHA256 (RFC 2104).
    """
    return hmac.digest(secret, b"earshot cursor key", "sha256")


def encode(position: Position, listing: Sequence[str], key: bytes) -> str:
    """An opaque, URL-safe cursor. ``listing`` names the list of ``position``, with each of its filters."""
    return str(_serializer(listing, [key]).dumps(astuple(position)))


def decode(cursor: str, listing: Sequence[str], keys: Iterable[bytes]) -> Position:
    """The position that ``encode`` signed for the same list with one of ``keys``. CursorError for any other text."""
    try:
        return Position(*_serializer(listing, list(keys)).loads(cursor))
    except (BadData, UnicodeError):
        raise CursorError(
            "This cursor does not belong to this list: send next_cursor unchanged and with the same filters, or leave "
            "it out to start with the first page."
        ) from None


def _serializer(listing: Sequence[str], keys: list[bytes]) -> URLSafeSerializer:
    # JSON keeps the parts of a name apart, so no two lists share a salt.
    salt = json.dumps(list(listing)).encode()
    return URLSafeSerializer(keys, salt, signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256})
