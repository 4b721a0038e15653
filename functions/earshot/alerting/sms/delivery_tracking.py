"""Following text messages: which was sent for which cases, so that SNS's receipts can be matched to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from earshot.alerting.alert import Alert, Channel
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
    cost: Callable[[Alert, datetime], Mapping[str, int]]
    on_failure: Callable[[str, Exception], None]

    def track(self, alert: Alert, message_id: str, now: datetime) -> None:
        """Note that a receipt will come for a text message that was sent; emails have none."""
        if alert.channel is not Channel.SMS:
            return
        try:
            keys = alert.case_ids
            self.store.expect_receipt(message_id, ExpectedReceipt(keys, now, self.cost(alert, now)))
        except Exception as error:  # noqa: BLE001 - the message is sent: a retry would send it a second time
            self.on_failure("the message's receipt", error)
