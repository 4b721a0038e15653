"""One message as an alert: what it says, whom it is for, and how each of its cases keeps it in its log."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from earshot.alerting.alert import Alert, Channel, Recipients, alert_name, reason_of
from earshot.alerting.grouping import DueAlert, GroupedMessage
from earshot.alerting.messages.grouped import email_of_many, email_subject_of_many, sms_of_many
from earshot.alerting.messages.message import email, email_subject, sms
from earshot.cases.case.case import Case

# From the first of what a message tells, whom it is for, the time, and the threads of the others, to an address; None:
# no link.
LinkTo = Callable[[DueAlert, Recipients, datetime, tuple[str, ...]], str | None]


def no_link(due: DueAlert, audience: Recipients, now: datetime, others: tuple[str, ...]) -> None:
    """Alerts without links: where nobody said at what address they would lead anywhere."""


def compose(
    bundle: GroupedMessage, now: datetime, audience: Recipients, link_to: LinkTo = no_link, note: str | None = None
) -> Alert:
    """The alert of one message, to those who are told: perhaps another rung than the step's.

    An audience that nobody belongs to gets no link, for nothing is sent to it. ``note`` is what a mail opens with.
    """
    first = bundle.dues[0]
    cases = {due.key: due.case for due in bundle.dues}
    others = tuple(key for key in cases if key != first.key)
    act = link_to(first, audience, now, others) if audience.to != () else None
    text, subject = _words(bundle, list(cases.values()), now, audience, act, note)
    return Alert(
        name=alert_name(first.case, first.step, first.channel),
        case_ids=tuple(case.id for case in cases.values()),
        rung=audience.rung,
        reason=reason_of(first.case, first.step),
        channel=first.channel,
        severity=str(first.case.assessment.severity),
        correlation=f"{first.case.key.source}#{first.case.headline.id}",
        text=text,
        subject=subject,
        link=first.case.headline.link,
        act=act,
        audience=audience,
    )


def log_record(alert: Alert, due: DueAlert, now: datetime) -> dict[str, Any]:
    """What the case of ``due`` keeps of an alert that told of it, perhaps among others."""
    audience = alert.audience
    people = {} if audience is None else {"to": _names(audience), "unreachable": audience.unreachable}
    return {
        "at": now,
        "rung": alert.rung,
        **people,
        "channel": alert.channel,
        "reason": reason_of(due.case, due.step),
        "subject": alert.subject,
        # Whoever may read the log may not act in the name of whom the alert was sent to.
        "text": alert.text.replace(alert.act, "(the link)") if alert.act else alert.text,
    }


def _words(
    bundle: GroupedMessage, cases: list[Case], now: datetime, audience: Recipients, act: str | None, note: str | None
) -> tuple[str, str | None]:
    """The text, and the subject where the channel has one."""
    (case, *more), rung, since = cases, audience.rung, bundle.since
    if bundle.channel is Channel.SMS:
        return sms_of_many(cases, now, since, act) if more else sms(case, now, act), None
    if more:
        return email_of_many(cases, rung, now, since, act, note), email_subject_of_many(cases, now, since)
    return email(case, rung, now, act, note), email_subject(case, now)


def _names(audience: Recipients) -> tuple[str, ...] | None:
    return None if audience.to is None else audience.names
