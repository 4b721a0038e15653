"""Telling colleagues of a case: each notice once, on one channel, by the order of an outbox as in ``send``.

An assignment is told by SMS where a number works, for somebody waits; a mention in a note by email where a mailbox
does. The other channel is for where that one does not. What is not confirmed is tried again as an alert is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from earshot.alerting.alert import SMS_OVER_BUDGET, Alert, Channel, channels_for
from earshot.alerting.due_alerts import Logged, alert_names, retry_at
from earshot.alerting.messages.notice import compose_notice, notice_name
from earshot.alerting.notifier import Notifier, NotifyResult
from earshot.cases.case.log import LogEntry
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.holders.notice import Notice, not_told
from earshot.cases.store.case_file import AlertOutcome
from earshot.cases.store.notification_log import LoggedAttempt
from earshot.errors import AlertRefusedError


@dataclass(frozen=True, slots=True)
class _Ended:
    """A notice that need not be sent any more, and what the log of the case is to say of it."""

    notice: Notice
    entry: LogEntry | None = None


def send_notices(keys: Iterable[str], notifier: Notifier, result: NotifyResult) -> None:
    """Send what waits in the cases of the conversations ``keys``; an error of one holds back no other."""
    for key in keys:
        try:
            notifier.require_time()
            _send_of(key, notifier, result)
        except Exception as error:  # noqa: BLE001 - it is reported, and the stream or the escalator tries again
            result.failed[key] = error


def _send_of(key: str, notifier: Notifier, result: NotifyResult) -> None:
    # Read again just before sending: the stages before took time, and somebody may have undone it meanwhile.
    read = notifier.log.read_many([key], alert_names)[key]
    if isinstance(read, Exception):
        raise read
    (conversation, logged), ended = read, list[_Ended]()
    case = conversation.case
    for notice in () if case is None else case.notices:
        try:
            done = _tell(key, conversation, notice, logged, notifier, result)
        except Exception as error:  # noqa: BLE001 - the others are told first, then it is reported
            result.failed[key] = error
        else:
            ended += [] if done is None else [done]
    if ended:
        now = notifier.clock()
        notifier.store.change(key, lambda current: _take_out(current, ended, now), now)


def _take_out(current: Conversation, ended: list[_Ended], now: datetime) -> Decision:
    """The case without the notices. Of one that was undone while it was sent, the colleague is told that it is."""
    if (case := current.case) is None:
        return None
    names = {one.notice.name for one in ended}
    left = [notice for notice in case.notices if notice.name not in names]
    waiting, done = {notice.name for notice in case.notices}, case.undoable
    if done is not None and done.undone_at is not None:
        undone = {notice.name for notice in done.notices} & names - waiting
        left += [one.notice.undone(done.by, now) for one in ended if one.entry is None and one.notice.name in undone]
    if tuple(left) == case.notices:
        return None
    entries = [one.entry for one in ended if one.entry is not None and one.notice.name in waiting]
    return replace(current, case=replace(case.still(), notices=tuple(left))), entries


def _tell(
    key: str, conversation: Conversation, notice: Notice, logged: Logged, notifier: Notifier, result: NotifyResult
) -> _Ended | None:
    """Send one notice on the first channel that works; None where it must be tried again later."""
    assert conversation.case is not None, "a notice is part of a case"
    case, refused = conversation.case, False
    for channel in channels_for(notice.reason):
        entry = logged.get(notice_name(notice, channel))
        if entry is not None and entry.outcome is AlertOutcome.SENT:
            return _Ended(notice)
        if entry is not None and entry.outcome is AlertOutcome.WITHHELD:
            continue
        if (
            entry is not None
            and entry.outcome is AlertOutcome.SENDING
            and retry_at(entry.at, entry.attempts) > notifier.clock()
        ):
            return None
        recipients = notifier.person_of(notice.to, channel, notifier.clock())
        if not recipients.addresses:
            continue
        if channel is Channel.EMAIL:
            notifier.wait_for_email()
        notifier.lock.hold(notifier.clock())
        now = notifier.clock()
        alert = compose_notice(notice, case, channel, recipients, now, notifier.address_of(case.id))
        outcome = _attempt(key, alert, 0 if entry is None else entry.attempts, now, notifier)
        if outcome is AlertOutcome.SENT:
            result.notices.append(alert)
            return _Ended(notice)
        if outcome is AlertOutcome.SENDING:
            return None
        refused = refused or outcome is AlertOutcome.REFUSED
    if refused:
        raise AlertRefusedError(f"{notice.to} could not be told of case {case.id}: it is tried again.")
    return _Ended(notice, not_told([notice.to], "the roster has no address of theirs that works", notifier.clock()))


def _attempt(key: str, alert: Alert, before: int, now: datetime, notifier: Notifier) -> AlertOutcome:
    """Log one attempt after ``before`` others, make it, and log what became of it: SENDING where somebody else does.

    What leaves open whether it was sent is raised.
    """
    record = _record(alert, now)
    (may,) = notifier.log.intend_many([LoggedAttempt(key, alert.name, record, before + 1)], now)
    if isinstance(may, Exception):
        raise may
    if not may:
        return AlertOutcome.SENDING
    outcome: dict[str, Any] = {"outcome": AlertOutcome.SENT, "attempts": before + 1}
    if alert.channel is Channel.SMS and not notifier.allow_sms(alert, now):
        outcome = {"outcome": AlertOutcome.WITHHELD, "attempts": before, "held_back": SMS_OVER_BUDGET}
    else:
        try:
            outcome["message_id"] = notifier.publish(alert, now)
        except AlertRefusedError:
            if alert.channel is Channel.SMS:
                notifier.refund_sms(alert, now)
            outcome = {"outcome": AlertOutcome.REFUSED, "attempts": before}
    (error,) = notifier.log.record_many([LoggedAttempt(key, alert.name, record | outcome)], now)
    if error is not None:
        raise error
    return outcome["outcome"]


def _record(alert: Alert, now: datetime) -> dict[str, Any]:
    """What the notification log of the case keeps."""
    names = () if alert.recipients is None else alert.recipients.names
    return {
        "at": now,
        "rung": alert.rung,
        "to": names,
        "unreachable": (),
        "channel": alert.channel,
        "reason": alert.reason,
        "subject": alert.subject,
        "text": alert.text,
    }
