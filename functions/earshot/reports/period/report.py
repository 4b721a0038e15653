"""The report on a period: its mentions, the cases that opened in it, the sources, and the spending."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Protocol

from earshot.aws.parallel import for_all, never
from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.mentions.budget import month_of
from earshot.mentions.ledger.coverage import Coverage, SourceCoverage
from earshot.mentions.source_state import Gap
from earshot.reports.counts import MentionCounting, MentionVolume, count_days, days_of, end_of, midnight
from earshot.reports.health import SMS, SmsSpending, SourceHealth
from earshot.reports.listening.coverage import LedgerReader, gather_coverage
from earshot.reports.period.figures import (
    GroupFigures,
    PersonFigures,
    RecoveryFigures,
    ResponseTimes,
    SpeedFigures,
    figures_by_brand,
    figures_by_network,
    figures_by_person,
    figures_by_speed,
    figures_by_topic,
    opened_by_hour,
    recovery_figures,
    response_times,
)
from earshot.reports.period.voice import CompetitorFigures, share_of_voice

# Cases of one status: somebody waits while a report is read.
MAX_CASES = 1000
_MILLION = 1_000_000


class ReportQueries(Protocol):
    """What a report reads from the indexes of the case table."""

    def opened_between(self, status: Status, start: datetime, end: datetime) -> Iterator[Case]: ...


class Budgets(Protocol):
    """What a service cost in a month (``2026-11``), in millionths of a US dollar."""

    def spent(self, service: str, month: str) -> int: ...


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day in UTC: its mentions, and how many cases opened."""

    day: date
    volume: MentionVolume
    cases_opened: int


@dataclass(frozen=True, slots=True)
class SourceReport:
    """The current state of a source, and the gaps within the period in which posts may have been missed.

    ``coverage`` says how much of the period was heard, as far as the ledger knows.
    """

    source: str
    status: str
    gaps: tuple[Gap, ...]
    coverage: Coverage = Coverage.UNKNOWN


@dataclass(frozen=True, slots=True)
class Spend:
    """What a service cost, and its limit, in US dollars, for all months that the period touches."""

    spent: float
    limit: float


@dataclass(frozen=True, slots=True)
class Report:
    """A period, both days included, as it looked ``at`` a moment.

    If ``complete`` is False, more cases opened than were read, and all figures of cases are of the newest ones.
    ``uncounted`` are the days whose mentions there was no time to count: no figure of mentions has them.
    """

    first: date
    last: date
    at: datetime
    complete: bool
    days: tuple[DayFigures, ...]
    total: MentionVolume
    cases_opened: int
    response: ResponseTimes
    by_topic: tuple[GroupFigures, ...]
    by_brand: tuple[GroupFigures, ...]
    by_network: tuple[GroupFigures, ...]
    by_person: tuple[PersonFigures, ...]
    recovery: RecoveryFigures
    by_speed: tuple[SpeedFigures, ...]
    opened_by_hour: tuple[tuple[int, ...], ...]
    sources: tuple[SourceReport, ...]
    spend: Mapping[str, Spend]
    uncounted: tuple[date, ...] = ()
    by_competitor: tuple[CompetitorFigures, ...] = ()


def gather_report(
    first: date,
    last: date,
    *,
    queries: ReportQueries,
    counting: MentionCounting,
    sources: Iterable[SourceHealth],
    budgets: Budgets,
    sms_budget: SmsSpending,
    limits: Mapping[str, float],
    now: datetime,
    competitors: Iterable[str] = (),
    is_over: Callable[[], bool] = never,
    at_once: int = 1,
    ledger: LedgerReader | None = None,
) -> Report:
    """Read the report. ``limits`` are US dollars a month by service. Once ``is_over`` no further day is counted.
    Without a ``ledger`` only the latest gap of each source is known.

    ``at_once`` statuses are read at the same time.

    PeriodError: the period ends before it begins, or has too many days.
    """
    days = days_of(first, last)
    start, end = midnight(first), end_of(last)
    cases, complete = _opened(queries, start, end, at_once)
    volumes = count_days(counting, days, is_over)
    opened = Counter(case.opened_at.astimezone(UTC).date() for case in cases)
    return Report(
        first=first,
        last=last,
        at=now,
        complete=complete,
        days=tuple(DayFigures(day, volume, opened[day]) for day, volume in volumes.items()),
        total=MentionVolume.total(volumes.values()),
        cases_opened=len(cases),
        response=response_times(cases, now),
        by_topic=figures_by_topic(cases),
        by_brand=figures_by_brand(cases),
        by_network=figures_by_network(cases),
        by_person=figures_by_person(cases),
        recovery=recovery_figures(cases, now),
        by_speed=figures_by_speed(cases),
        opened_by_hour=opened_by_hour(cases),
        sources=_source_reports(list(sources), ledger, start, end, now),
        spend={service: _spend(budgets, sms_budget, service, limit, days) for service, limit in limits.items()},
        uncounted=tuple(day for day in days if day not in volumes),
        by_competitor=share_of_voice(cases, competitors),
    )


def source_report(
    source: SourceHealth, start: datetime, end: datetime, covered: SourceCoverage | None = None
) -> SourceReport:
    """The gaps of a source in a period. Of the time before its ledger only the latest is stored.

    One without a known start reaches back for ever.
    """
    gap, known_from = source.gap, covered.known_from if covered is not None else None
    overlaps = gap is not None and gap.end > start and (gap.start is None or gap.start < end)
    is_in_ledger = gap is not None and known_from is not None and gap.end > known_from
    before = (gap,) if gap is not None and overlaps and not is_in_ledger else ()
    if covered is None:
        return SourceReport(source.source, source.status, before)
    return SourceReport(source.source, source.status, (*before, *covered.missing), covered.coverage)


def _source_reports(
    sources: Sequence[SourceHealth], ledger: LedgerReader | None, start: datetime, end: datetime, now: datetime
) -> tuple[SourceReport, ...]:
    covered = () if ledger is None else gather_coverage(sources, ledger, start, end, now)
    known = {one.source: one for one in covered}
    return tuple(source_report(source, start, end, known.get(source.source)) for source in sources)


def _opened(queries: ReportQueries, start: datetime, end: datetime, at_once: int) -> tuple[list[Case], bool]:
    """Customers' cases (not those of incidents) that opened from ``start`` until before ``end``; and whether all."""
    found: dict[str, Case] = {}
    complete = True

    def opened(status: Status) -> list[Case]:
        return list(islice(queries.opened_between(status, start, end), MAX_CASES + 1))

    for read in for_all(opened, Status, at_once=at_once):
        complete = complete and len(read) <= MAX_CASES
        # The index is eventually consistent: a case whose status changes meanwhile may be in two lists.
        found |= {case.id: case for case in read[:MAX_CASES] if case.incident is None}
    return list(found.values()), complete


def _spend(budgets: Budgets, sms_budget: SmsSpending, service: str, limit: float, days: Iterable[date]) -> Spend:
    """What a service cost in the months of ``days``."""
    months = {month_of(at): at for at in map(midnight, days)}
    spent = [sms_budget.booked(at) if service == SMS else budgets.spent(service, month) for month, at in months.items()]
    return Spend(sum(spent) / _MILLION, limit * len(months))
