"""How the reader's answer changes a judgement.

The reader judges the words: it sets the intent, and puts its own points in the place of those of stakes and wording.
What the author's reach and history, the age of the post and the brand's terms add is added as for every post. Nothing
is lowered that the brand's terms or a rule of danger decree, or where the post gives orders to a model.
"""

import math
from dataclasses import replace

from earshot.triage.context import PostContext
from earshot.triage.intent import COMPLAINT_THRESHOLD
from earshot.triage.judgement import (
    HIGH,
    NEVER_URGENT,
    UNCLASSIFIED,
    Intent,
    Judgement,
    Reason,
    probability,
    severity_of,
    urgency_of,
)
from earshot.triage.reader.answer import DANGEROUS, GROUNDS, Answer, Reading, Silence
from earshot.triage.rules.stakes import DANGEROUS_RULES
from earshot.triage.terms.terms import Terms
from earshot.triage.urgency import (
    ALWAYS_URGENT,
    ENCODER_URGENT,
    INTENT_TEXTS,
    TEXT_MODEL_URGENT,
    about_author,
    intent_reason,
)

SILENT, ORDERS, OVERRULED, CAN_WAIT = "reader.silent", "reader.orders", "reader.overruled", "reader.can_wait"
# What the answer adds to the log-odds of a complaint; the other voices' share is cut where it contradicts.
_LOG_ODDS = 2.0
_MAX_LOG_ODDS = 6.0


def apply_reading(judgement: Judgement, reading: Reading, context: PostContext, terms: Terms) -> Judgement:
    """The judgement with the reader's answer as one more voice, or with the reason that it gave none.

    The points of the reasons add up to the urgency, as before.
    """
    orders = "gives orders to a model: the reader's answer can only raise it"
    notes = (Reason(ORDERS, 0, orders),) if reading.gives_orders else ()
    if isinstance(reading.answer, Silence):
        silent = Reason(SILENT, 0, str(reading.answer))
        return replace(judgement, reasons=(*judgement.reasons, silent, *notes))
    is_bound = reading.gives_orders or _is_decreed(judgement)
    read = _read(judgement, reading, reading.answer, context, terms, is_bound=is_bound)
    if is_bound and (read.urgency < judgement.urgency or read.intent.precedence > judgement.intent.precedence):
        stands = f"{reading.name} says {INTENT_TEXTS[reading.answer.intent]}, and cannot lower this"
        overruled = Reason(OVERRULED, 0, stands)
        return replace(judgement, reasons=(*judgement.reasons, overruled, *notes), reader=reading.model)
    return replace(read, reasons=(*read.reasons, *notes))


def _is_decreed(judgement: Judgement) -> bool:
    return any(reason.rule == ALWAYS_URGENT or reason.rule in DANGEROUS_RULES for reason in judgement.reasons)


def _read(
    judgement: Judgement, reading: Reading, answer: Answer, context: PostContext, terms: Terms, *, is_bound: bool
) -> Judgement:
    """What the judgement would be by the answer. A bound judgement keeps all that its stakes weigh."""
    before = {reason.rule: reason for reason in judgement.reasons}
    is_complaint = answer.intent is Intent.COMPLAINT
    score = _score(judgement.complaint_score, is_complaint=is_complaint)
    intent = intent_reason(answer.intent, score)
    stakes = [one for one in judgement.reasons if one.rule.startswith("stake.")] if is_complaint or is_bound else []
    style = [before[rule] for rule in (ENCODER_URGENT, TEXT_MODEL_URGENT) if is_complaint and rule in before]
    told = _told(reading, answer, intent.points, sum(one.points for one in (*stakes, *style)), is_bound=is_bound)
    if not terms.allows(told.rule):
        return judgement
    about = [one for one in about_author(answer.intent, context, stakes) if terms.allows(one.rule)]
    reasons = [intent, told, *stakes, *style, *about]
    is_dangerous = answer.ground in DANGEROUS or any(one.rule in DANGEROUS_RULES for one in stakes)
    reasons += _decrees(before, sum(one.points for one in reasons), is_dangerous=is_dangerous)
    reasons += [one for one in judgement.reasons if not one.points and not one.rule.startswith("intent.")]
    reasons = [one for one in reasons if one.rule != UNCLASSIFIED]
    unique = tuple({one.rule: one for one in reversed(reasons)}.values())[::-1]
    urgency = urgency_of(unique)
    return replace(
        judgement,
        intent=answer.intent,
        complaint_score=score,
        urgency=urgency,
        severity=severity_of(urgency),
        reasons=unique,
        reader=reading.model,
        urgent_score=_score(judgement.urgent_score, is_complaint=answer.ground is not None),
    )


def _told(reading: Reading, answer: Answer, intent_points: int, other_points: int, *, is_bound: bool) -> Reason:
    """The reader's own reason. Its points lift the words to the ground's least urgency, or take back the others'."""
    words = intent_points + other_points
    if answer.ground is not None:
        ground = GROUNDS[answer.ground]
        return Reason(f"reader.{ground.rule}", max(0, ground.least - words), f"{ground.text}, says {reading.name}")
    if answer.intent is not Intent.COMPLAINT:
        return Reason(f"reader.{answer.intent}", 0, f"{INTENT_TEXTS[answer.intent]}, says {reading.name}")
    points = 0 if is_bound else min(0, intent_points - words)
    return Reason(CAN_WAIT, points, f"a complaint that can wait, says {reading.name}")


def _decrees(before: dict[str, Reason], points: int, *, is_dangerous: bool) -> list[Reason]:
    """The brand's own reason, with the points that it takes to reach high, or to stay below."""
    if ALWAYS_URGENT in before:
        return [replace(before[ALWAYS_URGENT], points=max(0, HIGH - points))]
    if NEVER_URGENT in before and not is_dangerous:
        return [replace(before[NEVER_URGENT], points=min(0, HIGH - 1 - points))]
    return []


def _score(complaint_score: float, *, is_complaint: bool) -> float:
    """A score on the reader's side of the threshold: the surer the other voices agree, the farther."""
    certain = min(max(complaint_score, 1e-9), 1 - 1e-9)
    log_odds = max(-_MAX_LOG_ODDS, min(_MAX_LOG_ODDS, math.log(certain / (1 - certain))))
    log_odds = max(log_odds, 0.0) + _LOG_ODDS if is_complaint else min(log_odds, 0.0) - _LOG_ODDS
    score = probability(log_odds)
    return max(score, COMPLAINT_THRESHOLD) if is_complaint else score
