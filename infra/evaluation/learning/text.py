"""What was learned, and what it was learned from, as a person reads it in a terminal."""

from collections.abc import Iterator

from earshot.triage.learned.adjustment import MAX_LOG_ODDS, MAX_POINTS, Adjustment, Weights
from infra.evaluation.learning.evidence import Evidence
from infra.evaluation.learning.learn import Lesson
from infra.evaluation.learning.proposal import Proposal


def evidence_text(evidence: Evidence, days: int) -> str:
    """What there is to learn from, and what does not count."""
    lines = [
        f"Evidence of the last {days} days",
        f"  {evidence.spoken:>5}  cases that staff corrected, confirmed or dismissed",
        f"  {evidence.handled:>5}  complaints that somebody took or resolved, and let stand as judged",
    ]
    left_out = [
        (evidence.disputed, "disputed: two people said different things"),
        (evidence.gone, "whose post is not stored any more, came later, or is not what was judged"),
        (evidence.decreed, "of a danger, of what is always urgent, or not judged: no adjustment may change these"),
    ]
    lines += [f"  {count:>5}  not counted, {why}" for count, why in left_out if count]
    return "\n".join(lines)


def lesson_text(lesson: Lesson) -> str:
    """For each question what is proposed, or why nothing is."""
    complaint = _proposal("Is it a complaint?", lesson.complaint, lesson.adjustment.complaint, "log-odds")
    return "\n".join([*complaint, *_proposal("Is it urgent?", lesson.urgent, lesson.adjustment.urgent, "points")])


def adjustment_text_for_people(adjustment: Adjustment) -> str:
    """What an adjustment does."""
    lines = [
        "Is it a complaint?",
        *_weights(adjustment.complaint, "log-odds"),
        "Is it urgent?",
        *_weights(adjustment.urgent, "points"),
        f"Learned from {adjustment.cases} cases. No post changes by more than {MAX_LOG_ODDS:g} log-odds and "
        f"{MAX_POINTS} points;",
        "a danger, and what the terms call always urgent, never change.",
    ]
    return "\n".join(lines)


def _proposal(question: str, proposal: Proposal, weights: Weights, unit: str) -> Iterator[str]:
    yield f"{question} Staff agreed with {proposal.agreed} judgements, and not with {proposal.corrected}"
    if proposal.why_not:
        yield f"  nothing is proposed: {proposal.why_not}"
        return
    yield from _weights(weights, unit)
    losses = f"{proposal.loss_before:.3f} -> {proposal.loss_after:.3f}"
    yield f"  log-loss on cases that it was not fitted on: {losses} (less is better)"


def _weights(weights: Weights, unit: str) -> Iterator[str]:
    if weights.is_empty:
        yield "  as the shared rules say"
        return
    if weights.base:
        yield f"  {weights.base:+g} {unit} for every post"
    for rule, weight in weights.rules.items():
        yield f"  {weight:+g} {unit} where {rule} fires"
