"""How soon somebody must answer: 0 to 100 from the intent, what is at stake, who says it how loudly, and when.

Urgency is the sum of its reasons' points, kept within 0 to 100, so that staff can add it up.
"""

from collections.abc import Iterator
from datetime import timedelta

from earshot.triage.context import PostContext
from earshot.triage.intent import Reckoning
from earshot.triage.judgement import CRITICAL, HIGH, NEVER_URGENT, NORMAL, Intent, Reason, total
from earshot.triage.reach import ReachStep, reach, step_of
from earshot.triage.rules.stakes import DANGERS, STAKES, Stake
from earshot.triage.terms.terms import Terms, first_named
from earshot.triage.tokenizer import TokenizedText

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
# What the wording gives or takes for a log-odd that it cannot wait, and up to how many of those.
_WORDED, _MOST_WORDED = 5, 3.0
# What is passed over comes before what surely is nothing, and below every complaint.
_DOUBT, _DOUBT_AT_STAKE = 20, 10
# Log-odds: evidence that moves less is not worth a person's time.
_TOLD = 0.3
# The greatest stake counts in full and each further one this much: it adds weight, not another emergency.
_FURTHER = 5
# Each earlier complaint, up to three of them.
_EARLIER, _MOST_EARLIER = 5, 3


_VIP_POINTS = 30
_WAITING_POINTS, _ANSWERED_POINTS = 10, 15
# Hours. Who was stuck yesterday is no longer; who complained a week ago waits for an answer, but not for a pager.
AGES = (ReachStep("time.old", 7 * 24, -30), ReachStep("time.stale", 24, -15))
# A journey or a deadline that is heard of so soon can still be saved.
_FRESH, _FRESH_POINTS = timedelta(minutes=30), 5
_PASSING = frozenset({"stake.journey", "stake.deadline"})


def weigh(
    reading: TokenizedText, language: str | None, reckoning: Reckoning, circumstances: PostContext, terms: Terms
) -> tuple[Reason, ...]:
    """Every reason with its points. Only complaints, and questions about a danger, have a stake, a reach, a past."""
    intent = reckoning.intent
    own = Reason(f"intent.{intent}", _OWN[intent] + _certainty(reckoning), _NAMES[intent])
    fired = _fired(reading, language, terms)
    at_stake = _at_stake([stake for stake in fired if _counts(stake, intent)])
    grave = intent is Intent.COMPLAINT or bool(at_stake)
    about = [*reach(circumstances), *_past(circumstances), *_time(circumstances, at_stake)] if grave else []
    if circumstances.vip and (grave or intent is Intent.QUESTION):
        about.append(Reason("author.vip", _VIP_POINTS, "an author whom the brand has named as important"))
    if intent is Intent.COMPLAINT:
        about += _worded(reckoning, total((own, *at_stake)))
    elif not at_stake:
        about += _doubt(reckoning, own.points, fired)
    reasons = [own, *at_stake, *(reason for reason in about if terms.allows(reason.rule))]
    in_danger = any(reason.rule in DANGERS for reason in at_stake)
    reasons += decreed(reading.text, sum(reason.points for reason in reasons), terms, in_danger=in_danger)
    evidence = [Reason(heard.rule, 0, heard.text) for heard in reckoning.evidence if abs(heard.odds) >= _TOLD]
    return (*reasons, *_product(reading, terms), *evidence)


def decreed(text: str, points: int, terms: Terms, *, in_danger: bool = False) -> tuple[Reason, ...]:
    """What the brand has said is always, or never, urgent, on top of ``points``. A danger outweighs its "never"."""
    if phrase := first_named(terms.always_urgent, text):
        return (Reason("brand.always_urgent", max(0, HIGH - points), f"'{phrase}' is always urgent here"),)
    phrase = first_named(terms.never_urgent, text)
    if phrase and not in_danger:
        return (Reason(NEVER_URGENT, min(0, HIGH - 1 - points), f"'{phrase}' is never urgent here"),)
    return ()


def _certainty(reckoning: Reckoning) -> int:
    if reckoning.intent is not Intent.COMPLAINT:
        return 0
    return round(_CERTAINTY * (2 * reckoning.complaint_score - 1))


def _at_stake(stakes: list[Stake]) -> list[Reason]:
    return [
        Reason(f"stake.{stake.rule}", _FURTHER if further else stake.points, stake.text)
        for further, stake in enumerate(stakes)
    ]


def _fired(reading: TokenizedText, language: str | None, terms: Terms) -> list[Stake]:
    """The stakes that the words speak of, the greatest first."""
    fired = [stake for stake in STAKES if stake.fires(reading, language) and terms.allows(f"stake.{stake.rule}")]
    return sorted(fired, key=lambda stake: -stake.points)


def _counts(stake: Stake, intent: Intent) -> bool:
    return intent is Intent.COMPLAINT or (intent is Intent.QUESTION and stake.dangerous)


def _past(circumstances: PostContext) -> Iterator[Reason]:
    history = circumstances.history
    if history.complaints:
        points = _EARLIER * min(history.complaints, _MOST_EARLIER)
        times = "once" if history.complaints == 1 else f"{history.complaints} times"
        yield Reason("history.earlier", points, f"has complained {times} before, not long ago")
    if history.waiting:
        yield Reason("history.waiting", _WAITING_POINTS, "still waits for an answer to an earlier complaint")
    if history.answered:
        yield Reason("history.answered", _ANSWERED_POINTS, "complains again after an answer")


def _worded(reckoning: Reckoning, before: int) -> Iterator[Reason]:
    """A complaint that is worded like what can, or cannot, wait.

    ``before`` are the points so far: manner alone makes a complaint neither low nor critical.
    """
    if reckoning.worded is None:
        return
    points = round(_WORDED * max(-_MOST_WORDED, min(_MOST_WORDED, reckoning.worded.urgent)))
    points = max(NORMAL - before, min(points, max(0, CRITICAL - 1 - before)))
    told = f": {', '.join(reckoning.worded.telling_urgent)}" if reckoning.worded.telling_urgent else ""
    if points:
        yield Reason("wording.urgent", points, f"worded like what {'cannot' if points > 0 else 'can'} wait{told}")


def _doubt(reckoning: Reckoning, own: int, stakes: list[Stake]) -> Iterator[Reason]:
    """What may be a complaint after all comes before what surely is none, the more so if there is something at stake.

    It comes after every complaint, and pages nobody.
    """
    points = round(_DOUBT * reckoning.complaint_score) + (_DOUBT_AT_STAKE if stakes else 0)
    points = min(points, NORMAL - 1 - own)
    if points > 0:
        yield Reason("doubt", points, f"may be a complaint: {stakes[0].text}" if stakes else "may be a complaint")


def _time(circumstances: PostContext, at_stake: list[Reason]) -> Iterator[Reason]:
    age = circumstances.age
    if age is None:
        return
    hours = age / timedelta(hours=1)
    if reason := step_of(AGES, hours, f"posted {hours / 24:,.0f} days ago" if hours >= 48 else "posted yesterday"):
        yield reason
    elif age <= _FRESH and any(reason.rule in _PASSING for reason in at_stake):
        yield Reason("time.fresh", _FRESH_POINTS, "posted minutes ago: an answer now can still help")


def _product(reading: TokenizedText, terms: Terms) -> list[Reason]:
    product = first_named(terms.products, reading.text)
    return [Reason("brand.product", 0, f"names {product}")] if product else []
