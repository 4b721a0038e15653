"""Text messages by SNS, straight to a number: no subscription, and so nothing that must settle first.

(https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html)
"""

from datetime import datetime
from typing import TYPE_CHECKING

from earshot.alerting.alert import Alert
from earshot.alerting.messages.attributes import alert_attributes, number, string
from earshot.alerting.messages.sms import SENDER
from earshot.aws.sns import refusals_told_apart
from earshot.errors import AlertRefusedError, PhoneRefusedError

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient


class SmsSender:
    """Sends text messages. ``max_price`` is the most that one may cost, in US dollars."""

    def __init__(self, client: "SNSClient", max_price: float) -> None:
        self._client = client
        self._max_price = max_price

    def send(self, alert: Alert, phone: str, at: datetime) -> str:
        """Send an alert to a number; returns SNS's message id.

        PhoneRefusedError where SNS takes no message for this number, as after STOP; AlertRefusedError where it was
        certainly not sent for another reason. Whatever else is raised leaves that open (ClientError, BotoCoreError).
        """
        price = {"AWS.SNS.SMS.MaxPrice": number(f"{self._max_price:.2f}")}
        kind = {"AWS.SNS.SMS.SMSType": string("Transactional")}
        try:
            with refusals_told_apart():
                sent = self._client.publish(
                    PhoneNumber=phone,
                    Message=SENDER + alert.text,
                    MessageAttributes=alert_attributes(alert, at) | price | kind,
                )
        except (AlertRefusedError, self._client.exceptions.InvalidParameterException) as error:
            reason = error.__cause__ or error
            if isinstance(reason, self._client.exceptions.InvalidParameterException):
                raise PhoneRefusedError(f"SNS sends no SMS to a number that ends in {phone[-2:]}: {error}") from error
            raise
        return sent["MessageId"]
