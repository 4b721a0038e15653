"""What the receipts function reports: what became of each text message."""

from earshot.alerting.sms.receipt import ExpectedReceipt, Receipt
from earshot.telemetry.powertools import count, logger


def report_sms_receipt(receipt: Receipt, expected: ExpectedReceipt) -> None:
    """One log line and the metric of what became of a text message to one number."""
    cases = list(expected.conversations)
    if receipt.delivered:
        logger.info("text message delivered", cases=cases, response=receipt.response)
    else:
        logger.error("a text message was not delivered", cases=cases, response=receipt.response)
        count("SmsFailed")


def report_unknown_receipts(number: int) -> None:
    """One log line about receipts that are of no alert of this stack: of other programs, of another stack, of tests."""
    if number:
        logger.info("receipts of text messages that no case waits for", number=number)
