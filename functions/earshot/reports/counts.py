"""Mention volume: how many mentions were posted in a period, by intent, severity, sentiment and source."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from earshot.aws.parallel import never
from earshot.cases.store.mention_counts import SENTIMENTS, MentionCounts
from earshot.errors import PeriodError
from earshot.triage.judgement import Intent, Severity

# A day is one query, and somebody waits for the response.
MAX_DAYS = 31


class MentionCounting(Protocol):
    """Counts the mentions that were posted from ``start`` on and before ``end``."""

    def count_mentions(self, start: datetime, end: datetime) -> MentionCounts: ...


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
    return Counter(dict.fromkeys(SENTIMENTS, 0))


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
    def of(cls, counts: MentionCounts) -> "MentionVolume":
        """The volume of the mentions that were counted; what none of them had is 0."""
        volume = cls(counts.own, counts.customers)
        volume.by_intent.update(counts.intent)
        volume.by_severity.update(counts.severity)
        volume.by_sentiment.update(counts.sentiment)
        volume.by_source.update(counts.origin)
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


def count_days(
    counting: MentionCounting, days: Sequence[date], is_over: Callable[[], bool] = never
) -> dict[date, MentionVolume]:
    """The volume of each day in UTC, in the order of ``days``. Once ``is_over`` no further day is counted.

    The last days are counted first: those are the ones that people look at.
    """
    counted: dict[date, MentionVolume] = {}
    for day in reversed(days):
        if is_over():
            break
        counted[day] = MentionVolume.of(counting.count_mentions(midnight(day), end_of(day)))
    return {day: counted[day] for day in days if day in counted}


def midnight(day: date) -> datetime:
    """When a day in UTC begins."""
    return datetime.combine(day, time(), UTC)


def end_of(day: date) -> datetime:
    """When the next day begins; for the last day of all, its last moment."""
    return midnight(day + timedelta(days=1)) if day < date.max else datetime.max.replace(tzinfo=UTC)
