"""Counts for a period: how many mentions there were on each day, and what they were."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from earshot.cases.store.queries import MentionLabels
from earshot.errors import EarshotError
from earshot.triage.judgement import Intent, Severity

MOST_DAYS = 31
_SENTIMENTS = ("positive", "negative", "neutral", "mixed", "unclassified")


class PeriodError(EarshotError):
    """A period that ends before it begins, or is too long to count. ``field`` is the date at fault."""

    field = "to"


def days_of(first: date, last: date) -> list[date]:
    """Every day from ``first`` to ``last``, both included. PeriodError: none, or more than ``MOST_DAYS``."""
    length = (last - first).days + 1
    if length < 1:
        raise PeriodError(f"The period ends on {last}, before it begins on {first}: exchange the two.")
    if length > MOST_DAYS:
        raise PeriodError(f"The period has {length} days, and at most {MOST_DAYS} are counted at once: ask in parts.")
    return [first + timedelta(days=number) for number in range(length)]


@dataclass(slots=True)
class Tally:
    """Mentions counted. The brand's own posts are counted as ``own`` alone: what they say is not judged."""

    own: int = 0
    customers: int = 0
    by_intent: Counter[str] = field(default_factory=lambda: Counter({str(intent): 0 for intent in Intent}))
    by_severity: Counter[str] = field(default_factory=lambda: Counter({str(severity): 0 for severity in Severity}))
    by_sentiment: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(_SENTIMENTS, 0)))
    by_source: Counter[str] = field(default_factory=Counter)

    @property
    def mentions(self) -> int:
        """All of them."""
        return self.own + self.customers

    def count(self, mentions: Iterable[MentionLabels]) -> "Tally":
        """Add mentions."""
        for mention in mentions:
            if mention.own:
                self.own += 1
                continue
            self.customers += 1
            self.by_intent[mention.intent] += 1
            self.by_severity[mention.severity] += 1
            self.by_sentiment[mention.sentiment] += 1
            self.by_source[mention.origin] += 1
        return self

    def add(self, other: "Tally") -> "Tally":
        """Add what another one counted."""
        self.own += other.own
        self.customers += other.customers
        for mine, others in (
            (self.by_intent, other.by_intent),
            (self.by_severity, other.by_severity),
            (self.by_sentiment, other.by_sentiment),
            (self.by_source, other.by_source),
        ):
            mine.update(others)
        return self
