"""When complaints about one thing are an incident: when an hour has more of them than chance explains.

**The rule.** Let k be the number of customers whose complaints of the last hour share a feature. It is an incident if k
is at least ``LEAST_CUSTOMERS`` and the probability of k or more is below ``SIGNIFICANCE``.

**The baseline** is learned from the brand's own hours: those of the last four weeks at this time of the day, give or
take one hour. Their counts have a mean m and a variance v. The count of an hour is taken to be negative binomial with
mean m and size r = m²/(v-m), so that it varies by chance and, besides, because days differ. r is at most 6: the rate of
an hour is taken to vary by 40 % from day to day at least, however even the counts were. At first r is 0.5, and this
limit grows by one for every four known hours: little is certain on the first days. Four hours with half a complaint
each are added to what was seen, so that what did not occur in a few hours is not yet rare.

On a brand that is quiet at this hour five customers with one problem are an incident. With ten complaints about it in a
normal hour, 44 are. On the first day, when nothing is known, 15 are. docs/alerting.md has the figures.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, lgamma, log

WINDOW = timedelta(hours=1)
# Fewer customers than this are a coincidence, however quiet the brand is.
LEAST_CUSTOMERS = 5
# About ten features are tested in an hour: one false alarm in more than a year.
SIGNIFICANCE = 1e-5
BASELINE_SPAN = timedelta(days=28)
_LARGEST_SIZE = 6.0
_FIRST_SIZE = 0.5
_PRIOR_MEAN, _PRIOR_HOURS = 0.5, 4
_HOURS_FOR_ONE = 4


@dataclass(frozen=True, slots=True)
class HourlyCounts:
    """How many customers complained with each feature in the hour that began ``at`` (UTC).

    Features that fewer than two customers shared are left out.
    """

    at: datetime
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Baseline:
    """How many customers complain with a feature in a normal hour: negative binomial, with ``mean`` and ``size``.

    Its variance is ``mean + mean²/size``.
    """

    mean: float
    size: float

    def tail_probability(self, count: int) -> float:
        """The probability of ``count`` or more, 0 to 1."""
        # The tail is summed from its greatest term on: one minus the rest would lose it in rounding.
        if count <= self.mean:
            return max(0.0, 1 - sum(self._probability(number) for number in range(count)))
        tail, number, term = 0.0, count, self._probability(count)
        while term > tail * 1e-12:
            tail, number = tail + term, number + 1
            term = self._probability(number)
        return min(1.0, tail)

    def _probability(self, count: int) -> float:
        """The probability of exactly ``count``."""
        total = self.size + self.mean
        combinations = lgamma(count + self.size) - lgamma(self.size) - lgamma(count + 1)
        return exp(combinations + self.size * log(self.size / total) + count * log(self.mean / total))


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A feature that is more frequent than chance explains, and its baseline."""

    feature: str
    baseline: Baseline


def comparable_hours(hours: Iterable[HourlyCounts], now: datetime) -> list[HourlyCounts]:
    """The hours of the last four weeks at this time of the day, give or take one."""
    near = {(now.hour + by) % 24 for by in (-1, 0, 1)}
    return [hour for hour in hours if hour.at.hour in near and now - BASELINE_SPAN <= hour.at <= now - WINDOW]


def baseline_of(feature: str, hours: Sequence[HourlyCounts]) -> Baseline:
    """The baseline of a feature by ``hours``, which are comparable to the present one."""
    counts = [hour.counts.get(feature, 0) for hour in hours]
    mean = (sum(counts) + _PRIOR_MEAN * _PRIOR_HOURS) / (len(counts) + _PRIOR_HOURS)
    variance = sum((count - mean) ** 2 for count in counts) / max(1, len(counts) - 1)
    fitted = mean * mean / (variance - mean) if variance > mean else _LARGEST_SIZE
    return Baseline(mean, min(_LARGEST_SIZE, fitted, _FIRST_SIZE + len(counts) / _HOURS_FOR_ONE))


def find_anomaly(counts: Mapping[str, int], hours: Sequence[HourlyCounts]) -> Anomaly | None:
    """The least probable feature, where one is an incident by the rule above; None where none is.

    Of features that are about as improbable a kind of trouble comes before a word, and the more frequent one first.
    """
    found: list[tuple[tuple[int, int, bool, str], Anomaly]] = []
    for feature, count in counts.items():
        if count < LEAST_CUSTOMERS:
            continue
        baseline = baseline_of(feature, hours)
        probability = baseline.tail_probability(count)
        if probability < SIGNIFICANCE:
            order = (round(log(max(probability, 1e-300))), -count, ":" not in feature, feature)
            found.append((order, Anomaly(feature, baseline)))
    return min(found, key=lambda one: one[0])[1] if found else None
