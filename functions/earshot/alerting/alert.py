"""An alert: one message to staff on one channel, about one case or several, for one step of their ladders."""

from dataclasses import dataclass
from enum import StrEnum

from earshot.cases.case.case import Case
from earshot.cases.holders.notice import NoticeReason
from earshot.timestamps import rfc3339


class Channel(StrEnum):
    """How an alert is sent. The order is the order of sending: an SMS, which can wake people, goes before an email."""

    SMS = "sms"
    EMAIL = "email"


def channels_for(reason: NoticeReason) -> tuple[Channel, ...]:
    """The channels on which a colleague may be told of a case: the first of them that works for them is used."""
    return (Channel.EMAIL, Channel.SMS) if reason is NoticeReason.MENTIONED else (Channel.SMS, Channel.EMAIL)


# Rung 1 is whoever is on call, rung 2 the team lead, rung 3 the executive.
RUNGS = (1, 2, 3)


# A message counts all of its cases, and names so many, the most urgent: those can be acknowledged by its link.
MAX_NAMED = 100


class AlertReason(StrEnum):
    """Why an alert is sent."""

    FIRST = "urgent case"
    INCIDENT = "incident"
    ESCALATED = "nobody acknowledged in time"
    REPEATED = "still nobody: the ladder again"
    UNTOLD = "the rung before could not be told"
    EXPIRED = "somebody took the case and nobody answered"
    TEST = "test"


# The note that a case keeps of an SMS that the budget did not allow, and the first line of the email in its place.
SMS_OVER_BUDGET = "over the SMS budget: sent by email only"
EMAIL_ONLY_NOTE = "NO SMS WAS SENT for this alert: this month's SMS budget is used up, so you get it by email only."


@dataclass(frozen=True, slots=True)
class Recipients:
    """The people whom an alert is for.

    ``to`` holds the ids of people on the roster. None: the rung is not staffed, and the template's parameters say who
    gets it. Empty: nobody on this channel, because the same people get the alert on another one. ``addresses`` are the
    numbers or mailboxes that it goes to. ``unreachable`` are the names of people who should get it and cannot;
    ``settling`` says of whom the only address may not be in force yet, and until when, so that others are alerted as
    well. ``everybody`` is True where nobody certainly gets it, so that everybody is alerted.
    """

    rung: int
    to: tuple[str, ...] | None = None
    names: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    everybody: bool = False
    settling: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """How the log of a case names them: by their names, or by the rung where it knows no names."""
        return ", ".join(self.names) if self.names and not self.everybody else f"rung {self.rung}"

    @property
    def passed_over(self) -> str:
        """Who does not certainly get it and who gets it for that reason, for the log; empty where everybody does."""
        instead = "nobody can be: everybody is" if self.everybody else f"rung {self.rung} is"
        parts: list[str] = []
        if self.unreachable:
            parts.append(f"{', '.join(self.unreachable)} cannot be reached; {instead} alerted at once")
        if self.settling:
            also = "everybody" if self.everybody else f"rung {self.rung}"
            parts.append(f"{', '.join(self.settling)}: also told {also}")
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Alert:
    """One message. ``name`` is its key in the notification log: the same for each attempt to send it.

    ``link`` opens the post. ``action_link`` is part of ``text`` and lets the recipients act without signing in, so
    nobody else may see it. One that tells a colleague of a case, outside of any ladder, has rung 0.
    """

    name: str
    case_ids: tuple[str, ...]
    rung: int
    reason: AlertReason | NoticeReason
    channel: Channel
    severity: str
    correlation: str
    text: str
    subject: str | None = None
    link: str | None = None
    action_link: str | None = None
    recipients: Recipients | None = None


def alert_name(case: Case, step: int, channel: Channel) -> str:
    """The key of an alert in the case's notification log. A ladder that starts again has keys of its own."""
    started = rfc3339(case.ladder.started_at) if case.ladder.started_at else ""
    return f"{started}#{step:02d}#{channel}"


def reason_of(case: Case, step: int) -> AlertReason:
    """Why ``step`` (1 for the first) alerts somebody."""
    if step in case.ladder.resumed_steps:
        return AlertReason.EXPIRED
    if step == 1:
        return AlertReason.INCIDENT if case.incident is not None else AlertReason.FIRST
    if step in case.ladder.untold_steps:
        return AlertReason.UNTOLD
    earlier_rungs = {earlier.rung for earlier in case.ladder.steps[: step - 1]}
    return AlertReason.REPEATED if case.ladder.steps[step - 1].rung in earlier_rungs else AlertReason.ESCALATED
