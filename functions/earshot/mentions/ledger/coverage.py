"""What a source heard of a time: whole, in part or not at all.

The time is that in which posts were *written*. A source that was down and reads everything afterwards has heard the
whole time; what came late is counted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from earshot.mentions.ledger.hour import HOUR, Entry, Ledger, LedgerHour, hour_of, merged, total
from earshot.mentions.source_state import SILENT_AFTER, Gap

_NOT_READ = "It has not been read since."


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a source: its ledger, None where it never ran, and of some days the hours.

    ``backfills`` are what was fetched later, by the hour in which it was.
    """

    ledger: Ledger | None = None
    hours: tuple[LedgerHour, ...] = ()
    backfills: tuple[LedgerHour, ...] = ()


class Coverage(StrEnum):
    """How much of a time was heard."""

    WHOLE = "whole"
    PARTIAL = "partial"
    DEAF = "deaf"
    UNKNOWN = "unknown"
    """Nobody listened, or kept a ledger, then."""


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """What a source heard of the time from ``start`` until before ``end``.

    ``entry`` is what its function did in the hours of that time. ``missing`` are the stretches in which posts may have
    been missed and were not fetched since, in order; what a backfill fetched is in ``entry.filled``. ``known_from`` is
    when its ledger begins, None where it has none.
    """

    source: str
    start: datetime
    end: datetime
    entry: Entry
    missing: tuple[Gap, ...]
    known_from: datetime | None

    @property
    def coverage(self) -> Coverage:
        """How much of the time was heard."""
        return self.of(self.start, self.end)

    @property
    def missing_for(self) -> timedelta:
        """How long the stretches are together."""
        return sum((gap.end - (gap.start or self.start) for gap in self.missing), timedelta())

    def of(self, start: datetime, end: datetime) -> Coverage:
        """How much of a part of the time was heard."""
        if self.known_from is None or self.known_from >= end:
            return Coverage.UNKNOWN
        start = max(start, self.known_from)
        parts = [(max(start, gap.start or start), min(end, gap.end)) for gap in self.missing]
        missed = sum((last - first for first, last in parts if last > first), timedelta())
        if not missed:
            return Coverage.WHOLE
        return Coverage.DEAF if missed >= end - start else Coverage.PARTIAL

    def by_hour(self) -> Iterator[tuple[datetime, Coverage]]:
        """Each hour of the time, by its beginning."""
        hour = hour_of(self.start)
        while hour < self.end:
            yield hour, self.of(max(hour, self.start), min(hour + HOUR, self.end))
            hour += HOUR


def coverage_of(
    source: str,
    kept: Kept,
    start: datetime,
    end: datetime,
    now: datetime,
    trouble: str = "",
) -> SourceCoverage:
    """What a source heard from ``start`` until before ``end``, as it is known ``now``.

    ``kept`` has the hours from ``start`` up to now: what is missing is found later. ``trouble`` says why the source is
    not read at present.
    """
    ledger, until, end = kept.ledger, end, min(end, now)
    if ledger is None or end <= start:
        return SourceCoverage(source, start, max(start, end), Entry(), (), None)
    # The open hour may be stored already, by a run that died before it wrote what is open now.
    known = {one.hour: one.entry for one in kept.hours} | {ledger.open.hour: ledger.open.entry}
    entries = [*known.items(), *((one.hour, one.entry) for one in kept.backfills)]
    all_entries = total(entry for _, entry in entries)
    missing = _without((*all_entries.missed, *ledger.waiting), all_entries.filled)
    read_to = ledger.read_to or ledger.began_at
    if now - read_to >= SILENT_AFTER:
        missing = [*missing, *_without([Gap(read_to, now, trouble or _NOT_READ)], all_entries.filled)]
    first = max(start, ledger.began_at)
    within = [gap for gap in (_clipped(gap, first, end) for gap in missing) if gap is not None]
    done = total(entry for hour, entry in entries if hour_of(start) <= hour and (hour < until or until >= now))
    return SourceCoverage(source, start, end, done, merged(within), ledger.began_at)


def _clipped(gap: Gap, start: datetime, end: datetime) -> Gap | None:
    first, last = max(start, gap.start or start), min(end, gap.end)
    return replace(gap, start=first, end=last) if first < last else None


def _without(gaps: Iterable[Gap], filled: Iterable[Gap]) -> list[Gap]:
    """The gaps without what was fetched since."""
    left = list(gaps)
    for one in filled:
        left = [part for gap in left for part in _cut(gap, one)]
    return left


def _cut(gap: Gap, filled: Gap) -> Iterator[Gap]:
    is_before = gap.start is not None and filled.end <= gap.start
    if is_before or (filled.start is not None and filled.start >= gap.end):
        yield gap
        return
    if filled.start is not None and (gap.start is None or gap.start < filled.start):
        yield replace(gap, end=filled.start)
    if filled.end < gap.end:
        yield replace(gap, start=filled.end)
