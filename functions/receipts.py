"""The receipts: from SNS's log of text messages to the cases that they were about, and to the month's budget.

CloudWatch Logs calls with what is new in that log, and twice more where this fails. What was filed stays filed once;
what is unreadable is left where it is, in the log, and the run fails so that somebody looks at it.
"""

import zlib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import boto3
from aws_lambda_powertools.utilities.data_classes import CloudWatchLogsEvent

from earshot.alerting.sms.receipt import ExpectedReceipt, Receipt, ReceiptError, read_receipt
from earshot.alerting.sms.receipt_table import ReceiptTable
from earshot.cases.case.key import ConversationKey
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.settings import Settings
from earshot.telemetry import MetricUnit, logger, metrics, tracer


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the receipts."""
    settings = Settings(environ)
    table = ReceiptTable(boto3.client("dynamodb"), settings.case_table, timedelta(days=settings.retention_days))

    def file(receipt: Receipt, expected: ExpectedReceipt) -> None:
        now = clock()
        # Marked first: whoever is told of a failure must not be sent the next message to the same number.
        if not receipt.delivered:
            table.mark_failing(receipt.phone, now)
        if not table.file_receipt(receipt, expected, now):
            return
        metrics.add_metric("SmsDelivered" if receipt.delivered else "SmsFailed", MetricUnit.Count, 1)
        fields = {
            "cases": [ConversationKey.parse(key).case_id for key in expected.conversations],
            "response": receipt.response,
        }
        if receipt.delivered:
            logger.info("text message delivered", **fields)
        else:
            logger.error("a text message was not delivered", **fields)

    @metrics.log_metrics
    @logger.inject_lambda_context
    @tracer.capture_lambda_handler(capture_response=False)
    def handle(event: dict[str, Any], context: Any) -> dict[str, int]:
        # Counted from nothing on: whatever flies below, there is something to publish.
        metrics.add_metric("SmsReceipts", MetricUnit.Count, 0)
        filed, unknown, faults = 0, 0, []
        for line in _lines(event):
            try:
                receipt = read_receipt(line)
            except ReceiptError as error:
                faults.append(str(error))
                continue
            expected = table.find_expected(receipt.message_id)
            if expected is None:
                unknown += 1
                continue
            file(receipt, expected)
            filed += 1
        metrics.add_metric("SmsReceipts", MetricUnit.Count, filed)
        metrics.add_metric("SmsReceiptsUnknown", MetricUnit.Count, unknown)
        if faults:
            raise ReceiptError(" ".join(dict.fromkeys(faults)))
        return {"filed": filed, "unknown": unknown}

    return handle


def _lines(event: dict[str, Any]) -> Iterator[str]:
    """The lines that CloudWatch Logs hands over; its own test of a new subscription has none. ReceiptError: no such."""
    try:
        logs = CloudWatchLogsEvent(event).parse_logs_data()
        lines = [entry.message for entry in logs.log_events]
        is_test = logs.message_type == "CONTROL_MESSAGE"
    except (KeyError, TypeError, AttributeError, ValueError, EOFError, OSError, zlib.error):
        raise ReceiptError(
            "The event is not what CloudWatch Logs sends: let nothing but a subscription of SNS's log call."
        ) from None
    yield from () if is_test else lines


handler = on_first_call(build)
