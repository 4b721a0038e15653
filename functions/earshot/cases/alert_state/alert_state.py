"""The state of a case's alerts, from the case as it is stored.

This is the one place where a ladder becomes words. The API, the console, the page behind a link, and the digest
show this value; a further state is added to ``AlertStatus`` and to ``_SENTENCES``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Alerting, Ladder
from earshot.cases.case.status import Status
from earshot.triage.judgement import HIGH

# An alert that is handed to the notifier again and again for this long is not waiting: sending it fails.
NOT_SENT_AFTER = timedelta(minutes=10)


class AlertStatus(StrEnum):
    """What became of the latest alert of a case, or what keeps it from being sent."""

    NOBODY = "nobody"
    STOPPED = "stopped"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    NOT_SENT = "not_sent"
    ALERTED = "alerted"
    GROUPED = "grouped"
    MUTED = "muted"
    SNOOZED = "snoozed"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class AlertState:
    """The state of a case's alerts. ``rung`` is the rung that it is about.

    ``until`` is when an alert that waits is sent, at the earliest. ``why`` names the reason: what mutes it, who snoozed
    it, the id of the incident, why nobody is alerted. ``next_rung`` is alerted at ``next_at`` unless somebody acts;
    None: nobody else is.
    """

    status: AlertStatus
    rung: int | None = None
    until: datetime | None = None
    why: str | None = None
    next_rung: int | None = None
    next_at: datetime | None = None

    def text(self, written: Callable[[datetime], str] | None = None) -> str:
        """A sentence without a full stop. ``written`` gives a time as text; None: hours and minutes in UTC."""
        written = written or _in_utc
        until = "a time that is not known" if self.until is None else written(self.until)
        return _SENTENCES[self.status].format(rung=self.rung, until=until, why=self.why) + self._what_follows(written)

    def _what_follows(self, written: Callable[[datetime], str]) -> str:
        if self.status not in (AlertStatus.ALERTED, AlertStatus.SENDING, AlertStatus.STOPPED):
            return ""
        if self.next_rung is not None and self.next_at is not None:
            return f"; rung {self.next_rung} is alerted at {written(self.next_at)} unless somebody acts"
        return "" if self.status is AlertStatus.STOPPED else "; nobody else will be alerted"


_SENTENCES: Mapping[AlertStatus, str] = {
    AlertStatus.NOBODY: "nobody is alerted: {why}",
    AlertStatus.STOPPED: "alerts have stopped: {why}",
    AlertStatus.SCHEDULED: "rung {rung} will be alerted at {until}",
    AlertStatus.SENDING: "rung {rung} is being alerted",
    AlertStatus.NOT_SENT: "rung {rung} could not be told yet: {why}",
    AlertStatus.ALERTED: "rung {rung} was alerted",
    AlertStatus.GROUPED: "rung {rung} will be alerted at {until}, together with others",
    AlertStatus.MUTED: "muted until {until}: {why}",
    AlertStatus.SNOOZED: "snoozed until {until} by {why}",
    AlertStatus.INCIDENT: "an incident alerts in its place: {why}",
}


def alert_state(case: Case) -> AlertState:
    """The state of a case's alerts, as far as the case knows it: what is due now may yet turn out to wait."""
    if case.status is not Status.OPEN:
        return _stopped(case)
    ladder = case.ladder
    if ladder.alerting is Alerting.OFF:
        return _off(case)
    if ladder.snoozed_until is not None:
        return AlertState(AlertStatus.SNOOZED, _next_rung(ladder), ladder.snoozed_until, ladder.snoozed_by)
    if ladder.alerting is Alerting.WAITING:
        if ladder.muted_by is not None:
            return AlertState(AlertStatus.MUTED, _next_rung(ladder), ladder.next_step_at, ladder.muted_by)
        return AlertState(AlertStatus.SCHEDULED, _next_rung(ladder), ladder.next_step_at)
    follows, at = _next_rung(ladder), ladder.next_step_at
    # Told on one channel at least: another one may still be tried.
    if ladder.alerting is Alerting.SENT or ladder.delivery.told_at is not None:
        return AlertState(AlertStatus.ALERTED, ladder.rung, next_rung=follows, next_at=at)
    if ladder.delivery.grouped_until is not None:
        return AlertState(AlertStatus.GROUPED, ladder.rung, ladder.delivery.grouped_until)
    if ladder.delivery.retry_at is not None:
        why = f"sending it was not confirmed, and is tried again at {_in_utc(ladder.delivery.retry_at)}"
        return AlertState(
            AlertStatus.NOT_SENT, ladder.rung, ladder.delivery.retry_at, why, next_rung=follows, next_at=at
        )
    due_at, tried_at = _due_at(ladder), ladder.stepped_at
    if tried_at is not None and tried_at - due_at >= NOT_SENT_AFTER:
        why = f"it was due at {_in_utc(due_at)}, and sending it is tried again every two minutes"
        return AlertState(AlertStatus.NOT_SENT, ladder.rung, why=why, next_rung=follows, next_at=at)
    return AlertState(AlertStatus.SENDING, ladder.rung, next_rung=follows, next_at=at)


