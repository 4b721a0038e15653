"""The alert topic in SNS: one publication for each channel, routed to people by their subscriptions' filters."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from earshot.alerting.alert import RUNGS, Alert, Channel
from earshot.timestamps import rfc3339

# Who answers day by day: on call and the lead. The executive is called when these do not answer, and not each morning.
DIGEST_RUNGS = (1, 2)


class AlertTopic:
    """Publishes alerts. ``sms_max_price`` is the most that one text message may cost, in US dollars."""

    def __init__(self, client: Any, arn: str, sms_max_price: float) -> None:
        self._client = client
        self._arn = arn
        self._sms_max_price = sms_max_price

    def publish(self, alert: Alert, at: datetime) -> str:
        """Hand an alert to SNS; answers SNS's id of it. Whatever SNS answers but success flies: it was not sent."""
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
        elif alert.link:
            # For webhooks. With it an SMS would have 11 attributes, and a raw subscription to a queue takes 10.
            attributes["link"] = alert.link
        message = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        if alert.channel is Channel.SMS:
            price = {"DataType": "Number", "StringValue": f"{self._sms_max_price:.2f}"}
            message["AWS.SNS.SMS.MaxPrice"] = price
        message |= _routing(alert)
        request = {"TopicArn": self._arn, "Message": alert.text, "MessageAttributes": message}
        if alert.subject is not None:
            request["Subject"] = alert.subject
        return str(self._client.publish(**request)["MessageId"])

    def publish_digest(self, day: date, subject: str, text: str, at: datetime, to: Sequence[str] = ()) -> None:
        """Hand the digest of a local ``day`` to SNS, as ``publish_notice`` does."""
        self.publish_notice(f"digest#{day}", "digest", subject, text, at, to)

    def publish_notice(
        self, name: str, reason: str, subject: str, text: str, at: datetime, to: Sequence[str] = ()
    ) -> None:
        """Hand SNS a mail about no case, one for each address that takes one of ``DIGEST_RUNGS``.

        ``to`` are the people of the roster who stand on these rungs. ``subject`` has fewer than 100 printable
        characters of ASCII. Whatever SNS answers but success flies.
        """
        attributes = {"alert": name, "at": rfc3339(at), "channel": str(Channel.EMAIL), "reason": reason}
        message = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        # A filter lets an array through if it names any of its values: who takes both rungs gets one mail all the same.
        message["rung"] = _array(map(str, DIGEST_RUNGS))
        if to:
            message["to"] = _array(to)
        self._client.publish(TopicArn=self._arn, Subject=subject, Message=text, MessageAttributes=message)


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
