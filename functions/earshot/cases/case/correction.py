"""Corrections: what staff say of a judgement, and what all of that says of the rules.

A correction holds for the posts so far: one that is more urgent than all of them is judged anew.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Ladder, LadderFor
from earshot.cases.case.log import LogEntry
from earshot.cases.case.response import TargetFor
from earshot.triage.judgement import Intent, Severity


@dataclass(frozen=True, slots=True)
class Correction:
    """One verdict in a list: of which case, and the log entry that holds it."""

    case_id: str
    entry: LogEntry


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """How often a rule fired in cases that have a verdict, and how often staff confirmed the judgement."""

    rule: str
    judged: int
    confirmed: int

    @property
    def precision(self) -> float:
        """The share of confirmed judgements, 0 to 1."""
        return self.confirmed / self.judged


def correct(
    case: Case,
    by: str,
    at: datetime,
    intent: Intent | None,
    severity: Severity | None,
    why: str = "",
    *,
    target_for: TargetFor,
    ladder_for: LadderFor,
) -> tuple[Case, LogEntry] | None:
    """``by`` says what the case should have been judged to be; what is None stays. None where it is that already.

    The clock gets the target of what the case is now. Staff know of the case, so no ladder begins; one that runs ends
    where the severity has none.
    """
    before = case.assessment
    now = before.correct(by, intent or before.intent, severity or before.severity)
    if now is None:
        return None
    verdict = before.verdict(now.intent, now.severity, why)
    text = ": ".join(filter(None, (f"{now.intent}, {now.severity}; {verdict.summary}", why)))
    ladder = case.ladder if ladder_for(now.severity) else Ladder()
    changed = replace(case, assessment=now, ladder=ladder).retarget(at, target_for)
    return changed, LogEntry(at, by, "corrected", text, verdict)


def confirm(case: Case, by: str, at: datetime) -> tuple[Case, LogEntry] | None:
    """``by`` says that the case is judged rightly; None where somebody has said so already.

    What was corrected before is confirmed as corrected, and says nothing for the rules.
    """
    now = case.assessment.confirm(by)
    if now is None:
        return None
    verdict = now.verdict(now.intent, now.severity)
    text = f"{now.intent}, {now.severity}; {verdict.summary}"
    return replace(case, assessment=now), LogEntry(at, by, "confirmed", text, verdict)


def records_of(corrections: Iterable[Correction]) -> tuple[RuleRecord, ...]:
    """How each rule fared, those that fired most often first. Of several verdicts on one case the last one counts.

    ``corrections`` are in the order of time.
    """
    last = {one.case_id: one.entry.verdict for one in corrections if one.entry.verdict is not None}
    judged: Counter[str] = Counter()
    confirmed: Counter[str] = Counter()
    for verdict in last.values():
        judged.update(verdict.rules)
        confirmed.update(verdict.rules if verdict.is_right else ())
    ranked = sorted(judged, key=lambda rule: (-judged[rule], rule))
    return tuple(RuleRecord(rule, judged[rule], confirmed[rule]) for rule in ranked)
