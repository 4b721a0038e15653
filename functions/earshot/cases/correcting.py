"""What staff say of a judgement: that it was right, or what it should have been. Their word is kept for learning.

A correction holds for what had been heard by then: a post that is more urgent than all before is judged anew.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from earshot.cases.case import Case, Entry, Judged, Verdict
from earshot.cases.clock import Timeliness
from earshot.cases.policy import Policy
from earshot.triage.judgement import Intent, Severity, severity_of

Done = tuple[Case, Entry]


@dataclass(frozen=True, slots=True)
class Correction:
    """One verdict as it is listed: of which case, and the entry of its log that holds it."""

    case_id: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """How often a rule fired where staff have said something of the judgement, and how often they confirmed it."""

    rule: str
    judged: int
    confirmed: int

    @property
    def precision(self) -> float:
        """The share of confirmed judgements, 0 to 1."""
        return self.confirmed / self.judged


def correct(
    case: Case, by: str, at: datetime, policy: Policy, intent: Intent | None, severity: Severity | None, why: str = ""
) -> Done | None:
    """The case is what ``by`` says; None where it is that already. What is None stays as it is.

    The urgency moves into the severity's range by as little as that takes, for lists are sorted by it. The clock takes
    the target of what the case is now. Staff know of the case, so no ladder begins; one that runs ends where the
    severity has none.
    """
    intent, severity = intent or case.intent, severity or case.severity
    if (intent, severity) == (case.intent, case.severity):
        return None
    judged = case.judged or Judged(case.intent, case.severity, case.urgency)
    changed = replace(
        case,
        intent=intent,
        severity=severity,
        urgency=_within(severity, case.urgency),
        judged=judged,
        corrected_by=by,
        confirmed_by=None,
    )
    if not policy.ladders.get(severity):
        changed = changed.without_ladder()
    verdict = Verdict(judged, _rules(case), intent, severity, why)
    told = f"{intent}, {severity}; {_told(judged, verdict.rules)}"
    return retargeted(changed, at, policy), Entry(at, by, "corrected", ": ".join(filter(None, (told, why))), verdict)


def confirm(case: Case, by: str, at: datetime) -> Done | None:
    """The case was judged rightly, says ``by``; None where somebody said so already.

    What was corrected before is confirmed as it was corrected, and says nothing for the rules.
    """
    if case.confirmed_by is not None:
        return None
    judged = case.judged or Judged(case.intent, case.severity, case.urgency)
    verdict = Verdict(judged, _rules(case), case.intent, case.severity)
    entry = Entry(at, by, "confirmed", f"{case.intent}, {case.severity}; {_told(judged, verdict.rules)}", verdict)
    return replace(case, confirmed_by=by), entry


def dismissed(case: Case, entry: Entry) -> Entry:
    """The entry of a dismissal, with the verdict that there is in it: whatever ``case`` was, no complaint is it."""
    judged = case.judged or Judged(case.intent, case.severity, case.urgency)
    return replace(entry, verdict=Verdict(judged, _rules(case)))


def retargeted(case: Case, at: datetime, policy: Policy) -> Case:
    """The case with the target of what it is now; where that is not over at ``at``, nothing was late by it."""
    case = replace(case, target=policy.target(case.intent, case.severity))
    return replace(case, timeliness=Timeliness.ON_TIME) if case.due_at > at else case


def records_of(corrections: Iterable[Correction]) -> tuple[RuleRecord, ...]:
    """How each rule fared, those that fired most often first. Of several verdicts on one case the last one counts.

    ``corrections`` come in the order of time.
    """
    last = {one.case_id: one.entry.verdict for one in corrections if one.entry.verdict is not None}
    judged: Counter[str] = Counter()
    confirmed: Counter[str] = Counter()
    for verdict in last.values():
        judged.update(verdict.rules)
        confirmed.update(verdict.rules if verdict.is_right else ())
    ranked = sorted(judged, key=lambda rule: (-judged[rule], rule))
    return tuple(RuleRecord(rule, judged[rule], confirmed[rule]) for rule in ranked)


def _within(severity: Severity, urgency: int) -> int:
    urgencies = [each for each in range(101) if severity_of(each) is severity]
    return min(max(urgency, urgencies[0]), urgencies[-1])


def _rules(case: Case) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason.rule for reason in case.reasons))


def _told(judged: Judged, rules: tuple[str, ...]) -> str:
    by = ", ".join(rules) or "no rule"
    return f"judged {judged.intent}, {judged.severity}, urgency {judged.urgency} by {by}"
