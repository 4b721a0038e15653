"""What a text message costs, reckoned before it is sent: its parts, and a price for each part by the country called.

Amounts are in millionths of a dollar. All of this is an estimate: what AWS takes depends on the country, the carrier
and the number that sends, and its list is no part of any API. What a message really cost, SNS says afterwards.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import smsutil

from earshot.alerting.messages.message import SENDER


@dataclass(frozen=True, slots=True)
class Prices:
    """What a part costs, in US dollars: ``by_code`` by the beginning of the number (``+44``), ``other`` elsewhere."""

    other: float
    by_code: Mapping[str, float]

    def of(self, phone: str) -> int:
        """The price of a part to this number (E.164). Of several codes that it begins with, the longest counts."""
        codes = (code for code in self.by_code if phone.startswith(code))
        longest = max(codes, key=len, default=None)
        return round((self.other if longest is None else self.by_code[longest]) * 1_000_000)


def parts_of(text: str) -> int:
    """How many parts a text takes, with the sender that SNS puts before it."""
    return len(smsutil.split(SENDER + text).parts)


def costs_of(text: str, phones: Iterable[str], prices: Prices) -> dict[str, int]:
    """What it costs to send a text to each of these numbers."""
    parts = parts_of(text)
    return {phone: parts * prices.of(phone) for phone in phones}
