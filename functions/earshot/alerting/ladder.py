"""The escalation ladder: who is alerted, and after how long the next one is.

Rung 1 is whoever is on call, rung 2 the team lead, rung 3 executive support.
"""

from earshot.cases.case.ladder import Step
from earshot.cases.policy.policy import DEFAULT_LADDER, DEFAULT_POLICY, Policy
from earshot.triage.judgement import Severity

LADDER = DEFAULT_LADDER


def ladder_for(severity: Severity, policy: Policy = DEFAULT_POLICY) -> tuple[Step, ...]:
    """The ladder that a case of this severity climbs; nobody is alerted for what can wait."""
    return policy.ladders.get(severity, ())
