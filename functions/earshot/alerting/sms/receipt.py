"""What became of a text message: SNS's word on its delivery, as it writes it into its log, one line for each phone.

Logged by SNS only where the account's SMS attributes name a role for it. The line is JSON::

    {"notification": {"messageId": "...", "timestamp": "2026-11-21 09:00:05.123"},
     "delivery": {"numberOfMessageParts": 2, "destination": "+12025550101", "priceInUSD": 0.0166,
                  "providerResponse": "Message has been accepted by phone", ...},
     "status": "SUCCESS"}

(https://docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html)
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from earshot.errors import EarshotError

# For so long a number whose message failed counts as one that takes nothing; then it is tried again.
FAILING_FOR = timedelta(hours=1)
RESPONSE_MOST = 200
_NUMBERS = re.compile(r"\+?\d{7,}")


class ReceiptError(EarshotError):
    """A line of SNS's log is no delivery status: the message names what is wrong with it, and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What SNS says of one message to one number. ``price`` is in millionths of a dollar, None where it says none."""

    message_id: str
    phone: str
    delivered: bool
    response: str
    price: int | None

    @property
    def masked(self) -> str:
        """The number for those who read a case: its end, by which its owner knows it."""
        return f"number ending in {self.phone[-2:]}"

    @property
    def digest(self) -> str:
        """What tells this number from others in the key of an item that does not hold it."""
        return hashlib.sha256(self.phone.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class ExpectedReceipt:
    """A message that was sent: for which threads, when, and what was booked for each number in millionths."""

    threads: tuple[str, ...]
    sent_at: datetime
    booked: Mapping[str, int] = field(default_factory=dict)

    def correction(self, receipt: Receipt) -> int:
        """What the month's budget must be put right by. Where SNS gives no price, the estimate stands."""
        return 0 if receipt.price is None else receipt.price - self.booked.get(receipt.phone, 0)


def read_receipt(line: str) -> Receipt:
    """Read one line. ReceiptError where it is no delivery status of a text message."""
    try:
        record = json.loads(line)
    except ValueError:
        raise ReceiptError("A line of SNS's log is no JSON.") from None
    notification, delivery = (_part(record, name) for name in ("notification", "delivery"))
    status = record.get("status")
    if status not in ("SUCCESS", "FAILURE"):
        raise ReceiptError("A line of SNS's log has a 'status' that is neither SUCCESS nor FAILURE.")
    return Receipt(
        message_id=_text(notification, "messageId"),
        phone=_text(delivery, "destination"),
        delivered=status == "SUCCESS",
        response=_response(delivery.get("providerResponse")),
        price=_price(delivery.get("priceInUSD")),
    )


def _part(record: Any, name: str) -> Mapping[str, Any]:
    part = record.get(name) if isinstance(record, dict) else None
    if not isinstance(part, dict):
        raise ReceiptError(f"A line of SNS's log has no '{name}': subscribe to the log of SMS deliveries alone.")
    return part


def _text(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    if not isinstance(value, str) or not value:
        raise ReceiptError(f"A line of SNS's log has no '{name}': subscribe to the log of SMS deliveries alone.")
    return value


def _response(told: Any) -> str:
    """The carrier's words without control characters and without a telephone number."""
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in str(told or "")).split())
    return _NUMBERS.sub("(a number)", words)[:RESPONSE_MOST] or "no reason given"


def _price(told: Any) -> int | None:
    if isinstance(told, bool) or not isinstance(told, (int, float)) or not 0 <= told < 1e6:
        return None
    return round(told * 1_000_000)
