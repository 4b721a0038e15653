"""What will become of an alert that is due this moment: the notifier decides by the same rules a moment later."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from earshot.cases.alert_state.alert_state import AlertState, AlertStatus, alert_state
from earshot.cases.case.case import Case
from earshot.cases.incidents.incident import Incident
from earshot.cases.incidents.incident_case import covering_incident
from earshot.cases.policy.policy import Policy
from earshot.cases.policy.quiet_hours import Silence, mute_of
from earshot.triage.judgement import Severity


@dataclass(frozen=True, slots=True)
class Suppression:
    """What may keep an alert back: the live incidents, and every silence."""

    incidents: tuple[Incident, ...] = ()
    silences: tuple[Silence, ...] = ()


@dataclass(frozen=True, slots=True)
class Outlook:
    """Tells what will happen at ``at``. ``suppression`` is read only where an alert is due."""

    at: datetime
    policy: Policy
    suppression: Callable[[], Suppression]

    def of(self, case: Case) -> AlertState:
        """The state of a case's alerts; what is due now is told as what will become of it."""
        state = alert_state(case)
        if state.status is not AlertStatus.SENDING:
            return state
        known = self.suppression()
        incident = covering_incident(case, known.incidents)
        if incident is not None:
            return AlertState(AlertStatus.INCIDENT, why=incident.id)
        muted = mute_of(case, self.at, self.policy.quiet_hours, known.silences)
        if muted is not None:
            return AlertState(AlertStatus.MUTED, state.rung, muted.until, muted.why)
        ready_at = case.ladder.step_at(case.ladder.step) + self._wait(case)
        if ready_at > self.at:
            return AlertState(AlertStatus.GROUPED, state.rung, ready_at)
        return state

    def _wait(self, case: Case) -> timedelta:
        """How long the first alert of a group waits for others; that of a later step has waited with its case."""
        is_alone = case.incident is not None or case.assessment.severity is Severity.CRITICAL or case.ladder.step > 1
        return timedelta(0) if is_alone else self.policy.grouping.wait
