"""SNS's log of text messages as CloudWatch Logs hands it over, and filing the receipts that it holds."""

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from aws_lambda_powertools.utilities.data_classes import CloudWatchLogsEvent

from earshot.alerting.sms.receipt import ExpectedReceipt, Receipt, ReceiptError, read_receipt


class ReceiptFile(Protocol):
    """The stored receipts."""

    def find_expected(self, message_id: str) -> ExpectedReceipt | None: ...
    def file_receipt(self, receipt: Receipt, expected: ExpectedReceipt, now: datetime) -> bool: ...
    def mark_failing(self, phone: str, now: datetime) -> None: ...


@dataclass(slots=True)
class FiledReceipts:
    """How many receipts were of Earshot's messages, how many of others', and what was wrong with unreadable lines."""

    filed: int = 0
    unknown: int = 0
    faults: list[str] = field(default_factory=list[str])


def log_lines(event: dict[str, Any]) -> list[str]:
    """The lines of the log in an event; none in CloudWatch's own test of a new subscription.

    ReceiptError where the event is another one.
    """
    try:
        logs = CloudWatchLogsEvent(event).parse_logs_data()
        lines = [entry.message for entry in logs.log_events]
        is_test = logs.message_type == "CONTROL_MESSAGE"
    except (KeyError, TypeError, AttributeError, ValueError, EOFError, OSError, zlib.error):
        raise ReceiptError(
            "The event is not from CloudWatch Logs: only the subscription of SNS's log may call this function."
        ) from None
    return [] if is_test else lines


def file_receipts(
    lines: Iterable[str], store: ReceiptFile, now: datetime, on_filed: Callable[[Receipt, ExpectedReceipt], None]
) -> FiledReceipts:
    """File each receipt with the cases of its message, once. ``on_filed`` gets those that were not filed before."""
    done = FiledReceipts()
    for line in lines:
        try:
            receipt = read_receipt(line)
        except ReceiptError as error:
            done.faults.append(str(error))
            continue
        expected = store.find_expected(receipt.message_id)
        if expected is None:
            done.unknown += 1
            continue
        # Marked first: by the time the failure is in the case's log, no further SMS may be sent to that number.
        if not receipt.delivered:
            store.mark_failing(receipt.phone, now)
        if store.file_receipt(receipt, expected, now):
            on_filed(receipt, expected)
        done.filed += 1
    return done
