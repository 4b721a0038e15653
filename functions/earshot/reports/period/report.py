"""Gathering a report: the mentions of its days, the cases that opened in it, the sources, and the money."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Protocol

from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.cases.store.queries import MentionLabels
from earshot.mentions.budget import month_of
from earshot.mentions.source_state import Gap
from earshot.reports.counts import Tally, days_of
from earshot.reports.health import SMS, Booked, SourceHealth
from earshot.reports.period.figures import (
    PersonFigures,
    ResponseTimes,
    SecondChances,
    TopicFigures,
    people_of,
    response_of,
    topics_of,
    turned_round_of,
)

# Of one status: a report is read while somebody waits for it.
MOST_CASES = 1000


class Queries(Protocol):
    """What is asked of the case table's indexes."""

    def mention_labels(self, day: date) -> Iterator[MentionLabels]: ...
    def opened_between(self, status: Status, start: datetime, end: datetime) -> Iterator[Case]: ...


class Budgets(Protocol):
    """What a service cost in a month, in millionths of a US dollar."""

    def spent(self, service: str, month: str) -> int: ...


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day in UTC: what was said, and how many cases opened."""

    day: date
    tally: Tally
    cases_opened: int


@dataclass(frozen=True, slots=True)
class SourceReport:
    """A source as it fares now, and the stretches within the period in which posts may have been missed."""

    source: str
    status: str
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Spend:
    """What a service cost, and might have cost, in US dollars, in all months that the period touches."""

    spent: float
    limit: float


@dataclass(frozen=True, slots=True)
class Report:
    """A period, both days included, as it looks ``at`` a moment.

    Where ``complete`` is False more cases opened than were read, and the figures of cases are of the newest alone.
    """

    first: date
    last: date
    at: datetime
    complete: bool
    days: tuple[DayFigures, ...]
    total: Tally
    cases_opened: int
    response: ResponseTimes
    by_topic: tuple[TopicFigures, ...]
    by_person: tuple[PersonFigures, ...]
    turned_round: SecondChances
    sources: tuple[SourceReport, ...]
    spend: Mapping[str, Spend]


def gather(
    first: date,
    last: date,
    *,
    queries: Queries,
    sources: Iterable[SourceHealth],
    budgets: Budgets,
    texts: Booked,
    limits: Mapping[str, float],
    now: datetime,
) -> Report:
    """Read a report; ``limits`` are US dollars a month for each service. PeriodError: no period, or too long a one."""
    days = days_of(first, last)
    start, end = _midnight(first), _end_of(last)
    tallies = {day: Tally().count(queries.mention_labels(day)) for day in days}
    total = Tally()
    for tally in tallies.values():
        total.add(tally)
    cases, complete = _opened(queries, start, end)
    opened = Counter(case.opened_at.astimezone(UTC).date() for case in cases)
    return Report(
        first=first,
        last=last,
        at=now,
        complete=complete,
        days=tuple(DayFigures(day, tally, opened[day]) for day, tally in tallies.items()),
        total=total,
        cases_opened=len(cases),
        response=response_of(cases, now),
        by_topic=topics_of(cases),
        by_person=people_of(cases),
        turned_round=turned_round_of(cases, now),
        sources=tuple(source_report(source, start, end) for source in sources),
        spend={service: _spend(budgets, texts, service, limit, days) for service, limit in limits.items()},
    )


def source_report(source: SourceHealth, start: datetime, end: datetime) -> SourceReport:
    """What a source says of a period. Only its latest gap is kept; one whose beginning nobody knows reaches back."""
    gap = source.gap
    touches = gap is not None and gap.end > start and (gap.start is None or gap.start < end)
    return SourceReport(source.source, source.status, (gap,) if gap is not None and touches else ())


def _opened(queries: Queries, start: datetime, end: datetime) -> tuple[list[Case], bool]:
    """The customers' cases that opened in a stretch, and whether these are all of them. An incident's case is none."""
    found: dict[str, Case] = {}
    complete = True
    for status in Status:
        read = list(islice(queries.opened_between(status, start, end), MOST_CASES + 1))
        complete = complete and len(read) <= MOST_CASES
        # An index lags: a case that changes its status meanwhile may stand in two lists.
        found |= {case.id: case for case in read[:MOST_CASES] if case.incident is None}
    return list(found.values()), complete


def _spend(budgets: Budgets, texts: Booked, service: str, limit: float, days: Iterable[date]) -> Spend:
    """What a service cost in the months that the days lie in."""
    months = {month_of(at): at for at in map(_midnight, days)}
    spent = [texts.booked(at) if service == SMS else budgets.spent(service, month) for month, at in months.items()]
    return Spend(sum(spent) / 1_000_000, limit * len(months))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _end_of(day: date) -> datetime:
    return _midnight(day + timedelta(days=1)) if day < date.max else datetime.max.replace(tzinfo=UTC)
