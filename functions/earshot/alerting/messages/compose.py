"""From a grouped message to the alert that is sent, and to the record of it in each case's notification log."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from earshot.alerting.alert import MAX_NAMED, Alert, Channel, Recipients, alert_name, reason_of
from earshot.alerting.grouping import DueAlert, GroupedMessage
from earshot.alerting.messages.email import email, email_subject
from earshot.alerting.messages.grouped import MAX_LISTED, email_of_many, email_subject_of_many, sms_of_many
from earshot.alerting.messages.sms import sms
from earshot.cases.case.case import Case

# Makes the action link of a message: from its first alert, its recipients, the time, and the conversations of the
# other cases that it is about. None: the message has no link.
LinkTo = Callable[[DueAlert, Recipients, datetime, tuple[str, ...]], str | None]


def no_link(due: DueAlert, recipients: Recipients, now: datetime, others: tuple[str, ...]) -> None:
    """No link: for a stack that has no address for links."""


def compose(
    message: GroupedMessage,
    now: datetime,
    recipients: Recipients,
    link_to: LinkTo = no_link,
    note: str | None = None,
) -> Alert:
    """The alert to ``recipients``, whose rung can be another one than that of the step.

    ``note`` is the first line of an email. No link is made where nobody is to get the alert on this channel.
    """
    first = message.alerts[0]
    cases = {due.key: due.case for due in message.alerts}
    others = tuple(key for key in cases if key != first.key)[: MAX_NAMED - 1]
    action_link = link_to(first, recipients, now, others) if recipients.to != () else None
    text, subject = _text_and_subject(message, list(cases.values()), now, recipients.rung, action_link, note)
    return Alert(
        name=alert_name(first.case, first.step, first.channel),
        case_ids=tuple(case.id for case in cases.values()),
        rung=recipients.rung,
        reason=reason_of(first.case, first.step),
        channel=first.channel,
        severity=str(first.case.assessment.severity),
        correlation=f"{first.case.key.source}#{first.case.posts.headline.id}",
        text=text,
        subject=subject,
        link=first.case.posts.headline.link,
        action_link=action_link,
        recipients=recipients,
    )


def log_record(alert: Alert, due: DueAlert, now: datetime) -> dict[str, Any]:
    """What the notification log of the case of ``due`` keeps of an alert that was about it, perhaps among others."""
    recipients = alert.recipients
    people = {} if recipients is None else {"to": _names(recipients), "unreachable": recipients.unreachable}
    return {
        "at": now,
        "rung": alert.rung,
        **people,
        "channel": alert.channel,
        "reason": reason_of(due.case, due.step),
        "subject": alert.subject,
        # The log has more readers than the alert has recipients: they may not act in their names.
        "text": _logged_text(alert),
        **_told_with(alert, due),
    }


def _told_with(alert: Alert, due: DueAlert) -> dict[str, tuple[str, ...]]:
    """The cases whose logs have the same text, in those that it quotes: where a post is removed they are found by it.

    A text message quotes the first of its cases; of a mail the log has the words of a few cases, or of none.
    """
    ids = alert.case_ids
    quotes = due.case.id == ids[0] if alert.channel is Channel.SMS else len(ids) <= MAX_LISTED
    return {"told_with": ids} if len(ids) > 1 and quotes else {}


def _logged_text(alert: Alert) -> str:
    """The text without the link; of a mail about more cases than it lists, how many there are and about what."""
    if len(alert.case_ids) > MAX_LISTED and alert.channel is Channel.EMAIL:
        first, *_ = alert.text.split("\n\n")
        return f"{first}\n(The email lists the {MAX_LISTED} most urgent.)"
    return alert.text.replace(alert.action_link, "(the link)") if alert.action_link else alert.text


def _text_and_subject(
    message: GroupedMessage, cases: list[Case], now: datetime, rung: int, action_link: str | None, note: str | None
) -> tuple[str, str | None]:
    """The text, and the subject where the channel has one."""
    (case, *more), since = cases, message.since
    if message.channel is Channel.SMS:
        return sms_of_many(cases, now, since, action_link) if more else sms(case, now, action_link), None
    if more:
        return email_of_many(cases, rung, now, since, action_link, note), email_subject_of_many(cases, now, since)
    return email(case, rung, now, action_link, note), email_subject(case, now)


def _names(recipients: Recipients) -> tuple[str, ...] | None:
    return None if recipients.to is None else recipients.names
