"""The alert topic in SNS: one publication for each channel, routed to people by their subscriptions' filters."""

from datetime import datetime
from typing import Any

from earshot.alerts.alert import Alert, Channel
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
            "rung": str(alert.rung),
            "severity": alert.severity,
        }
        if alert.channel is Channel.SMS:
            attributes["AWS.SNS.SMS.SMSType"] = "Transactional"
        elif alert.link:
            # For webhooks. With it an SMS would have 11 attributes, and a raw subscription to a queue takes 10.
            attributes["link"] = alert.link
        message = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        if alert.channel is Channel.SMS:
            price = {"DataType": "Number", "StringValue": f"{self._sms_max_price:.2f}"}
            message["AWS.SNS.SMS.MaxPrice"] = price
        request = {"TopicArn": self._arn, "Message": alert.text, "MessageAttributes": message}
        if alert.subject is not None:
            request["Subject"] = alert.subject
        self._client.publish(**request)
