"""Corrections: what staff say of a judgement, and what all of that says of the rules.

A correction holds for the posts so far: one that is more urgent than all of them is judged anew.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Ladder, LadderFor
from earshot.cases.case.log import LogEntry, Verdict
from earshot.cases.case.response import TargetFor
from earshot.cases.case.status import Outcome, Status
from earshot.cases.conversation.opening import reopen, start_alerting
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


def dismiss(case: Case, by: str, at: datetime) -> tuple[Case, LogEntry] | None:
    """``by`` says that the case is no complaint: resolved, and the log has a verdict on what was judged.

    None where that was said already. TransitionError where somebody else has the case, or has resolved it.
    """
    outcome, now = Outcome.NOT_A_COMPLAINT, case.assessment
    if case.resolution.outcome is outcome:
        return None
    if case.status is Status.ACKNOWLEDGED and not case.is_held_by(by):
        case.refuse_unless_open("dismissed")
    done, _ = case.resolve(by, at, outcome=outcome)
    rules = ", ".join(reason.rule for reason in now.reasons) or "no rule"
    text = f"{outcome}; judged {now.intent}, {now.severity}, urgency {now.urgency} by {rules}"
    return case.acted(done, LogEntry(at, by, "dismissed", text, now.verdict(None, None)))


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
) -> tuple[Case, tuple[LogEntry, ...]] | None:
    """``by`` says what the case should have been judged to be; what is None stays. None where it is that already.

    The clock gets the target of what the case is now. A ladder that runs ends where the severity has none; where an
    open case gets a severity that has one, it starts. A case that was dismissed, and is a complaint after all, opens
    again.
    """
    before = case.assessment
    is_taken_back = intent is Intent.COMPLAINT and case.resolution.outcome is Outcome.NOT_A_COMPLAINT
    now = before.correct(by, intent or before.intent, severity or before.severity)
    if now is None and not is_taken_back:
        return None
    now = now or before
    verdict = before.verdict(now.intent, now.severity, why)
    text = ": ".join(filter(None, (f"{now.intent}, {now.severity}; {verdict.summary}", why)))
    ladder = case.ladder if ladder_for(now.severity) else Ladder()
    changed = replace(case, assessment=now, ladder=ladder)
    entry = LogEntry(at, by, "corrected", text, verdict)
    if is_taken_back:
        opened, entries = reopen(changed, by, at, "a complaint after all", target_for=target_for, ladder_for=ladder_for)
    else:
        target = target_for(now.intent, now.severity)
        retargeted = replace(changed, response=changed.response.retarget(target, at))
        opened, entries = start_alerting(retargeted, at, ladder_for)
    return case.acted(opened, entry)[0], (entry, *entries)


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


@dataclass(frozen=True, slots=True)
class VerdictCounts:
    """Of how many cases staff said something that still stands, and how many of these were judged rightly."""

    cases: int
    right: int
    wrong: int


def in_force(corrections: Iterable[Correction]) -> list[Correction]:
    """The verdicts that nobody has taken back, in their order, which is that of time."""
    found: list[Correction] = []
    for one in corrections:
        if one.entry.verdict is None or not one.entry.verdict.is_withdrawn:
            found.append(one)
            continue
        mine = (place for place, it in enumerate(found) if (it.case_id, it.entry.by) == (one.case_id, one.entry.by))
        if (last := max(mine, default=None)) is not None:
            del found[last]
    return found


def records_of(corrections: Iterable[Correction]) -> tuple[RuleRecord, ...]:
    """How each rule fared, those that fired most often first. Of several verdicts on one case the last one counts.

    ``corrections`` are in the order of time.
    """
    last = _last_verdicts(corrections)
    judged: Counter[str] = Counter()
    confirmed: Counter[str] = Counter()
    for verdict in last.values():
        judged.update(verdict.rules)
        confirmed.update(verdict.rules if verdict.is_right else ())
    ranked = sorted(judged, key=lambda rule: (-judged[rule], rule))
    return tuple(RuleRecord(rule, judged[rule], confirmed[rule]) for rule in ranked)


def verdict_counts(corrections: Iterable[Correction]) -> VerdictCounts:
    """How many judgements were right. Of several verdicts on one case the last one counts."""
    last = _last_verdicts(corrections)
    right = sum(verdict.is_right for verdict in last.values())
    return VerdictCounts(len(last), right, len(last) - right)


def _last_verdicts(corrections: Iterable[Correction]) -> dict[str, Verdict]:
    return {one.case_id: one.entry.verdict for one in in_force(corrections) if one.entry.verdict is not None}
