"""What the functions report of deliveries: to webhooks, and of text messages to telephones."""

from collections.abc import Mapping
from typing import Any

from earshot.alerting.sms.receipt import ExpectedReceipt, Receipt
from earshot.alerting.webhooks.delivery import DeliveryResult
from earshot.alerting.webhooks.publication import Publication
from earshot.cases.case.key import ConversationKey
from earshot.telemetry.powertools import count, logger


def report_delivered(publication: Publication, done: DeliveryResult) -> None:
    """One log line for each target that took an alert, and for each that did not. Targets are named by their label."""
    fields: Mapping[str, Any] = {"case": ",".join(publication.case_ids), "correlation": publication.correlation}
    for target in done.taken:
        logger.info("alert delivered", target=target.label, **fields)
    for target, reason in done.failed:
        logger.error("an alert was not delivered", target=target.label, reason=reason, **fields)


def report_sms_receipt(receipt: Receipt, expected: ExpectedReceipt) -> None:
    """One log line and the metric of what became of a text message to one number."""
    count("SmsDelivered" if receipt.delivered else "SmsFailed")
    cases = [ConversationKey.parse(thread).case_id for thread in expected.threads]
    if receipt.delivered:
        logger.info("text message delivered", cases=cases, response=receipt.response)
    else:
        logger.error("a text message was not delivered", cases=cases, response=receipt.response)
