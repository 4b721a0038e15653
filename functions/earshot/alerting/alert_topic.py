"""The alert topic in SNS. An alert is published once for all mailboxes; subscriptions' filters pick those it names."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Unpack

from earshot.alerting.alert import Alert, Channel
from earshot.alerting.messages.attributes import alert_attributes, array, string
from earshot.alerting.recipients.mailboxes import mailbox_key
from earshot.aws.sns import refusals_told_apart
from earshot.plain_text import cut_to_bytes
from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sns.type_defs import MessageAttributeValueTypeDef, PublishInputTypeDef

# Who works on cases day by day: on call and the lead. The executive gets alerts and no daily mail.
DIGEST_RUNGS = (1, 2)
# SNS refuses a message over this size for ever; it counts the attributes, too. No text of ours has a tenth of that, but
# the mailboxes of a large roster take up to 50 KB.
MAX_PUBLICATION_BYTES = 262_144
MAX_MESSAGE_BYTES = 200_000
# For the subject, and what SNS may count besides.
_RESERVED_BYTES = 2_000


class AlertTopic:
    """Publishes what goes by email.

    ``client`` makes one attempt: after a lost answer another one would be a second message. AlertRefusedError where the
    message was certainly not sent. Whatever else is raised (ClientError, BotoCoreError) leaves that open.
    """

    def __init__(self, client: "SNSClient", arn: str) -> None:
        self._client = client
        self._arn = arn

    def publish(self, alert: Alert, at: datetime) -> str:
        """Send an alert to the mailboxes of its recipients; returns SNS's message id."""
        attributes = alert_attributes(alert, at) | _to(() if alert.recipients is None else alert.recipients.addresses)
        if alert.link:
            attributes["link"] = string(alert.link)
        request: PublishInputTypeDef = {
            "TopicArn": self._arn,
            "Message": _fitting(alert.text, attributes),
            "MessageAttributes": attributes,
        }
        if alert.subject is not None:
            request["Subject"] = alert.subject
        return self._publish(**request)

    def publish_digest(self, day: date, subject: str, text: str, at: datetime, to: Sequence[str]) -> None:
        """Send the digest of a local ``day``, as ``publish_notice`` does."""
        self.publish_notice(f"digest#{day}", "digest", subject, text, at, to)

    def publish_notice(self, name: str, reason: str, subject: str, text: str, at: datetime, to: Sequence[str]) -> None:
        """Send an email about no case to the mailboxes ``to``.

        ``subject`` has fewer than 100 printable ASCII characters.
        """
        attributes = {
            "alert": string(name),
            "at": string(rfc3339(at)),
            "channel": string(Channel.EMAIL),
            "reason": string(reason),
            "rung": array(map(str, DIGEST_RUNGS)),
        } | _to(to)
        message = _fitting(text, attributes)
        self._publish(TopicArn=self._arn, Subject=subject, Message=message, MessageAttributes=attributes)

    def _publish(self, **request: "Unpack[PublishInputTypeDef]") -> str:
        with refusals_told_apart():
            return self._client.publish(**request)["MessageId"]


def _fitting(text: str, attributes: "Mapping[str, MessageAttributeValueTypeDef]") -> str:
    """``text``, cut to what SNS takes beside the attributes."""
    taken = sum(
        len(f"{name}{one['DataType']}{one.get('StringValue', '')}".encode()) for name, one in attributes.items()
    )
    return cut_to_bytes(text, max(1, min(MAX_MESSAGE_BYTES, MAX_PUBLICATION_BYTES - _RESERVED_BYTES - taken)))


def _to(addresses: Iterable[str]) -> "dict[str, MessageAttributeValueTypeDef]":
    """What the filters of the mailboxes match. SNS takes no empty list."""
    keys = list(map(mailbox_key, addresses))
    return {"to": array(keys)} if keys else {}
