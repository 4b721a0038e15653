"""The action link of an alert: whoever holds it may act on the cases of that alert for a day, without signing in.

A token is an id and a signature of eleven letters and digits each: short enough for an SMS, and no phone ends the
underlined address too early. Both are HMAC-SHA256 (RFC 2104) under one secret, truncated to 64 bits. The id follows
from the alert's name, so a retry sends the same link. The signature lets a forged token be refused without a read. What
the link may do is stored in the table under the id, never in the token.
"""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from earshot.cases.case.case import Case

LINK_LASTS = timedelta(hours=24)
LINK_PATH = "/l/"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PART_LENGTH = 11  # 62 ** 11 > 2 ** 64
_TOKEN = re.compile(rf"[0-9A-Za-z]{{{2 * _PART_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Link:
    """What a link is bound to: a conversation, and the ladder and step whose alert it was sent with.

    ``recipients`` is the name under which the case's log keeps what is done by the link. ``others`` are the further
    conversations of the alert: acknowledging by the link acknowledges their cases too.
    """

    id: str
    conversation: str
    recipients: str
    step: int
    ladder_started_at: datetime | None
    expires_at: datetime
    others: tuple[str, ...] = ()

    def is_of(self, case: Case) -> bool:
        """Whether the case still has the ladder that the link was sent for."""
        return self.ladder_started_at == case.ladder.started_at


def create_link(
    secret: bytes,
    conversation: str,
    case: Case,
    alert_name: str,
    step: int,
    recipients: str,
    now: datetime,
    others: tuple[str, ...] = (),
) -> Link:
    """The link of the alert for the case's ``step``. The same alert and recipients give the same id each time."""
    id = _digest(secret, "id", "\n".join((conversation, alert_name, recipients, *sorted(others))))
    return Link(id, conversation, recipients, step, case.ladder.started_at, now + LINK_LASTS, others)


def token_of(link_id: str, secret: bytes) -> str:
    """The token in the address: the id and its signature, 22 letters and digits."""
    return link_id + _digest(secret, "signature", link_id)


def id_of(token: str, secrets: Iterable[bytes]) -> str | None:
    """The id in a token that one of ``secrets`` has signed; None where the token is forged, cut short or misspelt."""
    if not _TOKEN.fullmatch(token):
        return None
    link_id, signature = token[:_PART_LENGTH], token[_PART_LENGTH:]
    # Every secret is tried, so the time that it takes does not reveal which one fits.
    matches = [hmac.compare_digest(signature, _digest(secret, "signature", link_id)) for secret in secrets]
    return link_id if any(matches) else None


def _digest(secret: bytes, purpose: str, text: str) -> str:
    # The purpose keeps the two uses of the secret apart: an id can never be passed off as a signature.
    mac = hmac.digest(secret, f"earshot link {purpose}\n{text}".encode(), "sha256")
    number, letters = int.from_bytes(mac[:8], "big"), ""
    for _ in range(_PART_LENGTH):
        number, rest = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[rest]
    return letters
