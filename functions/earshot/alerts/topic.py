"""The alert topic in SNS: one publication for each channel, routed to people by their subscriptions' filters."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from earshot.alerts.alert import RUNGS, Alert, Channel
from earshot.mentions.mention import rfc3339


class AlertTopic:
    """Publishes alerts. ``sms_max_price`` is the most that one text message may cost, in US dollars."""

    def __init__(self, client: Any, arn: str, sms_max_price: float) -> None:
        self._client = client
        self._arn = arn
        self._sms_max_price = sms_max_price

    def publish(self, alert: Alert, at: datetime) -> None:
        """Hand an alert to SNS. Whatever SNS answers but success flies: the alert counts as not sent."""
        attributes = {
            "alert": alert.name,
            "at": rfc3339(at),
            "case": ",".join(alert.case_ids),
            "channel": str(alert.channel),
            "correlation": alert.correlation,
            "reason": str(alert.reason),
            "severity": alert.severity,
        }
        if alert.channel is Channel.SMS:
            attributes["AWS.SNS.SMS.SMSType"] = "Transactional"
        message = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        if alert.channel is Channel.SMS:
            price = {"DataType": "Number", "StringValue": f"{self._sms_max_price:.2f}"}
            message["AWS.SNS.SMS.MaxPrice"] = price
        message |= _routing(alert)
        request = {"TopicArn": self._arn, "Message": alert.text, "MessageAttributes": message}
        if alert.subject is not None:
            request["Subject"] = alert.subject
        self._client.publish(**request)


def _routing(alert: Alert) -> dict[str, dict[str, str]]:
    """What the subscriptions' filters choose by: ``to`` for people, ``rung`` for the template's parameters.

    A filter on ``rung`` takes no message without it, so what is for people carries it under another name.
    """
    rung = {"DataType": "String", "StringValue": str(alert.rung)}
    audience = alert.audience
    if audience is None or audience.to is None:
        return {"rung": rung}
    routing = {"for_rung": rung}
    if audience.to:
        routing["to"] = _array(audience.to)
    if audience.everybody:
        routing["rung"] = _array(map(str, RUNGS))
    return routing


def _array(values: Iterable[str]) -> dict[str, str]:
    """Several values, of which a filter needs to match one."""
    return {"DataType": "String.Array", "StringValue": json.dumps(list(values))}
