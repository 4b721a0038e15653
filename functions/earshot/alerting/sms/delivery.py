"""Sending one alert to the phones of its recipients: each number for itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from earshot.alerting.alert import Alert
from earshot.errors import AlertRefusedError, PhoneRefusedError


class PhoneSender(Protocol):
    """Sends a text message to a number and returns its id."""

    def send(self, alert: Alert, phone: str, at: datetime) -> str: ...


@dataclass(frozen=True, slots=True)
class SmsDelivery:
    """``on_refused`` gets a number that SNS takes no message for, ``on_failure`` the error of any other.

    ``on_sent`` gets what was sent: the alert, the number, the message's id, and the id under which the case has it.
    """

    sender: PhoneSender
    on_sent: Callable[[Alert, str, str, str, datetime], None] | None
    on_refused: Callable[[str, datetime], None]
    on_failure: Callable[[Exception], None]

    def send(self, alert: Alert, now: datetime) -> str:
        """Send the alert to each number; returns the id of the first message.

        If no number could be sent to, an error is raised: one that leaves open whether a message was sent, if any does,
        else the first (AlertRefusedError). If one could, nothing is raised: a retry would send to
        that one again, and somebody is alerted.
        """
        sent: list[str] = []
        errors: list[Exception] = []
        for phone in () if alert.recipients is None else alert.recipients.addresses:
            try:
                message_id = self.sender.send(alert, phone, now)
            except PhoneRefusedError as error:
                self.on_refused(phone, now)
                errors.append(error)
            except Exception as error:  # noqa: BLE001 - one number must not keep it from the others
                errors.append(error)
            else:
                sent.append(message_id)
                if self.on_sent is not None:
                    self.on_sent(alert, phone, message_id, sent[0], now)
        if not sent:
            open_errors = [error for error in errors if not isinstance(error, AlertRefusedError)]
            raise next(iter(open_errors or errors), ValueError("An SMS without a number cannot be sent."))
        for error in errors:
            self.on_failure(error)
        return sent[0]
