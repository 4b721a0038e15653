"""When complaints about one thing are an incident: when an hour has more of them than chance gives it.

**The rule.** Let k be the customers whose complaints of the last hour share a feature. It is an incident if k is at
least ``LEAST`` and so many, or more, were to be expected with a probability below ``CHANCE`` only.

**What is usual** is learned from the brand's own hours: those of the last four weeks that lie at this time of the day,
give or take one. Their counts have a mean m and a variance v. The count of an hour is taken to be negative binomial,
with mean m and size r = m²/(v-m): counts that vary as they always do by chance, and besides because days differ. r is
6 at most (the rate of an hour varies by 40 % from day to day at least, whatever little was seen) and 0.5 at first,
growing by one for each four hours known: who knows nothing yet is not sure of anything. To what was seen four hours
with half a complaint each are added, so that what was not seen in a few hours is not yet rare.

On a brand that is quiet at this hour five customers with one trouble are an incident; with ten complaints an hour
about it, usually, 44 are; on the first day, when nothing is known, 15. docs/alerting.md has the figures.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, lgamma, log

WINDOW = timedelta(hours=1)
# Fewer than this are a coincidence, however quiet the brand is.
LEAST = 5
# For each hour of the day some ten features are looked at: one false alarm in more than a year.
CHANCE = 1e-5
KEPT = timedelta(days=28)
_LARGEST_SIZE = 6.0
_FIRST_SIZE = 0.5
_FIRST_MEAN, _FIRST_HOURS = 0.5, 4
_HOURS_FOR_ONE = 4


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour that is over: it began ``at`` (UTC), and so many customers complained with each feature.

    What fewer than two had in common is left out.
    """

    at: datetime
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Usual:
    """What one hour of the day usually has of a feature: the ``mean`` count, and the ``size`` of its distribution."""

    mean: float
    size: float

    def chance(self, count: int) -> float:
        """The probability of ``count`` or more."""
        stays = log(self.size / (self.size + self.mean))
        rises = log(self.mean / (self.size + self.mean))

        def of(number: int) -> float:
            ways = lgamma(number + self.size) - lgamma(self.size) - lgamma(number + 1)
            return exp(ways + self.size * stays + number * rises)

        # The tail, summed from its greatest term on: one minus the rest would drown in rounding.
        if count <= self.mean:
            return max(0.0, 1 - sum(of(number) for number in range(count)))
        tail, number, term = 0.0, count, of(count)
        while term > tail * 1e-12:
            tail, number = tail + term, number + 1
            term = of(number)
        return min(1.0, tail)


def hours_like(hours: Iterable[Hour], now: datetime) -> list[Hour]:
    """Those of the last four weeks that lie at this time of the day, give or take one."""
    near = {(now.hour + by) % 24 for by in (-1, 0, 1)}
    return [hour for hour in hours if hour.at.hour in near and now - KEPT <= hour.at <= now - WINDOW]


def usual_for(feature: str, hours: Sequence[Hour]) -> Usual:
    """What ``hours`` say of a feature."""
    counts = [hour.counts.get(feature, 0) for hour in hours]
    mean = (sum(counts) + _FIRST_MEAN * _FIRST_HOURS) / (len(counts) + _FIRST_HOURS)
    variance = sum((count - mean) ** 2 for count in counts) / max(1, len(counts) - 1)
    fitted = mean * mean / (variance - mean) if variance > mean else _LARGEST_SIZE
    return Usual(mean, min(_LARGEST_SIZE, fitted, _FIRST_SIZE + len(counts) / _HOURS_FOR_ONE))


def unusual(counts: Mapping[str, int], hours: Sequence[Hour]) -> tuple[str, Usual] | None:
    """The feature that stands out most, with what would have been usual; None where all is as ever.

    Of those that stand out alike a kind of trouble comes before a word, and the commoner before the rarer.
    """
    found: list[tuple[float, int, bool, str, Usual]] = []
    for feature, count in counts.items():
        if count < LEAST:
            continue
        usual = usual_for(feature, hours)
        chance = usual.chance(count)
        if chance < CHANCE:
            found.append((round(log(max(chance, 1e-300))), -count, ":" not in feature, feature, usual))
    if not found:
        return None
    *_, feature, usual = min(found, key=lambda one: one[:4])
    return feature, usual
