"""What fired, and how much it weighed, for people: ``earshot classify --explain``."""

from collections.abc import Iterator

from earshot.triage.intent import Evidence
from earshot.triage.judge import Explanation
from earshot.triage.judgement import Intent, Reason
from infra.evaluation.triage import TriagePost


def explanation(post_id: object, post: TriagePost, explained: Explanation) -> str:
    """A paragraph for one post: the verdict, the evidence in log-odds of a complaint, and the points of urgency."""
    return "\n".join(_lines(post_id, post, explained)) + "\n"


def _lines(post_id: object, post: TriagePost, explained: Explanation) -> Iterator[str]:
    judgement = explained.judgement
    yield (
        f"{post_id}: {judgement.intent} (complaint score {judgement.complaint_score:.2f}), "
        f"urgency {judgement.urgency}, {judgement.severity}; language {judgement.language or 'unknown'}"
    )
    yield f"  {' '.join(post.text.split())}"
    if explained.intent_scores is not None:
        yield "  What it wants, in log-odds of a complaint:"
        yield from map(_evidence, sorted(explained.intent_scores.evidence, key=lambda item: -abs(item.log_odds)))
        total = sum(item.log_odds for item in explained.intent_scores.evidence)
        yield f"    {total:+6.2f}  in all; a complaint from 0 on"
    yield "  How urgent, in points:"
    # Evidence for an intent gives no points, and is listed above.
    listed = () if explained.intent_scores is None else {item.rule for item in explained.intent_scores.evidence}
    yield from (_points(reason) for reason in judgement.reasons if reason.rule not in listed)
    yield f"    {judgement.urgency:+6d}  in all, within 0 to 100"


def _evidence(item: Evidence) -> str:
    aside = "" if item.intent is Intent.COMPLAINT or not item.weight else f" ({item.intent} {item.weight:+.2f})"
    return f"    {item.log_odds:+6.2f}  {item.rule:<22} {item.text}{aside}"


def _points(reason: Reason) -> str:
    return f"    {reason.points:+6d}  {reason.rule:<22} {reason.text}"