def is_untold(case: Case, now: datetime) -> bool:
    """Whether alerts of an open case are due for ``NOT_SENT_AFTER``, and nobody is known to have been told of any."""
    since = untold_from(case)
    return since is not None and since <= now


def untold_from(case: Case) -> datetime | None:
    """From when on a case is untold, as it is stored; None: never."""
    ladder = case.ladder
    if case.status is not Status.OPEN or ladder.alerting is not Alerting.DUE or ladder.delivery.told_at is not None:
        return None
    first = ladder.step
    while first in ladder.untold_steps:
        first -= 1
    due_at = _due_at(ladder) if first == ladder.step else ladder.step_at(first)
    since = due_at + NOT_SENT_AFTER
    return since if ladder.delivery.grouped_until is None else max(since, ladder.delivery.grouped_until)


def _due_at(ladder: Ladder) -> datetime:
    """When the alert of the current step was to be sent: where its group made it wait, after that wait."""
    due_at = ladder.step_at(ladder.step)
    return due_at if ladder.delivery.planned_at is None else max(due_at, ladder.delivery.planned_at)


def _stopped(case: Case) -> AlertState:
    if case.status is Status.RESOLVED:
        return AlertState(AlertStatus.STOPPED, why=f"{case.resolution.by} resolved the case")
    if case.status is Status.REPLIED:
        return AlertState(AlertStatus.STOPPED, why="the brand has answered")
    taken, ladder = case.acknowledgement, case.ladder
    why = f"{taken.by} has the case"
    if taken.expires_at is None or not ladder.steps:
        return AlertState(AlertStatus.STOPPED, why=why)
    # What is used up begins once more with the rung that was alerted last.
    return AlertState(
        AlertStatus.STOPPED, why=why, next_rung=_next_rung(ladder) or ladder.rung, next_at=taken.expires_at
    )


def _off(case: Case) -> AlertState:
    """Why an open case has no ladder that runs."""
    if case.incident_id is not None:
        return AlertState(AlertStatus.INCIDENT, why=case.incident_id)
    if case.posts.is_history:
        why = "its posts are older than Earshot's listening"
    elif case.is_pleased:
        why = "the customer came back pleased"
    elif case.ladder.is_withheld:
        whose = "new accounts" if case.ladder.is_crowd else "its author"
        why = f"too many cases of {whose} have alerted"
    elif case.assessment.urgency < HIGH:
        why = f"its severity is {case.assessment.severity}"
    else:
        why = "no ladder runs for it"
    return AlertState(AlertStatus.NOBODY, why=why)


def _next_rung(ladder: Ladder) -> int | None:
    return ladder.steps[ladder.step].rung if ladder.step < len(ladder.steps) else None


def _in_utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%H:%M} UTC"
