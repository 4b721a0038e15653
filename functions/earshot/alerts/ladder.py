"""The escalation ladder: who is alerted, and after how long the next one is.

Rung 1 is whoever is on call, rung 2 the team lead, rung 3 executive support. The waits are those that on-call
tools settled on (PagerDuty, Grafana OnCall): 5, 15 and 30 minutes, and the whole ladder twice.
"""

from earshot.cases.case import Step
from earshot.triage.judgement import Severity

LADDER = (Step(1, 0), Step(2, 5), Step(3, 15), Step(1, 30), Step(2, 35), Step(3, 45))
ALERTING = frozenset({Severity.CRITICAL, Severity.HIGH})


def ladder_for(severity: Severity) -> tuple[Step, ...]:
    """The ladder that a case of this severity climbs; nobody is alerted for what can wait."""
    return LADDER if severity in ALERTING else ()
