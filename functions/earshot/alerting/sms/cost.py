"""What a text message will cost: its number of parts, times the price of a part in the recipient's country.

Amounts are in millionths of a US dollar. This is an estimate: AWS charges by country, carrier and sending number, and
no API has its price list. The delivery receipt of a message has its real price.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from earshot.alerting.alert import Alert
from earshot.alerting.messages.sms import part_count


@dataclass(frozen=True, slots=True)
class Prices:
    """The price of a part in US dollars: ``by_code`` by how the number begins (``+44``), ``other`` elsewhere."""

    other: float
    by_code: Mapping[str, float]

    def of(self, phone: str) -> int:
        """The price of a part to this number (E.164). If several codes match, the longest one counts."""
        codes = (code for code in self.by_code if phone.startswith(code))
        longest = max(codes, key=len, default=None)
        return round((self.other if longest is None else self.by_code[longest]) * 1_000_000)


def alert_costs(alert: Alert, prices: Prices) -> Mapping[str, int]:
    """The estimate for each number that an alert is sent to, in millionths of a US dollar; empty if to none."""
    return estimate_costs(alert.text, () if alert.recipients is None else alert.recipients.addresses, prices)


def estimate_costs(text: str, phones: Iterable[str], prices: Prices) -> dict[str, int]:
    """What it will cost to send a text to each of these numbers."""
    parts = part_count(text)
    return {phone: parts * prices.of(phone) for phone in phones}
