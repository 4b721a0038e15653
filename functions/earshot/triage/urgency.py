"""Urgency: how soon somebody must answer, from 0 to 100.

It is the sum of the points of its reasons, limited to 0 to 100, so that staff can add it up. Reasons come from the
intent, the stakes, the author's reach and history, the age of the post, and the brand's own terms.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from earshot.triage.context import PostContext
from earshot.triage.encoder.scores import STAKE_TEXTS, EncoderScores
from earshot.triage.intent import IntentScores
from earshot.triage.judgement import CRITICAL, HIGH, NEVER_URGENT, NORMAL, Intent, Reason, probability, urgency_of
from earshot.triage.reach import ReachStep, first_reached, reach_reasons
from earshot.triage.rules.stakes import DANGEROUS_RULES, LIFTS_TO_HIGH, Stake
from earshot.triage.terms.terms import Terms, first_phrase_in
from earshot.triage.tokenizer import TokenizedText

# The points of each intent. A complaint gets up to 15 more with its probability: an ordinary complaint stays normal,
# and two of different probability do not tie.
_INTENT_POINTS = {
    Intent.COMPLAINT: 30,
    Intent.QUESTION: 20,
    Intent.OPPORTUNITY: 8,
    Intent.PRAISE: 4,
    Intent.OTHER: 0,
}
INTENT_TEXTS = {
    Intent.COMPLAINT: "a complaint",
    Intent.QUESTION: "a question",
    Intent.OPPORTUNITY: "a wish, a joke or an intent to buy",
    Intent.PRAISE: "praise",
    Intent.OTHER: "no complaint, question, wish or praise",
}
_CERTAINTY_POINTS = 15
# The text model's rule for urgency; its points for each log-odd, up to so many log-odds either way.
TEXT_MODEL_URGENT = "wording.urgent"
# The rule of the reason that lifts a post to high because of a phrase that the brand has listed.
ALWAYS_URGENT = "brand.always_urgent"
_TEXT_MODEL_POINTS, _MAX_TEXT_MODEL_LOG_ODDS = 5, 3.0
# The encoder's rule for urgency; its points for a log-odd and for none, and their limits: by what is right of those
# whom it alerts about (docs/triage.md).
ENCODER_URGENT = "encoder.urgent"
_ENCODER_POINTS, _ENCODER_START, _ENCODER_LEAST, _ENCODER_MOST = 16, 12, -15, 40
# A stake that a rule has found is right more often than not: the encoder takes nothing from it, and wording little.
_TEXT_MODEL_LEAST_WITH_STAKE = -5
# The log-odds of the urgent score: for each log-odd of the encoder, of the text model and of a complaint, for the
# greatest stake (per LIFTS_TO_HIGH points, up to critical), and for none of them. Logistic regression on care_dev.csv;
# docs/triage.md has what it gives on brands that it was not fitted on.
_URGENT_WEIGHTS = {"encoder": 0.45, "wording": 0.25, "complaint": 0.15, "stake": 1.7, "start": -1.25}
_URGENT_WITHOUT_ENCODER = {"encoder": 0.0, "wording": 0.3, "complaint": 0.3, "stake": 1.5, "start": -1.9}
_MOST_STAKE = 1.7
# A post that may be a complaint comes before one that surely is none, and after every complaint.
_POSSIBLE_COMPLAINT_POINTS, _POSSIBLE_STAKE_POINTS = 20, 10
# Evidence with fewer log-odds is not listed among the reasons: it is not worth a person's time.
_MIN_LISTED_LOG_ODDS, _MIN_LISTED_BESIDE_ENCODER = 0.3, 0.1
# The greatest stake counts in full and each further one this much: it adds weight, not another emergency.
_FURTHER_STAKE_POINTS = 5
_EARLIER_COMPLAINT_POINTS, _MAX_EARLIER_COMPLAINTS = 5, 3
_WAITING_POINTS, _ANSWERED_POINTS = 10, 15
_VIP_POINTS = 30
# In hours. A customer who was stranded yesterday no longer is; one who complained a week ago needs an answer, but no
# alert.
AGE_STEPS = (ReachStep("time.old", 7 * 24, -30), ReachStep("time.stale", 24, -15))
# A journey or a deadline of a post this young can still be saved.
_FRESH_AGE, _FRESH_POINTS = timedelta(minutes=30), 5
_STAKES_THAT_PASS = frozenset({"stake.journey", "stake.deadline"})


def urgency_reasons(
    post: TokenizedText, matching: Sequence[Stake], scores: IntentScores, context: PostContext, terms: Terms
) -> tuple[Reason, ...]:
    """All reasons with their points. ``matching`` are the stakes that the post names.

    Stakes, reach, history and age count for complaints, and for questions about a danger. Reasons of 0 points explain
    the intent.
    """
    stakes = _stake_reasons([stake for stake in matching if _counts_for(scores.intent, stake)])
    about = about_author(scores.intent, context, stakes)
    intent = intent_reason(scores.intent, scores.complaint_score)
    in_danger = any(reason.rule in DANGEROUS_RULES for reason in stakes)
    if scores.intent is Intent.COMPLAINT:
        words, least = (intent, *stakes), 0 if stakes else _ENCODER_LEAST
        like = tuple(_encoder_reasons(scores.encoder_scores, urgency_of(words), least, in_danger=in_danger))
        points = urgency_of((*words, *like))
        about += (*like, *_text_model_reasons(scores, points, has_stake=bool(stakes), in_danger=in_danger))
    elif scores.intent is Intent.QUESTION and _cannot_wait(scores.encoder_scores):
        about += _encoder_reasons(scores.encoder_scores, intent.points, 0, in_danger=in_danger)
    elif not stakes:
        about += _possible_complaint(scores.complaint_score, intent.points, matching)
    reasons = [intent, *stakes, *(reason for reason in about if terms.allows(reason.rule))]
    reasons += brand_override(post.raw, sum(reason.points for reason in reasons), terms, in_danger=in_danger)
    worth_listing = _MIN_LISTED_LOG_ODDS if scores.encoder_scores is None else _MIN_LISTED_BESIDE_ENCODER
    listed = [Reason(item.rule, 0, item.text) for item in scores.evidence if abs(item.log_odds) >= worth_listing]
    return (*reasons, *_product_reasons(post, terms), *listed)


def brand_override(text: str, points: int, terms: Terms, *, in_danger: bool = False) -> tuple[Reason, ...]:
    """The reason that lifts a post to high, or keeps it below, because of a phrase that the brand has listed.

    ``points`` are those of the other reasons. A danger counts more than "never urgent".
    """
    if phrase := first_phrase_in(text, terms.always_urgent):
        return (Reason(ALWAYS_URGENT, max(0, HIGH - points), f"'{phrase}' is always urgent here"),)
    phrase = first_phrase_in(text, terms.never_urgent)
    if phrase and not in_danger:
        return (Reason(NEVER_URGENT, min(0, HIGH - 1 - points), f"'{phrase}' is never urgent here"),)
    return ()


def intent_reason(intent: Intent, complaint_score: float) -> Reason:
    """The reason for an intent, with its points."""
    certainty = round(_CERTAINTY_POINTS * (2 * complaint_score - 1)) if intent is Intent.COMPLAINT else 0
    return Reason(f"intent.{intent}", _INTENT_POINTS[intent] + certainty, INTENT_TEXTS[intent])


def _counts_for(intent: Intent, stake: Stake) -> bool:
    return intent is Intent.COMPLAINT or (intent is Intent.QUESTION and stake.dangerous)


def _stake_reasons(stakes: list[Stake]) -> list[Reason]:
    return [
        Reason(f"stake.{stake.rule}", _FURTHER_STAKE_POINTS if further else stake.points, stake.text)
        for further, stake in enumerate(stakes)
    ]


def about_author(intent: Intent, context: PostContext, stakes: list[Reason]) -> list[Reason]:
    """The reasons from the author's reach and history, from the age of the post, and for a VIP."""
    reasons: list[Reason] = []
    counts = intent is Intent.COMPLAINT or bool(stakes)
    if counts:
        reasons += (*reach_reasons(context), *_history_reasons(context), *_age_reasons(context, stakes))
    if context.vip and (counts or intent is Intent.QUESTION):
        reasons.append(Reason("author.vip", _VIP_POINTS, "an author whom the brand has named as important"))
    return reasons


