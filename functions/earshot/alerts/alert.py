"""An alert: one message to staff about a case, on one channel, for one step of its ladder."""

from dataclasses import dataclass
from enum import StrEnum

from earshot.cases.case import Case
from earshot.mentions.mention import rfc3339


class Channel(StrEnum):
    """How an alert travels. The order is that of sending: what wakes somebody goes first."""

    SMS = "sms"
    EMAIL = "email"


class AlertReason(StrEnum):
    """Why an alert is sent."""

    FIRST = "urgent case"
    ESCALATED = "nobody acknowledged in time"
    REPEATED = "still nobody: the ladder again"
    EXPIRED = "somebody took the case and nobody answered"


@dataclass(frozen=True, slots=True)
class Alert:
    """``name`` is unique within the case: the same step and channel has the same name, however often it is tried."""

    name: str
    case_ids: tuple[str, ...]
    rung: int
    reason: AlertReason
    channel: Channel
    severity: str
    correlation: str
    text: str
    subject: str | None = None


def alert_name(case: Case, step: int, channel: Channel) -> str:
    """What the notification log calls an alert. A ladder that starts anew has names of its own."""
    started = rfc3339(case.ladder_started_at) if case.ladder_started_at else ""
    return f"{started}#{step:02d}#{channel}"


def reason_of(case: Case, step: int) -> AlertReason:
    """Why this step alerts: the first, a further rung, one alerted before, or somebody held the case for too long."""
    if step in case.resumed:
        return AlertReason.EXPIRED
    if step == 1:
        return AlertReason.FIRST
    rungs_before = {earlier.rung for earlier in case.ladder[: step - 1]}
    return AlertReason.REPEATED if case.ladder[step - 1].rung in rungs_before else AlertReason.ESCALATED
