"""The service-level policy: targets, escalation ladders, acknowledgement timeouts, grouping and quiet hours.

What applies to a case is copied into it when it begins to apply, so that a later policy changes no clock, no ladder and
no acknowledgement that has started.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Step
from earshot.cases.case.response import DEFAULT_TARGETS, Target, target_of
from earshot.cases.case.status import ACKNOWLEDGEMENT_TIMEOUT
from earshot.cases.policy.quiet_hours import QuietHours
from earshot.triage.judgement import Intent, Severity

# The waits are the defaults of on-call tools (PagerDuty, Grafana OnCall); the ladder runs twice.
DEFAULT_LADDER = (Step(1, 0), Step(2, 5), Step(3, 15), Step(1, 30), Step(2, 35), Step(3, 45))
# No single answer ends an incident: its customers are answered one by one. (Alertmanager's repeat_interval)
INCIDENT_ACKNOWLEDGEMENT_TIMEOUT = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Grouping:
    """How alerts with one cause become one message. The defaults are Alertmanager's, and for SMS Grafana OnCall's.

    The first alert of a group waits ``wait`` for others, a critical one not at all. Later alerts wait until
    ``interval`` has passed since the last message. Nobody who got an SMS gets another before ``texts`` has passed; the
    alerts of that time are one message.
    """

    wait: timedelta = timedelta(seconds=60)
    interval: timedelta = timedelta(minutes=5)
    texts: timedelta = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Policy:
    """``targets`` by severity or intent, ``other`` for the rest; ``ladders`` by the severities that alert somebody.

    ``acknowledgement_timeout`` is how long somebody may hold a case without an answer, None for ever. In the
    ``quiet_hours`` cases that are not critical alert nobody.
    """

    targets: Mapping[str, Target] = field(default_factory=lambda: dict(DEFAULT_TARGETS))
    ladders: Mapping[str, tuple[Step, ...]] = field(
        default_factory=lambda: {Severity.CRITICAL: DEFAULT_LADDER, Severity.HIGH: DEFAULT_LADDER}
    )
    acknowledgement_timeout: timedelta | None = ACKNOWLEDGEMENT_TIMEOUT
    grouping: Grouping = Grouping()
    quiet_hours: tuple[QuietHours, ...] = ()

    def acknowledgement_timeout_of(self, case: Case) -> timedelta | None:
        """How long somebody may hold ``case`` without an answer, None for ever; incidents have their own timeout."""
        return INCIDENT_ACKNOWLEDGEMENT_TIMEOUT if case.incident is not None else self.acknowledgement_timeout

    def ladder_for(self, severity: Severity) -> tuple[Step, ...]:
        """The escalation ladder of a case with this severity; empty where nobody is alerted for it."""
        return self.ladders.get(severity, ())

    def target(self, intent: Intent, severity: Severity) -> Target:
        """How long a customer may wait for the answer to a case with this intent and severity."""
        return target_of(intent, severity, self.targets)


DEFAULT_POLICY = Policy()
