"""Delivery receipts of text messages: one JSON line for each message and phone, as SNS writes them to its log.

SNS writes them only if the account's SMS attributes name a role for that. A line is::

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
from typing import Any, cast

from earshot.errors import EarshotError

# How long a number counts as unreachable after a message to it failed. Then it is tried again.
FAILING_FOR = timedelta(hours=1)
MAX_RESPONSE_LENGTH = 200
_PHONE_NUMBERS = re.compile(r"\+?\d{7,}")


class ReceiptError(EarshotError):
    """A line of SNS's log is no delivery receipt. The message says what is wrong and quotes nothing of the line."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one message to one number. ``price`` is in millionths of a US dollar, None if it is unknown."""

    message_id: str
    phone: str
    delivered: bool
    response: str
    price: int | None

    @property
    def masked_phone(self) -> str:
        """The last two digits of the number, by which its owner recognises it: ``number ending in 01``."""
        return f"number ending in {self.phone[-2:]}"

    @property
    def phone_hash(self) -> str:
        """12 hexadecimal digits in place of the number, for the key of an item that must not contain it."""
        return hashlib.sha256(self.phone.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class ExpectedReceipt:
    """A message that was sent: about which conversations, when, and what was booked for each number in millionths.

    ``logged_as`` is the message id that the cases have of its alert, None where it is the message's own.
    """

    conversations: tuple[str, ...]
    sent_at: datetime
    booked: Mapping[str, int] = field(default_factory=dict[str, int])
    logged_as: str | None = None

    def correction(self, receipt: Receipt) -> int:
        """What must be added to the month's budget. Without a price the estimate stands."""
        return 0 if receipt.price is None else receipt.price - self.booked.get(receipt.phone, 0)


def read_receipt(line: str) -> Receipt:
    """Read one line of the log. ReceiptError where it is no delivery receipt of a text message."""
    try:
        record = json.loads(line)
    except ValueError:
        raise ReceiptError("A line of SNS's log is not JSON.") from None
    notification, delivery = _part(record, "notification"), _part(record, "delivery")
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
    part = cast("dict[str, Any]", record).get(name) if isinstance(record, dict) else None
    if not isinstance(part, dict):
        raise ReceiptError(f"A line of SNS's log has no '{name}': subscribe to the log of SMS deliveries alone.")
    return cast("dict[str, Any]", part)


def _text(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    if not isinstance(value, str) or not value:
        raise ReceiptError(f"A line of SNS's log has no '{name}': subscribe to the log of SMS deliveries alone.")
    return value


def _response(given: Any) -> str:
    """The carrier's response without control characters and without a phone number."""
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in str(given or "")).split())
    return _PHONE_NUMBERS.sub("(a number)", words)[:MAX_RESPONSE_LENGTH] or "no reason given"


def _price(given: Any) -> int | None:
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not 0 <= given < 1e6:
        return None
    return round(given * 1_000_000)
