"""The deliverer: from the alert topic to webhooks, Slack and Microsoft Teams, where an operator has named any.

Lambda calls it twice more for an alert that some target did not take; those that took it are left out then.
"""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import boto3

from earshot.alerting.webhooks.client import WebhookClient
from earshot.alerting.webhooks.delivery import DeliveryError, WebhookDelivery
from earshot.alerting.webhooks.delivery_log import DeliveryLog
from earshot.alerting.webhooks.publication import read_publication
from earshot.alerting.webhooks.target_secret import TargetSecret
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.settings import Settings
from earshot.telemetry import MetricUnit, logger, metrics, tracer

# Left to note what was delivered, and to say what was not.
SPARE = timedelta(seconds=5)


def build(environ: Mapping[str, str], clock: Clock = utc_now, pause: Callable[[float], None] = time.sleep) -> Handler:
    """Wire the deliverer."""
    settings = Settings(environ)
    secret = TargetSecret(boto3.client("secretsmanager"), settings.webhook_secret_id, clock)
    log = DeliveryLog(boto3.client("dynamodb"), settings.case_table)
    delivery = WebhookDelivery(log, WebhookClient().post, clock, pause)

    @metrics.log_metrics
    @logger.inject_lambda_context
    @tracer.capture_lambda_handler(capture_response=False)
    def handle(event: dict[str, Any], context: Any) -> dict[str, int]:
        # Counted from nothing on: whatever flies below, there is something to publish.
        metrics.add_metric("DeliveriesMade", MetricUnit.Count, 0)
        until = clock() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - SPARE
        targets = secret.current()
        delivered, problems = 0, list(targets.faults)
        # SNS calls with one record, and promises no more than a list.
        for record in event["Records"] if targets.usable else ():
            publication = read_publication(record["Sns"])
            fields = {"case": ",".join(publication.case_ids), "correlation": publication.correlation}
            done = delivery.deliver(publication, targets.usable, until)
            for target in done.delivered:
                logger.info("alert delivered", target=target.label, **fields)
            for target, reason in done.failed:
                logger.error("an alert was not delivered", target=target.label, reason=reason, **fields)
            delivered += len(done.delivered)
            problems += [f"{target.label} {reason}." for target, reason in done.failed]
        metrics.add_metric("DeliveriesMade", MetricUnit.Count, delivered)
        if problems:
            metrics.add_metric("DeliveriesFailed", MetricUnit.Count, len(problems))
            # Lambda tries again, and at last puts the event with this message into the failure queue.
            raise DeliveryError(" ".join(problems))
        return {"delivered": delivered}

    return handle


handler = on_first_call(build)
