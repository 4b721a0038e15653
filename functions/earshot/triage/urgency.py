"""How soon somebody must answer: 0 to 100 from the intent, what is at stake, and how far the author's voice carries.

Urgency is the sum of its reasons' points, kept within 0 to 100, so that staff can add it up.
"""

from earshot.triage.intent import Reckoning
from earshot.triage.judgement import Intent, Reason, Severity
from earshot.triage.reading import Reading
from earshot.triage.stakes import STAKES, Stake

_CRITICAL, _HIGH, _NORMAL = 80, 60, 30

# Points that an intent has of its own. A complaint gets up to 15 more, the surer it is; so an ordinary one stays
# normal, and two of different certainty do not tie.
_OWN = {Intent.COMPLAINT: 30, Intent.QUESTION: 20, Intent.OPPORTUNITY: 8, Intent.PRAISE: 4, Intent.OTHER: 0}
_NAMES = {
    Intent.COMPLAINT: "a complaint",
    Intent.QUESTION: "a question",
    Intent.OPPORTUNITY: "a wish, a joke or an intent to buy",
    Intent.PRAISE: "praise",
    Intent.OTHER: "no complaint, question, wish or praise",
}
_CERTAINTY = 15
# The greatest stake counts in full and each further one this much: it adds weight, not another emergency.
_FURTHER = 5
# From so many followers on a voice carries: thousands read whether anybody answers. Wide reach lifts a plain
# complaint to high, and what is grave to critical.
_WIDE_REACH, _REACH = 10_000, 2_000
_WIDE_POINTS, _REACH_POINTS, _VERIFIED_POINTS = 20, 4, 2


def severity_of(urgency: int) -> Severity:
    """Critical from 80, high from 60, normal from 30, low below."""
    if urgency >= _CRITICAL:
        return Severity.CRITICAL
    if urgency >= _HIGH:
        return Severity.HIGH
    return Severity.NORMAL if urgency >= _NORMAL else Severity.LOW


def total(reasons: tuple[Reason, ...]) -> int:
    """The urgency that ``reasons`` add up to."""
    return min(100, max(0, sum(reason.points for reason in reasons)))


def weigh(
    reading: Reading, language: str | None, reckoning: Reckoning, *, followers: int | None, verified: bool
) -> tuple[Reason, ...]:
    """Every reason with its points. Only complaints, and questions about a danger, have a stake or a reach."""
    intent = reckoning.intent
    own = Reason(f"intent.{intent}", _OWN[intent] + _certainty(reckoning), _NAMES[intent])
    stakes = [stake for stake in STAKES if _counts(stake, intent) and stake.fires(reading, language)]
    stakes.sort(key=lambda stake: -stake.points)
    at_stake = [
        Reason(f"stake.{stake.rule}", _FURTHER if further else stake.points, stake.text)
        for further, stake in enumerate(stakes)
    ]
    heard = intent is Intent.COMPLAINT or bool(stakes)
    voice = _voice(followers, verified) if heard else []
    evidence = [Reason(f"cue.{cue.rule}", 0, cue.text) for cue in reckoning.cues]
    return (own, *at_stake, *voice, *evidence)


def _certainty(reckoning: Reckoning) -> int:
    if reckoning.intent is not Intent.COMPLAINT:
        return 0
    return round(_CERTAINTY * (2 * reckoning.complaint_score - 1))


def _counts(stake: Stake, intent: Intent) -> bool:
    return intent is Intent.COMPLAINT or (intent is Intent.QUESTION and stake.dangerous)


def _voice(followers: int | None, verified: bool) -> list[Reason]:
    reasons = []
    if followers is not None and followers >= _WIDE_REACH:
        reasons.append(Reason("reach.wide", _WIDE_POINTS, f"{followers:,} people follow the author"))
    elif followers is not None and followers >= _REACH:
        reasons.append(Reason("reach.some", _REACH_POINTS, f"{followers:,} people follow the author"))
    if verified:
        reasons.append(Reason("reach.verified", _VERIFIED_POINTS, "the author is verified"))
    return reasons