def _history_reasons(context: PostContext) -> Iterator[Reason]:
    history = context.history
    if history.complaints:
        points = _EARLIER_COMPLAINT_POINTS * min(history.complaints, _MAX_EARLIER_COMPLAINTS)
        times = "once" if history.complaints == 1 else f"{history.complaints} times"
        yield Reason("history.earlier", points, f"has complained {times} before, not long ago")
    if history.waiting:
        yield Reason("history.waiting", _WAITING_POINTS, "still waits for an answer to an earlier complaint")
    if history.answered:
        yield Reason("history.answered", _ANSWERED_POINTS, "complains again after an answer")


def _age_reasons(context: PostContext, stakes: list[Reason]) -> Iterator[Reason]:
    age = context.age
    if age is None:
        return
    hours = age / timedelta(hours=1)
    text = f"posted {hours / 24:,.0f} days ago" if hours >= 48 else "posted yesterday"
    if reason := first_reached(AGE_STEPS, hours, text):
        yield reason
    elif age <= _FRESH_AGE and any(reason.rule in _STAKES_THAT_PASS for reason in stakes):
        yield Reason("time.fresh", _FRESH_POINTS, "posted minutes ago: an answer now can still help")


def urgent_score(matching: Sequence[Stake], scores: IntentScores) -> float:
    """The probability, 0 to 1, that the words of a post, which names these stakes, cannot wait."""
    greatest = max((stake.points for stake in matching), default=0)
    encoder, wording = scores.encoder_scores, scores.text_scores
    weights = _URGENT_WITHOUT_ENCODER if encoder is None else _URGENT_WEIGHTS
    complaint = sum(item.log_odds for item in scores.evidence)
    log_odds = (
        weights["start"]
        + weights["encoder"] * (0.0 if encoder is None else encoder.urgent)
        + weights["wording"] * (0.0 if wording is None else wording.urgent)
        + weights["complaint"] * max(-5.0, min(5.0, complaint))
        + weights["stake"] * min(_MOST_STAKE, greatest / LIFTS_TO_HIGH)
    )
    return probability(log_odds)


