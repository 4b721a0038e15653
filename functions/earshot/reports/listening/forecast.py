"""What the month will cost, by source and cause, and what the money brings.

The forecast goes on from the last seven days: what X cost by its ledger, but for history (the past of a new source, a
backfill), which is paid once, and what the sweep looked up; and of the other services, of which only the month's sum is
kept, what this month has cost for each day so far. Amounts are in millionths of a US dollar.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from earshot.mentions.ledger.coverage import SourceCoverage
from earshot.mentions.ledger.hour import Entry
from earshot.reports.health import Spending

LOOKED_BACK = timedelta(days=7)
LOOK_UPS = "look-ups"
_CAUSES = {"mentions": "mentions", "own": "own posts", "search": "searches"}
_MILLION = 1_000_000
_X = "x"


@dataclass(frozen=True, slots=True)
class Cause:
    """What something costs: so far this month, a day, and the whole month by the forecast, in millionths of a dollar.

    ``spent`` is None where only the sum of its service is kept.
    """

    service: str
    cause: str
    spent: int | None
    a_day: int
    month: int


@dataclass(frozen=True, slots=True)
class Yield:
    """What a source brought in the last days: posts, those that no other source of the run brought, and its cost."""

    source: str
    posts: int
    alone: int
    cost: int

    @property
    def cost_of_a_post(self) -> float | None:
        """What each post cost that it alone brought, in millionths of a dollar; None where it brought none."""
        return self.cost / self.alone if self.alone else None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The month at ``at``. ``services`` have the whole of each service; ``causes`` say what of X is for what.

    ``complaints`` were found in the last seven days, which is what ``cost_of_a_complaint`` is by, None where there
    was none.
    """

    at: datetime
    services: tuple[Cause, ...]
    causes: tuple[Cause, ...]
    brought: tuple[Yield, ...]
    complaints: int
    cost_of_a_complaint: float | None

    @property
    def month(self) -> int:
        """What the month will cost in all."""
        return sum(one.month for one in self.services)


def forecast(
    covered: Sequence[SourceCoverage], spending: Iterable[Spending], complaints: int, now: datetime, swept: int = 0
) -> Forecast:
    """What the month of ``now`` will cost. ``covered`` are the last seven days, in which ``complaints`` were found.

    ``swept`` is what the sweep has looked up on X this month, in millionths of a dollar: no source's ledger has it.
    """
    known = _days_known(covered, now)
    days_left = (_next_month(now) - now) / timedelta(days=1)
    so_far = max((now - _month(now)) / timedelta(days=1), 1.0)
    by_cause = {cause: cost / known for cause, cost in _costs_by_cause(covered).items()}
    is_known = any(one.entry.cost for one in covered)
    if is_known and swept:
        by_cause[LOOK_UPS] = by_cause.get(LOOK_UPS, 0) + swept / so_far
    causes: list[Cause] = []
    services: list[Cause] = []
    for one in spending:
        spent = round(one.spent_usd * _MILLION)
        a_day = round(sum(by_cause.values()) if one.service == _X and is_known else spent / so_far)
        services.append(Cause(one.service, one.service, spent, a_day, spent + round(a_day * days_left)))
    for cause, a_day in by_cause.items():
        causes.append(Cause(_X, cause, None, round(a_day), round(round(a_day) * days_left)))
    a_week = sum(one.a_day for one in services) * min(known, LOOKED_BACK / timedelta(days=1))
    return Forecast(
        now,
        tuple(services),
        tuple(causes),
        tuple(_brought(covered)),
        complaints,
        a_week / complaints if complaints else None,
    )


def _costs_by_cause(covered: Iterable[SourceCoverage]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for one in covered:
        network, _, rest = one.source.partition("#")
        cause = _CAUSES.get(rest.partition("#")[0], network) if network == _X else network
        for name, cost in ((cause, _lasting(one.entry)), (LOOK_UPS, one.entry.looked_up)):
            if cost:
                found[name] = found.get(name, 0) + cost
    return found


def _lasting(entry: Entry) -> int:
    """What reading posts cost, without the part of it that was for history."""
    reads = entry.cost - entry.looked_up
    return reads - reads * min(entry.history, entry.delivered) // entry.delivered if entry.delivered else reads


def _brought(covered: Iterable[SourceCoverage]) -> Iterable[Yield]:
    """The dearest post first; what brought nothing for its money before all."""
    found = [
        Yield(one.source, one.entry.news, max(one.entry.news - one.entry.shared, 0), one.entry.cost)
        for one in covered
        if one.entry.cost
    ]
    return sorted(found, key=lambda one: (one.alone > 0, -(one.cost_of_a_post or one.cost), one.source))


def _days_known(covered: Iterable[SourceCoverage], now: datetime) -> float:
    """For how many of the last days there is a ledger: an hour at least."""
    begun = [one.known_from for one in covered if one.known_from is not None]
    since = max(now - LOOKED_BACK, min(begun, default=now))
    return max((now - since) / timedelta(days=1), 1 / 24)


def _month(now: datetime) -> datetime:
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _next_month(now: datetime) -> datetime:
    return _month(_month(now) + timedelta(days=32))
