"""The alert topic in SNS. An alert is published once for each channel; subscriptions' filters route it to people."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from earshot.alerting.alert import RUNGS, Alert, Channel
from earshot.plain_text import cut_to_bytes
from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sns.type_defs import MessageAttributeValueTypeDef, PublishInputTypeDef

# Who works on cases day by day: on call and the lead. The executive gets alerts and no daily mail.
DIGEST_RUNGS = (1, 2)
# SNS refuses a message over 262,144 bytes with its attributes, for ever. No text of ours has a tenth of that.
MAX_MESSAGE_BYTES = 200_000


class AlertTopic:
    """Publishes alerts. ``sms_max_price`` is the most that one SMS may cost, in US dollars.

    Whatever SNS answers but success is raised (ClientError, BotoCoreError): then the message was not sent.
    """

    def __init__(self, client: "SNSClient", arn: str, sms_max_price: float) -> None:
        self._client = client
        self._arn = arn
        self._sms_max_price = sms_max_price

    def publish(self, alert: Alert, at: datetime) -> str:
        """Send an alert; returns SNS's message id."""
        request: PublishInputTypeDef = {
            "TopicArn": self._arn,
            "Message": cut_to_bytes(alert.text, MAX_MESSAGE_BYTES),
            "MessageAttributes": self._attributes(alert, at) | _routing(alert),
        }
        if alert.subject is not None:
            request["Subject"] = alert.subject
        return self._client.publish(**request)["MessageId"]

    def publish_digest(self, day: date, subject: str, text: str, at: datetime, to: Sequence[str] = ()) -> None:
        """Send the digest of a local ``day``, as ``publish_notice`` does."""
        self.publish_notice(f"digest#{day}", "digest", subject, text, at, to)

    def publish_notice(
        self, name: str, reason: str, subject: str, text: str, at: datetime, to: Sequence[str] = ()
    ) -> None:
        """Send an email about no case, one to each address that is subscribed for one of ``DIGEST_RUNGS``.

        ``to`` are the ids of the people on the roster who are on call for these rungs. ``subject`` has fewer than 100
        printable ASCII characters.
        """
        attributes = {
            "alert": _string(name),
            "at": _string(rfc3339(at)),
            "channel": _string(Channel.EMAIL),
            "reason": _string(reason),
            # A filter matches an array by any of its values, so an address with both rungs gets one email.
            "rung": _array(map(str, DIGEST_RUNGS)),
        }
        if to:
            attributes["to"] = _array(to)
        message = cut_to_bytes(text, MAX_MESSAGE_BYTES)
        self._client.publish(TopicArn=self._arn, Subject=subject, Message=message, MessageAttributes=attributes)

    def _attributes(self, alert: Alert, at: datetime) -> "dict[str, MessageAttributeValueTypeDef]":
        attributes = {
            "alert": _string(alert.name),
            "at": _string(rfc3339(at)),
            "case": _string(",".join(alert.case_ids)),
            "channel": _string(alert.channel),
            "correlation": _string(alert.correlation),
            "reason": _string(alert.reason),
            "severity": _string(alert.severity),
        }
        if alert.channel is Channel.SMS:
            price: MessageAttributeValueTypeDef = {"DataType": "Number", "StringValue": f"{self._sms_max_price:.2f}"}
            return attributes | {"AWS.SNS.SMS.SMSType": _string("Transactional"), "AWS.SNS.SMS.MaxPrice": price}
        # For webhooks. With it an SMS would have 11 attributes, and a raw subscription to a queue takes 10.
        return attributes | {"link": _string(alert.link)} if alert.link else attributes


def _routing(alert: Alert) -> "dict[str, MessageAttributeValueTypeDef]":
    """What the subscriptions' filters match: ``to`` for people, ``rung`` for those whom the parameters name.

    A filter on ``rung`` matches no message without that attribute, so an alert for people has it as ``for_rung``.
    """
    rung, recipients = _string(str(alert.rung)), alert.recipients
    if recipients is None or recipients.to is None:
        return {"rung": rung}
    routing = {"for_rung": rung}
    if recipients.to:
        routing["to"] = _array(recipients.to)
    if recipients.everybody:
        routing["rung"] = _array(map(str, RUNGS))
    return routing


def _string(value: str) -> "MessageAttributeValueTypeDef":
    return {"DataType": "String", "StringValue": str(value)}


def _array(values: Iterable[str]) -> "MessageAttributeValueTypeDef":
    """Several values. A filter matches if it names one of them."""
    return {"DataType": "String.Array", "StringValue": json.dumps(list(values))}
