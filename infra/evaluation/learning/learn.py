"""``earshot learn``: from what a stack stores to a proposed adjustment, and who would be paged with it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from earshot.cases.case.case import Case
from earshot.cases.case.correction import Correction
from earshot.cases.stored_mention import StoredMention
from earshot.triage.learned.adjustment import MAX_LOG_ODDS, MAX_POINTS, Adjustment, Weights
from earshot.triage.terms.terms import Terms
from infra.evaluation.backtest.backtest import Backtest, PostComparison
from infra.evaluation.backtest.sides import TriageResult
from infra.evaluation.learning.evidence import Evidence, evidence_of, post_key
from infra.evaluation.learning.judged_again import judged_again
from infra.evaluation.learning.proposal import POINTS_PER_LOG_ODD, Proposal, propose
from infra.ops.settings.learned import StoredCases

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Lesson:
    """The evidence, and for each question what it teaches."""

    evidence: Evidence
    complaint: Proposal
    urgent: Proposal

    @property
    def adjustment(self) -> Adjustment:
        """The adjustment that is proposed; empty where nothing is."""
        weights = self.urgent.weights
        points = Weights(
            round(weights.base * POINTS_PER_LOG_ODD, 1),
            {rule: round(weight * POINTS_PER_LOG_ODD, 1) for rule, weight in weights.rules.items()},
        )
        return Adjustment(self.complaint.weights, points, len(self.evidence.complaint))


def lesson_of(evidence: Evidence) -> Lesson:
    """What the evidence teaches."""
    complaint = propose(evidence.complaint, MAX_LOG_ODDS)
    return Lesson(evidence, complaint, propose(evidence.urgent, MAX_POINTS / POINTS_PER_LOG_ODD))


def read_evidence(stored: StoredCases, start: datetime, end: datetime, terms: Terms) -> Evidence:
    """The evidence of a period, from the cases that opened in it and those that staff spoke of."""
    corrections: Sequence[Correction] = stored.corrections(start.date(), end.date())
    cases: dict[str, Case] = {case.id: case for case in stored.opened(start, end)}
    for case_id in {one.case_id for one in corrections} - cases.keys():
        if (case := stored.case(case_id)) is not None:
            cases[case_id] = case
    posts = stored.posts(post_key(case) for case in cases.values() if case.incident is None)
    return evidence_of(corrections, cases, {post.mention.key: post for post in posts}, terms)


def compare(
    posts: Iterable[StoredMention], terms: Terms, adjustment: Adjustment, progress: Progress = lambda done: None
) -> Backtest:
    """Who is paged for stored posts with what is in force, and who would be with ``adjustment`` in its place."""
    new = replace(terms, learned=adjustment)
    compared: list[PostComparison] = []
    for done, post in enumerate(posts, 1):
        compared.append(PostComparison(post.mention, _result(post, terms), _result(post, new)))
        progress(done)
    compared.sort(key=lambda one: (one.mention.created_at, one.mention.id))
    return Backtest("what is in force", "what is proposed", compared, 0, [])


def days_between(start: datetime, end: datetime) -> list[date]:
    """Every day in UTC from that of ``start`` to that of ``end``."""
    return [start.date() + timedelta(days=days) for days in range((end.date() - start.date()).days + 1)]


def _result(post: StoredMention, terms: Terms) -> TriageResult:
    judgement = judged_again(post, terms)
    return TriageResult(str(judgement.intent), judgement.urgency, judgement.severity, judgement.reasons)