def _cannot_wait(scores: EncoderScores | None) -> bool:
    return scores is not None and scores.urgent > 0


def _encoder_reasons(scores: EncoderScores | None, points: int, least: int, *, in_danger: bool) -> Iterator[Reason]:
    """The encoder's view of a post that has ``points`` so far, which takes no more than ``least``."""
    if scores is None:
        return
    change = round(_ENCODER_POINTS * scores.urgent) + _ENCODER_START
    change = _within_limits(max(least, min(_ENCODER_MOST, change)), points, in_danger=in_danger)
    if change:
        text = f"like posts about {STAKE_TEXTS[scores.stake]}" if change > 0 else "like posts that can wait"
        yield Reason(ENCODER_URGENT, change, text)


def _within_limits(change: int, points: int, *, in_danger: bool) -> int:
    """Style alone makes a complaint neither low nor critical, and a danger no less than critical."""
    least = CRITICAL if in_danger and points >= CRITICAL else min(NORMAL, points)
    return max(least - points, min(change, max(0, CRITICAL - 1 - points)))


def _text_model_reasons(both: IntentScores, points: int, *, has_stake: bool, in_danger: bool) -> Iterator[Reason]:
    """The text model's view of a complaint that has ``points`` so far."""
    scores = both.text_scores
    if scores is None:
        return
    log_odds = max(-_MAX_TEXT_MODEL_LOG_ODDS, min(_MAX_TEXT_MODEL_LOG_ODDS, scores.urgent))
    change = round(_TEXT_MODEL_POINTS * log_odds)
    if has_stake and both.encoder_scores is not None:
        change = max(change, _TEXT_MODEL_LEAST_WITH_STAKE)
    change = _within_limits(change, points, in_danger=in_danger)
    features = f": {', '.join(scores.top_urgent_features)}" if scores.top_urgent_features else ""
    if change:
        text = f"worded like what {'cannot' if change > 0 else 'can'} wait{features}"
        yield Reason(TEXT_MODEL_URGENT, change, text)


def _possible_complaint(complaint_score: float, intent_points: int, stakes: Sequence[Stake]) -> Iterator[Reason]:
    """The reason that sorts what may be a complaint before what surely is none; it stays below every complaint."""
    points = round(_POSSIBLE_COMPLAINT_POINTS * complaint_score) + (_POSSIBLE_STAKE_POINTS if stakes else 0)
    points = min(points, NORMAL - 1 - intent_points)
    if points > 0:
        yield Reason("doubt", points, f"may be a complaint: {stakes[0].text}" if stakes else "may be a complaint")


def _product_reasons(post: TokenizedText, terms: Terms) -> list[Reason]:
    product = first_phrase_in(post.raw, terms.products)
    return [Reason("brand.product", 0, f"names {product}")] if product else []
