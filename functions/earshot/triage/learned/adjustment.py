"""An adjustment of the shared rules to one brand: a few numbers, each small, that staff's corrections have given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# The rules under which it shows among the reasons. A brand may switch off either.
LEARNED_COMPLAINT, LEARNED_URGENT = "learned.complaint", "learned.urgent"
LEARNED_RULES = frozenset({LEARNED_COMPLAINT, LEARNED_URGENT})
# What it can do to one post at most, either way: log-odds of a complaint, and points of urgency.
MAX_LOG_ODDS = 1.5
MAX_POINTS = 10
# So many rules have a weight of their own in each of the two, beside the one for all posts.
MOST_RULES = 3
# The rules that may have one: they say something of the post, and say the same wherever they fire.
COMPLAINT_PREFIXES = ("cue.", "start.")
URGENT_PREFIXES = ("stake.", "cue.", "start.", "reach.", "history.", "time.")


@dataclass(frozen=True, slots=True)
class Weights:
    """What is added for every post, and for each of some rules where it fires."""

    base: float = 0.0
    rules: Mapping[str, float] = field(default_factory=dict[str, float])

    def sum(self, fired: Iterable[str]) -> float:
        """What is added for a post in which these rules fire."""
        return self.base + sum(self.rules[rule] for rule in set(fired) & self.rules.keys())

    @property
    def is_empty(self) -> bool:
        """Whether nothing is ever added."""
        return not self.base and not any(self.rules.values())


@dataclass(frozen=True, slots=True)
class Adjustment:
    """``complaint`` is in log-odds of a complaint, ``urgent`` in points of urgency; the sums are limited.

    ``cases`` is the number of cases that it was fitted on.
    """

    complaint: Weights = Weights()
    urgent: Weights = Weights()
    cases: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return self.complaint.is_empty and self.urgent.is_empty

    def log_odds(self, fired: Iterable[str]) -> float:
        """What is added to the log-odds of a complaint for a post in which these rules fire."""
        return max(-MAX_LOG_ODDS, min(MAX_LOG_ODDS, self.complaint.sum(fired)))

    def points(self, fired: Iterable[str]) -> int:
        """What is added to the urgency of a complaint in which these rules fire."""
        return round(max(-MAX_POINTS, min(MAX_POINTS, self.urgent.sum(fired))))


NO_ADJUSTMENT = Adjustment()
