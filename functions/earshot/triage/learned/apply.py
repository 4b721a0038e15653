"""Applying an adjustment to a post: one more finding for its intent, and one more reason for its urgency."""

from collections.abc import Sequence

from earshot.triage.intent import Evidence, IntentScores, with_evidence
from earshot.triage.judgement import CRITICAL, HIGH, NEVER_URGENT, NORMAL, Intent, Reason, urgency_of
from earshot.triage.learned.adjustment import (
    COMPLAINT_PREFIXES,
    LEARNED_COMPLAINT,
    LEARNED_URGENT,
    URGENT_PREFIXES,
)
from earshot.triage.rules.stakes import names_danger
from earshot.triage.terms.terms import Terms, first_phrase_in
from earshot.triage.tokenizer import TokenizedText

_TEXT = "your staff's corrections"


def is_decreed(post: TokenizedText, language: str | None, terms: Terms) -> bool:
    """Whether no correction may change a post: it names a danger, or what the brand has listed as always urgent."""
    return first_phrase_in(post.raw, terms.always_urgent) is not None or names_danger(post, language, terms)


def adjusted_scores(scores: IntentScores, terms: Terms) -> IntentScores:
    """The scores with what staff's corrections add to the log-odds of a complaint."""
    if not terms.allows(LEARNED_COMPLAINT):
        return scores
    fired = [item.rule for item in scores.evidence if item.rule.startswith(COMPLAINT_PREFIXES)]
    log_odds = terms.learned.log_odds(fired)
    if not log_odds:
        return scores
    intent = Intent.COMPLAINT if log_odds > 0 else Intent.OTHER
    return with_evidence(
        scores, Evidence(LEARNED_COMPLAINT, intent, abs(log_odds), log_odds, _complaint_text(log_odds))
    )


def adjusted_reasons(reasons: tuple[Reason, ...], scores: IntentScores, terms: Terms) -> tuple[Reason, ...]:
    """The reasons with what staff's corrections add to the urgency of a complaint.

    It makes no complaint low and none critical, and lifts none that a phrase of the brand keeps below high.
    """
    rules = [reason.rule for reason in reasons]
    for item in scores.evidence:
        if item.rule == LEARNED_COMPLAINT and item.rule not in rules:
            # Weak evidence is not listed, but staff see whatever they have caused.
            reasons = (*reasons, Reason(item.rule, 0, item.text))
    if scores.intent is not Intent.COMPLAINT or not terms.allows(LEARNED_URGENT):
        return reasons
    urgency, points = urgency_of(reasons), terms.learned.points(urgent_rules(reasons))
    ceiling = HIGH if NEVER_URGENT in rules else CRITICAL
    points = max(min(0, NORMAL - urgency), min(points, max(0, ceiling - 1 - urgency)))
    if not points:
        return reasons
    text = f"{_TEXT}: {'more' if points > 0 else 'less'} urgent than the rules say"
    return (*reasons, Reason(LEARNED_URGENT, points, text))


def complaint_rules(reasons: Sequence[Reason]) -> frozenset[str]:
    """The rules of a judgement that may have a weight for complaints."""
    return frozenset(reason.rule for reason in reasons if reason.rule.startswith(COMPLAINT_PREFIXES))


def urgent_rules(reasons: Sequence[Reason]) -> frozenset[str]:
    """The rules of a judgement that may have a weight for urgency."""
    return frozenset(reason.rule for reason in reasons if reason.rule.startswith(URGENT_PREFIXES))


def _complaint_text(log_odds: float) -> str:
    return f"{_TEXT}: {'more' if log_odds > 0 else 'less'} like a complaint than the rules say"
