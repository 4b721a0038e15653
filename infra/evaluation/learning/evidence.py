"""The evidence: what staff said of cases, each once, beside what the shared rules alone say of the post it shows."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from earshot.cases.case.case import Case
from earshot.cases.case.correction import Correction, in_force
from earshot.cases.case.log import Verdict
from earshot.cases.case.status import Outcome
from earshot.cases.stored_mention import StoredMention
from earshot.triage.judgement import ALERTING, CRITICAL, HIGH, NEVER_URGENT, Intent, Judgement
from earshot.triage.learned.adjustment import NO_ADJUSTMENT
from earshot.triage.learned.apply import complaint_rules, urgent_rules
from earshot.triage.terms.terms import Terms
from infra.evaluation.learning.judged_again import can_change, judged_again
from infra.evaluation.learning.proposal import POINTS_PER_LOG_ODD
from infra.evaluation.learning.regression import Observation

_MOST_LOG_ODDS = 8.0
# Somebody who says that no answer is needed says nothing of the judgement.
_SAYS_NOTHING = frozenset({Outcome.NOT_A_COMPLAINT, Outcome.NO_ANSWER_NEEDED})


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person finally said of one case. ``is_urgent`` is None where they did not say.

    ``judged`` is the intent that they saw.
    """

    case_id: str
    by: str
    at: datetime
    judged: Intent
    is_complaint: bool
    is_urgent: bool | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What can be learned from: for each question the observations, oldest first.

    ``spoken`` counts the cases of which staff said something, ``handled`` those that somebody took or resolved and let
    stand. ``disputed`` counts cases about which two people said different things; ``gone`` those whose post is not
    stored any more, came after what was said, or is not the one that gave the case its intent; ``decreed`` those that
    no adjustment may change. None of these three counts.
    """

    complaint: tuple[Observation, ...]
    urgent: tuple[Observation, ...]
    spoken: int = 0
    handled: int = 0
    disputed: int = 0
    gone: int = 0
    decreed: int = 0


def opinions_of(corrections: Iterable[Correction]) -> tuple[list[Opinion], int]:
    """What was said of each case, and the number of cases about which two people disagree.

    ``corrections`` are in the order of time; of what one person said the last word counts.
    """
    by_case: dict[str, dict[str, Opinion]] = {}
    for one in in_force(corrections):
        if (verdict := one.entry.verdict) is not None:
            said = by_case.setdefault(one.case_id, {})
            said.pop(one.entry.by, None)
            said[one.entry.by] = _opinion(one, verdict)
    agreed: list[Opinion] = []
    for said in by_case.values():
        if len({(one.is_complaint, one.is_urgent) for one in said.values()}) == 1:
            agreed.append(list(said.values())[-1])
    return agreed, len(by_case) - len(agreed)


def let_stand(cases: Iterable[Case], spoken_of: Iterable[str]) -> list[Opinion]:
    """The complaints that somebody took or resolved and of which nobody said anything: they let the judgement stand.

    Without these the evidence would be only what people took the trouble to correct.
    """
    known = set(spoken_of)
    return [
        one
        for case in cases
        if case.id not in known and case.incident is None and (one := _let_stand(case)) is not None
    ]


def evidence_of(
    corrections: Sequence[Correction], cases: Mapping[str, Case], posts: Mapping[str, StoredMention], terms: Terms
) -> Evidence:
    """The evidence in these verdicts and cases. ``posts`` are by key, ``terms`` the brand's."""
    spoken, disputed = opinions_of(corrections)
    handled = let_stand(cases.values(), {one.case_id for one in in_force(corrections)})
    counts: Counter[str] = Counter()
    complaint: list[Observation] = []
    urgent: list[Observation] = []
    shared = replace(terms, learned=NO_ADJUSTMENT)
    for one in sorted((*spoken, *handled), key=lambda one: (one.at, one.case_id)):
        case = cases.get(one.case_id)
        post = None if case is None else posts.get(post_key(case))
        if post is None or post.ingested_at > one.at or post.judgement.intent is not one.judged:
            counts["gone"] += 1
        elif not can_change(post, shared):
            counts["decreed"] += 1
        else:
            judgement = judged_again(post, shared)
            complaint.append(_about_complaint(one, judgement))
            urgent += _about_urgency(one, judgement)
    return Evidence(
        tuple(complaint), tuple(urgent), len(spoken), len(handled), disputed, counts["gone"], counts["decreed"]
    )


def post_key(case: Case) -> str:
    """The key of the post that a case shows."""
    return f"{case.key.source}#{case.posts.headline.id}"


def _opinion(correction: Correction, verdict: Verdict) -> Opinion:
    entry, is_complaint = correction.entry, verdict.intent is Intent.COMPLAINT
    is_urgent = verdict.severity in ALERTING if is_complaint else None
    return Opinion(correction.case_id, entry.by, entry.at, verdict.original.intent, is_complaint, is_urgent)


def _let_stand(case: Case) -> Opinion | None:
    done, taken, now = case.resolution, case.acknowledgement, case.assessment
    if now.original is not None or now.intent is not Intent.COMPLAINT or done.outcome in _SAYS_NOTHING:
        return None
    by, at = (done.by, done.at) if done.by is not None else (taken.by, taken.at)
    if by is None or at is None:
        return None
    # What reposts have added later says nothing of the post.
    is_urgent = None if now.headline_reasons else now.severity in ALERTING
    return Opinion(case.id, by, at, now.intent, True, is_urgent)


def _about_complaint(said: Opinion, judgement: Judgement) -> Observation:
    share = judgement.complaint_score
    log_odds = math.log(share / (1 - share)) if 0 < share < 1 else math.copysign(_MOST_LOG_ODDS, share - 0.5)
    log_odds = max(-_MOST_LOG_ODDS, min(_MOST_LOG_ODDS, log_odds))
    return Observation(log_odds, said.is_complaint, complaint_rules(judgement.reasons), said.by)


def _about_urgency(said: Opinion, judgement: Judgement) -> list[Observation]:
    """Whether it had to be high at least; of complaints only, and not where a phrase of the brand has decided that."""
    is_learned = judgement.intent is Intent.COMPLAINT and said.is_urgent is not None
    if not is_learned or any(reason.rule == NEVER_URGENT for reason in judgement.reasons):
        return []
    offset = (min(judgement.urgency, CRITICAL) - HIGH) / POINTS_PER_LOG_ODD
    return [Observation(offset, bool(said.is_urgent), urgent_rules(judgement.reasons), said.by)]
