"""Following text messages: which was sent for which cases, so that SNS's receipts can be matched to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from earshot.alerting.alert import MAX_NAMED, Alert
from earshot.alerting.sms.receipt import ExpectedReceipt


class ReceiptStore(Protocol):
    """The stored receipts."""

    def expect_receipt(self, message_id: str, expected: ExpectedReceipt) -> None: ...
    def is_failing(self, phone: str, now: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class DeliveryTracking:
    """``cost`` estimates a message for each number, in millionths of a dollar. ``on_failure`` gets what failed.

    No alert waits for its receipt to be noted, and none is sent twice for it: what fails here is only reported.
    """

    store: ReceiptStore
    cost: Callable[[Alert], Mapping[str, int]]
    on_failure: Callable[[str, Exception], None]

    def track(self, alert: Alert, phone: str, message_id: str, logged_as: str, now: datetime) -> None:
        """Note that a receipt will come for a text message that was sent to ``phone``.

        ``logged_as`` is the message id that the case's notification log has of this alert.
        """
        try:
            booked = {number: cost for number, cost in self.cost(alert).items() if number == phone}
            expected = ExpectedReceipt(
                alert.case_ids[:MAX_NAMED], now, booked, None if logged_as == message_id else logged_as
            )
            self.store.expect_receipt(message_id, expected)
        except Exception as error:  # noqa: BLE001 - the message is sent: a retry would send it a second time
            self.on_failure("the message's receipt", error)
