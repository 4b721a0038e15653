"""The send stage: one message is checked once more, addressed, composed, logged, sent, and its outcome logged.

The order is that of an outbox. The intention is written in each case before anything is sent, and where it cannot be
written nothing is: a table that refuses delays an alert and never multiplies it. Where the process dies, the answer is
lost or the outcome cannot be written, the intention stays alone, and ``due_alerts`` tries again after a growing wait.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from earshot.alerting.alert import (
    EMAIL_ONLY_NOTE,
    SMS_OVER_BUDGET,
    Alert,
    Channel,
    alert_name,
)
from earshot.alerting.due_alerts import retry_at, still_due
from earshot.alerting.grouping import DueAlert, GroupedMessage
from earshot.alerting.messages.compose import compose, log_record
from earshot.alerting.notifier import Notifier
from earshot.cases.case.ladder import NUDGE_AFTER
from earshot.cases.case.log import EARSHOT, LogEntry
from earshot.cases.store.case_file import AlertOutcome
from earshot.cases.store.notification_log import LoggedAttempt
from earshot.errors import AlertRefusedError


@dataclass(frozen=True, slots=True)
class Untold:
    """What was not confirmed of an alert: why, and when it is tried again."""

    why: str
    retry_at: datetime


@dataclass(slots=True)
class SendResult:
    """What became of one message. ``alert`` is what was sent, None where nothing was, or where that is not known.

    ``told`` were sent, at ``at``, and ``settled`` need not be sent any more and are logged so. The others are by
    conversation: the log entries of what else happened, what was not confirmed, and the errors.
    """

    at: datetime
    alert: Alert | None = None
    told: list[DueAlert] = field(default_factory=list[DueAlert])
    settled: list[DueAlert] = field(default_factory=list[DueAlert])
    notes: list[tuple[str, LogEntry]] = field(default_factory=list[tuple[str, LogEntry]])
    untold: list[tuple[str, Untold]] = field(default_factory=list[tuple[str, Untold]])
    failed: dict[str, Exception] = field(default_factory=dict[str, Exception])

    def fail(self, due: DueAlert, error: Exception, why: str, retry: datetime) -> None:
        """``due`` was not confirmed."""
        self.failed[due.key] = error
        self.untold.append((due.key, Untold(why, retry)))


def send(message: GroupedMessage, notifier: Notifier) -> SendResult:
    """Log one message in each of its cases, send it, and log the outcome.

    Nothing is sent where no case needs it any more, where the recipients get it on another channel, or where the SMS
    budget has no room. In the latter two cases it is logged, so that it is not tried again. What a service refuses is
    in the result. An error of what comes before that is raised: then nothing was sent.
    """
    if message.channel is Channel.EMAIL:
        notifier.wait_for_email()
    notifier.lock.hold(notifier.clock())
    result = SendResult(now := notifier.clock())
    # Read again just before sending: the stages before took time, and somebody may have answered meanwhile.
    message = replace(message, alerts=tuple(_still_due(message.alerts, notifier, result)))
    if not message.alerts:
        return result
    recipients = notifier.recipients_of(message.rung, message.channel, now)
    alert = compose(message, now, recipients, notifier.link_to, _note(message))
    if recipients.to == () and message.channel is Channel.SMS:
        _record(message, alert, {"outcome": AlertOutcome.WITHHELD}, notifier, result)
        return result
    intended = tuple(_intend(message.alerts, alert, notifier, result))
    if not intended:
        return result
    if intended != message.alerts:
        message = replace(message, alerts=intended)
        alert = compose(message, now, recipients, notifier.link_to, _note(message))
    _publish(message, alert, notifier, result)
    if recipients.passed_over:
        entry = LogEntry(now, EARSHOT, "unreachable", f"rung {message.rung}: {recipients.passed_over}")
        result.notes += [(due.key, entry) for due in message.alerts]
    return result


def _still_due(alerts: Sequence[DueAlert], notifier: Notifier, result: SendResult) -> Iterator[DueAlert]:
    for alert, current in still_due(alerts, notifier):
        if isinstance(current, Exception):
            # One case that cannot be read must not delay the others.
            result.failed[alert.key] = current
        else:
            yield current


def _note(message: GroupedMessage) -> str | None:
    """The first line of an email that is all its recipients get, because the budget did not allow the SMS."""
    is_alone = message.channel is Channel.EMAIL and all(alert.is_sms_withheld for alert in message.alerts)
    return EMAIL_ONLY_NOTE if is_alone else None


def _intend(alerts: Sequence[DueAlert], alert: Alert, notifier: Notifier, result: SendResult) -> Iterator[DueAlert]:
    """Log that the alert is about to be sent. Of which it could not be logged, or somebody else sends, is left out."""
    attempts = [
        LoggedAttempt(due.key, _name(due), log_record(alert, due, result.at), due.attempts + 1) for due in alerts
    ]
    for due, may in zip(alerts, notifier.log.intend_many(attempts, result.at), strict=True):
        if isinstance(may, Exception):
            # One case that cannot be written must not delay the others.
            why = f"{_what(due)} was not sent, because the log could not be written"
            result.fail(due, may, why, result.at + NUDGE_AFTER)
        elif may:
            yield due


def _publish(message: GroupedMessage, alert: Alert, notifier: Notifier, result: SendResult) -> None:
    now = result.at
    if alert.channel is Channel.SMS and not notifier.allow_sms(alert, now):
        outcome = {"outcome": AlertOutcome.WITHHELD, "held_back": SMS_OVER_BUDGET}
        _record(message, alert, outcome, notifier, result)
        return
    try:
        message_id = notifier.publish(alert, now)
    except AlertRefusedError as error:
        if alert.channel is Channel.SMS:
            notifier.refund_sms(alert, now)
        _record(message, alert, {"outcome": AlertOutcome.REFUSED}, notifier, result)
        for due in message.alerts:
            result.fail(due, error, f"{_what(due)} was refused by SNS", now + NUDGE_AFTER)
        return
    except Exception as error:  # noqa: BLE001 - it is reported; whether SNS has the message is not known
        for due in message.alerts:
            why = f"SNS did not confirm {_what(due)}, which may have been sent"
            result.fail(due, error, why, retry_at(now, due.attempts + 1))
        return
    if alert.recipients is not None and alert.recipients.to == ():
        # Nobody has a mailbox that works, and webhooks get what the topic gets.
        _record(message, alert, {"outcome": AlertOutcome.WITHHELD, "message_id": message_id}, notifier, result)
        return
    result.alert, result.told = alert, list(message.alerts)
    _record(message, alert, {"outcome": AlertOutcome.SENT, "message_id": message_id}, notifier, result)
    for due in message.alerts:
        if due.attempts:
            text = f"{_what(due)}, which was not confirmed before: it may have come {due.attempts + 1} times"
            result.notes.append((due.key, LogEntry(now, EARSHOT, "sent again", text)))


def _record(
    message: GroupedMessage, alert: Alert, outcome: dict[str, Any], notifier: Notifier, result: SendResult
) -> None:
    """Log the outcome in each case. Where that fails the alert may be sent once more."""
    now, has_gone = result.at, outcome["outcome"] is AlertOutcome.SENT
    attempts = [
        # An attempt that certainly failed is none that may have arrived.
        LoggedAttempt(
            due.key, _name(due), log_record(alert, due, now) | {"attempts": due.attempts + has_gone} | outcome
        )
        for due in message.alerts
    ]
    for due, error in zip(message.alerts, notifier.log.record_many(attempts, now), strict=True):
        if error is not None:
            # One case that cannot be written must not delay the others.
            done = "was sent, which" if has_gone else "was not sent, which"
            why = f"{_what(due)} {done} could not be logged"
            result.fail(due, error, why, retry_at(now, due.attempts + 1))
            continue
        if outcome["outcome"] is not AlertOutcome.REFUSED:
            result.settled.append(due)


def _name(due: DueAlert) -> str:
    return alert_name(due.case, due.step, due.channel)


def _what(due: DueAlert) -> str:
    return f"the {'SMS' if due.channel is Channel.SMS else 'email'} to rung {due.rung}"
