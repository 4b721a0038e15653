"""What a colleague reads who is told of a case: why, by whom, the case in a line, and where to find it."""

from datetime import datetime

from earshot.alerting.alert import Alert, Channel, Recipients
from earshot.alerting.messages.email import subject_line
from earshot.alerting.messages.sms import sms_with_link
from earshot.alerting.messages.text import quote, shown_link, summary_line, utc_minute
from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.cases.holders.notice import Notice, NoticeReason
from earshot.plain_text import one_line

# No severity that a webhook's subscription passes on: a notice is for one person.
SEVERITY = "notice"


def notice_name(notice: Notice, channel: Channel) -> str:
    """The key of a notice in the case's notification log."""
    return f"{notice.name}#{channel}"


def compose_notice(
    notice: Notice, case: Case, channel: Channel, recipients: Recipients, now: datetime, address: str | None
) -> Alert:
    """The message to one colleague. ``address`` is that of the case in the console, None where there is no console."""
    headline, where = _headline(notice), address or f"case {case.id}"
    if channel is Channel.SMS:
        subject, said = None, notice.text if notice.reason is NoticeReason.MENTIONED else case.posts.headline.text
        text = sms_with_link(f"{headline}: {summary_line(case, now)}", where, said)
    else:
        subject = subject_line(f"[case] {headline}: {summary_line(case, now)}")
        text = _email(notice, case, headline, now, where)
    return Alert(
        name=notice_name(notice, channel),
        case_ids=(case.id,),
        rung=0,
        reason=notice.reason,
        channel=channel,
        severity=SEVERITY,
        correlation=f"{case.key.source}#{case.posts.headline.id}",
        text=text,
        subject=subject,
        recipients=recipients,
    )


def _headline(notice: Notice) -> str:
    by = one_line(notice.by)
    match notice.reason:
        case NoticeReason.ASSIGNED:
            return f"{by} gave you this case"
        case NoticeReason.TAKEN_OVER:
            return f"{by} has taken this case off you"
        case NoticeReason.MENTIONED:
            return f"{by} mentions you in a note"
        case NoticeReason.UNDONE:
            return f"{by} has undone what you were told ('{notice.text}')"


def _email(notice: Notice, case: Case, headline: str, now: datetime, where: str) -> str:
    note = f"{quote(notice.text)}\n\n" if notice.reason is NoticeReason.MENTIONED else ""
    return (
        f"{headline}, on {utc_minute(notice.at)}.\n\n{note}"
        f"{summary_line(case, now)}\n{quote(case.posts.headline.text)}\n\n"
        f"{_expiry(notice, case)}Now: {_state(case)}\n"
        f"Case: {where}\nPost: {shown_link(case.posts.headline.link) or 'no link known'}\n\n"
        "You get this because a colleague named you. Earshot never posts: answer the customer yourself.\n"
    )


def _expiry(notice: Notice, case: Case) -> str:
    until = case.acknowledgement.expires_at
    if notice.reason is not NoticeReason.ASSIGNED or until is None:
        return ""
    return f"It goes back to the ladder on {utc_minute(until)} if no answer was seen.\n"


def _state(case: Case) -> str:
    holder = case.acknowledgement.by
    return f"{case.status} by {one_line(holder)}" if case.status is Status.ACKNOWLEDGED and holder else str(case.status)
