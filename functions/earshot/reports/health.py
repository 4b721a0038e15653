"""Whether Earshot hears: how each source fares, and what listening has cost this month."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from earshot.mentions.budget import month_of
from earshot.mentions.feeds import Feed
from earshot.mentions.source_state import Gap, SourceState
from earshot.mentions.source_table import SourceTable


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One source. ``status`` is ``never_run`` and the times are None until it was first read."""

    source: str
    status: str
    message: str
    silent: bool
    since: datetime | None = None
    checked_at: datetime | None = None
    last_success_at: datetime | None = None
    until: datetime | None = None
    gap: Gap | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spending:
    """What one service has cost in a month, and may cost, in US dollars."""

    service: str
    month: str
    spent_usd: float
    limit_usd: float


# Of text messages; the sources' table knows the other services.
SMS = "sms"


@dataclass(frozen=True, slots=True)
class Health:
    """``ok`` where every source is heard and no budget is spent, else ``degraded``."""

    status: str
    at: datetime
    sources: tuple[SourceHealth, ...]
    spending: tuple[Spending, ...]


class Booked(Protocol):
    """What is asked of the budget for text messages."""

    def booked(self, now: datetime) -> int: ...


def health_of(
    feeds: Iterable[Feed], limits: Mapping[str, float], table: SourceTable, texts: Booked, now: datetime
) -> Health:
    """Read how ``feeds`` fare and what was spent. ``limits`` are US dollars a month for each service."""
    names = [feed.key for feed in feeds]
    states = {state.source: state for state in table.states(names)}
    sources = tuple(_source(name, states.get(name), now) for name in names)
    month = month_of(now)
    spent = {service: texts.booked(now) if service == SMS else table.spent(service, month) for service in limits}
    spending = tuple(Spending(service, month, spent[service] / 1_000_000, limit) for service, limit in limits.items())
    heard = all(name in states and states[name].status.heard for name in names)
    well = heard and not any(source.silent for source in sources)
    # Whoever sets no money aside for text messages misses none.
    budgets = (budget for budget in spending if budget.service != SMS or budget.limit_usd > 0)
    well = well and all(budget.spent_usd < budget.limit_usd for budget in budgets)
    return Health("ok" if well else "degraded", now, sources, spending)


def _source(name: str, state: SourceState | None, now: datetime) -> SourceHealth:
    if state is None:
        message = "It has not been read yet: see whether the fetch function runs, and what its log says."
        return SourceHealth(name, "never_run", message, silent=True)
    return SourceHealth(
        source=name,
        status=str(state.status),
        message=state.message,
        silent=state.is_silent(now),
        since=state.since,
        checked_at=state.checked_at,
        last_success_at=state.last_success_at,
        until=state.until,
        gap=state.gap,
        notes=state.notes,
    )
