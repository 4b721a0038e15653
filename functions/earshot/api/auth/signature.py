"""Requests that a program signs in place of signing in: by Standard Webhooks, as Earshot signs its own webhooks.

One route alone takes them. Who has the secret may bring posts, and may do nothing else.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from earshot.api.auth.identity import Identity
from earshot.api.auth.roles import Role
from earshot.errors import EarshotError

SIGNED_PATH = "/mentions/signed"
ROUTES = (f"POST {SIGNED_PATH}",)
# As Standard Webhooks' own libraries: whoever records a request can send it again for so long, which changes nothing.
TOLERANCE = timedelta(minutes=5)
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
# All who sign are one sender: together they may send as often as one person may act.
SENDER = "a signed request"
_ID = re.compile(r"[!-\-/-~]{1,256}")
_SECONDS = re.compile(r"[0-9]{1,11}")
_DOCUMENTED = "docs/sources.md of Earshot has an example."

Keys = Callable[..., tuple[str, ...]]
"""The secrets that may have signed a request; with ``fresh=True`` they are read again."""


class SignatureError(EarshotError):
    """A request is not signed as it must be. The message names what is wrong, and quotes no secret."""


def is_signed(event: Mapping[str, Any]) -> bool:
    """Whether the request came by the route that asks for no token. The gateway decides that, not the sender."""
    return event.get("routeKey") in ROUTES and event.get("rawPath") == SIGNED_PATH


def signer_of(event: Mapping[str, Any], keys: Keys, now: datetime) -> Identity:
    """Who signed the request, as one who may bring posts. SignatureError says what is wrong with the signature."""
    given: Mapping[str, str] = event.get("headers") or {}
    headers = {name.lower(): value.strip() for name, value in given.items()}
    for name in (ID, TIMESTAMP, SIGNATURE):
        if not headers.get(name):
            raise SignatureError(
                f"The header '{name}' is missing: sign the request by Standard Webhooks. {_DOCUMENTED}"
            )
    if not _ID.fullmatch(headers[ID]):
        raise SignatureError(f"'{ID}' must be 1 to 256 visible ASCII characters, and no full stop among them.")
    _check_age(headers[TIMESTAMP], now)
    content = _content(event)
    # The secret may have been rotated since it was read: read it again before refusing the request.
    if not _matches(headers, content, keys()) and not _matches(headers, content, held := keys(fresh=True)):
        if not held:
            raise SignatureError("No secret is stored that signs posts: an operator makes one with `earshot secrets`.")
        raise SignatureError(
            f"No signature in '{SIGNATURE}' is that of this body: sign '{ID}', a full stop, '{TIMESTAMP}', a full stop "
            "and the bytes of the body as they are sent, with HMAC-SHA256 and the secret decoded from base64 after "
            f"'whsec_', and write v1, and its base64. {_DOCUMENTED}"
        )
    return Identity(SENDER, Role.AGENT)


def _check_age(sent_at: str, now: datetime) -> None:
    if not _SECONDS.fullmatch(sent_at):
        raise SignatureError(f"'{TIMESTAMP}' must be the time of sending, in whole seconds since 1970: 1795255200.")
    difference = now - datetime.fromtimestamp(int(sent_at), UTC)
    if abs(difference) > TOLERANCE:
        minutes, direction = abs(difference) // timedelta(minutes=1), "ago" if difference > timedelta() else "ahead"
        raise SignatureError(
            f"'{TIMESTAMP}' is {minutes:,} minutes {direction}, and at most 5 are allowed: it is an old request "
            f"again, or a clock is wrong. Here it is {int(now.timestamp())}."
        )


def _content(event: Mapping[str, Any]) -> str:
    """The body as it was sent; what is no text was not signed by anybody who can send JSON."""
    body: str = event.get("body") or ""
    try:
        return base64.b64decode(body, validate=True).decode() if event.get("isBase64Encoded") else body
    except (binascii.Error, ValueError):
        raise SignatureError("The body is not text in UTF-8: send JSON.") from None


def _matches(headers: Mapping[str, str], content: str, keys: tuple[str, ...]) -> bool:
    """Whether one of the given signatures is that of one of the keys. The time it takes tells nothing."""
    # Who asks for something else than this does not wait for it.
    from standardwebhooks import Webhook

    signed_at = datetime.fromtimestamp(int(headers[TIMESTAMP]), UTC)
    expected = [Webhook(key).sign(headers[ID], signed_at, content).encode() for key in keys]
    given = [one.encode() for one in headers[SIGNATURE].split(" ")]
    return any(hmac.compare_digest(right, one) for right in expected for one in given)
