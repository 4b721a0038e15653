"""The send stage: one message is checked once more, addressed, composed, sent, and logged in each of its cases."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from earshot.alerting.alert import EMAIL_ONLY_NOTE, SMS_OVER_BUDGET, Alert, Channel, Recipients, alert_name
from earshot.alerting.due_alerts import still_due
from earshot.alerting.grouping import GroupedMessage
from earshot.alerting.messages.compose import compose, log_record
from earshot.alerting.notifier import Notifier
from earshot.cases.case.log import EARSHOT, LogEntry


@dataclass(frozen=True, slots=True)
class SendResult:
    """The alert that was sent, None where none was; and for each conversation the log entry of who is unreachable."""

    alert: Alert | None = None
    unreachable: dict[str, LogEntry] = field(default_factory=dict[str, LogEntry])


def send(message: GroupedMessage, notifier: Notifier) -> SendResult:
    """Send one message and log it in each of its cases.

    Nothing is sent where no case needs it any more, where the recipients get it on another channel, or where the SMS
    budget has no room. In the latter two cases it is logged, so that it is not tried again. Whatever SNS or the table
    raises is raised: what was not logged is still due.
    """
    if message.channel is Channel.EMAIL:
        notifier.wait_for_email()
    now = notifier.clock()
    # Read again just before sending: the stages before took time, and somebody may have answered meanwhile.
    alerts = tuple(current for alert in message.alerts if (current := still_due(alert, notifier)) is not None)
    if not alerts:
        return SendResult()
    message = replace(message, alerts=alerts)
    recipients = notifier.recipients_of(message.rung, message.channel, now)
    alert = compose(message, now, recipients, notifier.link_to, _note(message))
    is_sent, outcome = _publish(alert, recipients, notifier, now)
    for due in alerts:
        entry = log_record(alert, due, now) | outcome
        notifier.store.log_alert(due.key, alert_name(due.case, due.step, due.channel), entry, now)
    return SendResult(alert if is_sent else None, _unreachable_entries(message, recipients, now))


def _note(message: GroupedMessage) -> str | None:
    """The first line of an email that is all its recipients get, because the budget did not allow the SMS."""
    is_alone = message.channel is Channel.EMAIL and all(alert.is_sms_withheld for alert in message.alerts)
    return EMAIL_ONLY_NOTE if is_alone else None


def _publish(alert: Alert, recipients: Recipients, notifier: Notifier, now: datetime) -> tuple[bool, dict[str, Any]]:
    """Whether the alert was sent, and what the notification log says of the outcome."""
    if recipients.to == ():
        if alert.channel is Channel.EMAIL:
            # Nobody has a mailbox that works, and webhooks get what the topic gets.
            notifier.publish(alert, now)
        return False, {}
    if alert.channel is Channel.SMS and not notifier.allow_sms(alert, now):
        return False, {"held_back": SMS_OVER_BUDGET}
    return True, {"message_id": notifier.publish(alert, now)}


def _unreachable_entries(message: GroupedMessage, recipients: Recipients, at: datetime) -> dict[str, LogEntry]:
    text = recipients.passed_over
    if not text:
        return {}
    return {alert.key: LogEntry(at, EARSHOT, "unreachable", f"rung {message.rung}: {text}") for alert in message.alerts}
