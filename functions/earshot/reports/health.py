"""The health of Earshot: the state of each source, and what each paid service has cost this month."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from earshot.mentions.budget import month_of
from earshot.mentions.feeds import Feed
from earshot.mentions.source_state import Gap, SourceState
from earshot.mentions.source_table import SourceTable

# The service whose spending is booked in the SMS budget; the source table has that of the others.
SMS = "sms"
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """The state of one source. Until the first read ``status`` is ``never_run`` and all times are None."""

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
    """What one service cost in a month, and its limit, in US dollars."""

    service: str
    month: str
    spent_usd: float
    limit_usd: float


@dataclass(frozen=True, slots=True)
class Health:
    """``status`` is ``ok`` if every source is read and no budget is used up, else ``degraded``."""

    status: Literal["ok", "degraded"]
    at: datetime
    sources: tuple[SourceHealth, ...]
    spending: tuple[Spending, ...]


class SmsSpending(Protocol):
    """What is booked for text messages in the month of ``now``, in millionths of a US dollar."""

    def booked(self, now: datetime) -> int: ...


def health_of(
    feeds: Iterable[Feed], limits: Mapping[str, float], table: SourceTable, sms_budget: SmsSpending, now: datetime
) -> Health:
    """The health of ``feeds`` and of the services in ``limits`` (US dollars a month), read from both tables."""
    names = [feed.key for feed in feeds]
    states = {state.source: state for state in table.states(names)}
    sources = tuple(_source_health(name, states.get(name), now) for name in names)
    month = month_of(now)
    spent = {service: sms_budget.booked(now) if service == SMS else table.spent(service, month) for service in limits}
    spending = tuple(Spending(service, month, spent[service] / _MILLION, limit) for service, limit in limits.items())
    is_read = all(name in states and states[name].status.is_success for name in names)
    is_ok = is_read and not any(source.silent for source in sources) and not any(map(_is_used_up, spending))
    return Health("ok" if is_ok else "degraded", now, sources, spending)


def _is_used_up(budget: Spending) -> bool:
    is_sms_off = budget.service == SMS and budget.limit_usd <= 0  # a limit of 0 switches text messages off
    return not is_sms_off and budget.spent_usd >= budget.limit_usd


def _source_health(name: str, state: SourceState | None, now: datetime) -> SourceHealth:
    if state is None:
        message = "It has not been read yet: check that the fetch function runs, and read its log."
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
