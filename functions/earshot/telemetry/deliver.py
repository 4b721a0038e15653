"""What the deliverer reports: each target that took an alert, and each that did not."""

from collections.abc import Mapping
from typing import Any

from earshot.alerting.webhooks.delivery import DeliveryResult
from earshot.alerting.webhooks.publication import Publication
from earshot.telemetry.powertools import logger


def report_delivered(publication: Publication, done: DeliveryResult) -> None:
    """One log line for each target that took an alert, and for each that did not. Targets are named by their label."""
    fields: Mapping[str, Any] = {"case": ",".join(publication.case_ids), "correlation": publication.correlation}
    for target in done.delivered:
        logger.info("alert delivered", target=target.label, **fields)
    for target, reason in done.unlogged:
        logger.warning("a delivery may be repeated", target=target.label, reason=reason, **fields)
    for target, reason in done.failed:
        logger.error("an alert was not delivered", target=target.label, reason=reason, **fields)
