"""What a case is about, in one word: what silences, groups of alerts and reports sort cases by."""

from collections.abc import Iterable

from earshot.triage.judgement import Reason

# The rules of urgency, in docs/rules.md, each name a kind of trouble.
_STAKE = "stake."
# Nothing that those rules know is at stake.
OTHER = "other"
# In the order of earshot.triage.stakes, which a test holds: nobody needs its patterns to know their names.
TOPICS = (
    "danger",
    "fraud",
    "journey",
    "money",
    "deadline",
    "lost_all",
    "repeated",
    "leaving",
    "authority",
    "outage",
    OTHER,
)


def topic_of(reasons: Iterable[Reason]) -> str:
    """The name of the stake that weighs most, such as ``outage`` or ``money``; of equals the first; else ``other``."""
    stakes = [reason for reason in reasons if reason.rule.startswith(_STAKE)]
    heaviest = max(stakes, key=lambda reason: reason.points, default=None)
    return OTHER if heaviest is None else heaviest.rule.removeprefix(_STAKE)
