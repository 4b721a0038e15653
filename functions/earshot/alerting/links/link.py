"""The link in an alert: whoever holds it may act on the one case that it is bound to, for a day, without signing in.

A token is an id and a signature, eleven letters and digits each, so that it fits an SMS and no phone cuts it short
where it underlines it. Both are HMAC-SHA256 (RFC 2104) under one secret, truncated to 64 bits. The id follows from
the alert's name, so a retry sends the same link; the signature lets a forged token be refused without a read. What
the link may do stands in the table under the id, never in the token.
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
_PART = 11  # 62 ** 11 > 2 ** 64
_TOKEN = re.compile(rf"[0-9A-Za-z]{{{2 * _PART}}}")


@dataclass(frozen=True, slots=True)
class Link:
    """What a link is bound to: a thread, the ladder and the step that it was sent for, and whom it was sent to.

    ``audience`` is the name that its uses have in the case's log. It is good until ``expires_at``. ``others`` are the
    further threads that the alert told of: who acknowledges takes their cases, too.
    """

    id: str
    thread: str
    audience: str
    step: int
    ladder_started_at: datetime | None
    expires_at: datetime
    others: tuple[str, ...] = ()

    def is_of(self, case: Case) -> bool:
        """Whether the ladder that the link was sent for is the one that the case has now."""
        return self.ladder_started_at == case.ladder.started_at


def create_link(
    secret: bytes,
    thread: str,
    case: Case,
    alert: str,
    step: int,
    audience: str,
    now: datetime,
    others: tuple[str, ...] = (),
) -> Link:
    """The link of the alert ``alert``, which is of the case's ``step``. The same alert gives the same id again."""
    name = _digest(secret, "id", "\n".join((thread, alert, audience, *sorted(others))))
    return Link(name, thread, audience, step, case.ladder.started_at, now + LINK_LASTS, others)


def token_of(link_id: str, secret: bytes) -> str:
    """What stands in the address: the id and its signature, 22 letters and digits."""
    return link_id + _digest(secret, "signature", link_id)


def id_of(token: str, secrets: Iterable[bytes]) -> str | None:
    """The id in a token that one of ``secrets`` has signed; None where the token is forged, cut short or misspelt."""
    if not _TOKEN.fullmatch(token):
        return None
    link_id, signature = token[:_PART], token[_PART:]
    # Every secret is tried: how long that takes tells nothing of which one fits.
    matches = [hmac.compare_digest(signature, _digest(secret, "signature", link_id)) for secret in secrets]
    return link_id if any(matches) else None


def _digest(secret: bytes, purpose: str, text: str) -> str:
    # The purpose keeps the two uses of the secret apart: no id can be had as a signature of something else.
    mac = hmac.digest(secret, f"earshot link {purpose}\n{text}".encode(), "sha256")
    number, letters = int.from_bytes(mac[:8], "big"), ""
    for _ in range(_PART):
        number, rest = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[rest]
    return letters
