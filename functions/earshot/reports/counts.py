"""Mention volume: how many mentions were posted in a period, by intent, severity, sentiment and source."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from earshot.cases.store.queries import MentionLabels
from earshot.errors import EarshotError
from earshot.triage.judgement import Intent, Severity

# A day is one query, and somebody waits for the response.
MAX_DAYS = 31
_SENTIMENTS = ("positive", "negative", "neutral", "mixed", "unclassified")


class PeriodError(EarshotError):
    """A period that ends before it begins, or has too many days. ``field`` is the parameter at fault."""

    field = "to"


def days_of(first: date, last: date) -> list[date]:
    """Every day from ``first`` to ``last``, both included. PeriodError: none, or more than ``MAX_DAYS``."""
    length = (last - first).days + 1
    if length < 1:
        raise PeriodError(f"The period ends on {last}, before it begins on {first}: exchange the two days.")
    if length > MAX_DAYS:
        raise PeriodError(f"The period has {length} days, and the limit is {MAX_DAYS}: ask for it in parts.")
    return [first + timedelta(days=number) for number in range(length)]


def _no_intents() -> Counter[str]:
    return Counter({str(intent): 0 for intent in Intent})


def _no_severities() -> Counter[str]:
    return Counter({str(severity): 0 for severity in Severity})


def _no_sentiments() -> Counter[str]:
    return Counter(dict.fromkeys(_SENTIMENTS, 0))


@dataclass(slots=True)
class MentionVolume:
    """Numbers of mentions. Posts of the brand count as ``own`` only, because their content is not judged."""

    own: int = 0
    customers: int = 0
    by_intent: Counter[str] = field(default_factory=_no_intents)
    by_severity: Counter[str] = field(default_factory=_no_severities)
    by_sentiment: Counter[str] = field(default_factory=_no_sentiments)
    by_source: Counter[str] = field(default_factory=Counter[str])

    @classmethod
    def of(cls, mentions: Iterable[MentionLabels]) -> "MentionVolume":
        """The volume of ``mentions``."""
        volume = cls()
        for mention in mentions:
            if mention.own:
                volume.own += 1
                continue
            volume.customers += 1
            volume.by_intent[mention.intent] += 1
            volume.by_severity[mention.severity] += 1
            volume.by_sentiment[mention.sentiment] += 1
            volume.by_source[mention.origin] += 1
        return volume

    @classmethod
    def total(cls, volumes: Iterable["MentionVolume"]) -> "MentionVolume":
        """The sum of several volumes."""
        total = cls()
        for volume in volumes:
            total.own += volume.own
            total.customers += volume.customers
            total.by_intent.update(volume.by_intent)
            total.by_severity.update(volume.by_severity)
            total.by_sentiment.update(volume.by_sentiment)
            total.by_source.update(volume.by_source)
        return total

    @property
    def mentions(self) -> int:
        """All mentions, the brand's own included."""
        return self.own + self.customers
