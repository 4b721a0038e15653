"""The service-level policy: how long customers may wait, whom a wait alerts, and how long a case may be held.

What applies to a case is copied into it when it begins to apply, so that a policy put later changes no clock, no
ladder and no acknowledgement that runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Step
from earshot.cases.case.response import DEFAULT_TARGETS, Target, target_of
from earshot.cases.case.status import ACKNOWLEDGEMENT_LASTS
from earshot.cases.policy.quiet_hours import QuietHours
from earshot.triage.judgement import Intent, Severity

# The waits are those that on-call tools settled on (PagerDuty, Grafana OnCall), and the whole ladder twice.
DEFAULT_LADDER = (Step(1, 0), Step(2, 5), Step(3, 15), Step(1, 30), Step(2, 35), Step(3, 45))
# An incident is answered customer by customer: no single answer ends it. (Alertmanager's repeat_interval)
INCIDENT_HELD = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Grouping:
    """How alerts of one cause become one message; the defaults are Alertmanager's, and Grafana OnCall's for texts.

    The first alert of a group waits ``wait`` for others, a critical one not at all. What comes after a message waits
    until ``interval`` has passed since. Whoever got an SMS gets no other before ``texts``: what came is told in one.
    """

    wait: timedelta = timedelta(seconds=60)
    interval: timedelta = timedelta(minutes=5)
    texts: timedelta = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Policy:
    """``targets`` by severity or intent, ``other`` among them; ``ladders`` by the severities that alert somebody.

    ``acknowledgement_lasts`` is how long somebody may hold a case without an answer, None for ever.
    ``quiet_hours`` are when what is not critical alerts nobody.
    """

    targets: Mapping[str, Target] = field(default_factory=lambda: dict(DEFAULT_TARGETS))
    ladders: Mapping[str, tuple[Step, ...]] = field(
        default_factory=lambda: {Severity.CRITICAL: DEFAULT_LADDER, Severity.HIGH: DEFAULT_LADDER}
    )
    acknowledgement_lasts: timedelta | None = ACKNOWLEDGEMENT_LASTS
    grouping: Grouping = Grouping()
    quiet_hours: tuple[QuietHours, ...] = ()

    def lasts(self, case: Case) -> timedelta | None:
        """How long somebody may hold ``case``: an incident as long as Alertmanager is content to have told of it."""
        return INCIDENT_HELD if case.incident is not None else self.acknowledgement_lasts

    def ladder_for(self, severity: Severity) -> tuple[Step, ...]:
        """The escalation ladder of a case with this severity; empty where nobody is alerted for it."""
        return self.ladders.get(severity, ())

    def target(self, intent: Intent, severity: Severity) -> Target:
        """How long who means this, this urgently, may wait."""
        return target_of(intent, severity, self.targets)


DEFAULT_POLICY = Policy()
