"""An alert: one message to staff about a case or several, on one channel, for one step of their ladders."""

from dataclasses import dataclass
from enum import StrEnum

from earshot.cases.case.case import Case
from earshot.timestamps import rfc3339


class Channel(StrEnum):
    """How an alert travels. The order is that of sending: what wakes somebody goes first."""

    SMS = "sms"
    EMAIL = "email"


# Rung 1 is whoever is on call, rung 2 the lead, rung 3 the executive.
RUNGS = (1, 2, 3)


class AlertReason(StrEnum):
    """Why an alert is sent."""

    FIRST = "urgent case"
    INCIDENT = "incident"
    ESCALATED = "nobody acknowledged in time"
    REPEATED = "still nobody: the ladder again"
    EXPIRED = "somebody took the case and nobody answered"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom an alert is for: people by their identifiers, or with ``to`` None whom the template's parameters name.

    An empty ``to``: whoever is told is told on another channel. ``unreachable`` are the names of people who were to
    be told and cannot be; ``everybody``: nobody can, so all who are on the topic are told.
    """

    rung: int
    to: tuple[str, ...] | None = None
    names: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    everybody: bool = False

    @property
    def label(self) -> str:
        """By what name a case's log knows them: the people's, or the rung's where it knows no people."""
        return ", ".join(self.names) if self.names and not self.everybody else f"rung {self.rung}"


@dataclass(frozen=True, slots=True)
class Alert:
    """``name`` is unique within the case: the same step and channel has the same name, however often it is tried.

    ``link`` is that of the post; ``act`` the address in ``text`` by which its reader may act, which is for them alone.
    """

    name: str
    case_ids: tuple[str, ...]
    rung: int
    reason: AlertReason
    channel: Channel
    severity: str
    correlation: str
    text: str
    subject: str | None = None
    link: str | None = None
    act: str | None = None
    audience: Recipients | None = None


# What the log says of a text message that was held back, and the mail of the same alert at its top.
OVER_BUDGET = "over the SMS budget: told by email"
NO_SMS = "NO SMS WENT OUT for this alert: it is over this month's SMS budget, so you are told by email alone."


def alert_name(case: Case, step: int, channel: Channel) -> str:
    """What the notification log calls an alert. A ladder that starts anew has names of its own."""
    started = rfc3339(case.ladder.started_at) if case.ladder.started_at else ""
    return f"{started}#{step:02d}#{channel}"


def reason_of(case: Case, step: int) -> AlertReason:
    """Why this step alerts: the first, a further rung, one alerted before, or somebody held the case for too long."""
    if step in case.ladder.resumed_steps:
        return AlertReason.EXPIRED
    if step == 1:
        return AlertReason.INCIDENT if case.incident is not None else AlertReason.FIRST
    rungs_before = {earlier.rung for earlier in case.ladder.steps[: step - 1]}
    return AlertReason.REPEATED if case.ladder.steps[step - 1].rung in rungs_before else AlertReason.ESCALATED
