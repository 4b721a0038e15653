"""What each source heard of a period, read from the ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from earshot.mentions.ledger.coverage import Coverage, Kept, SourceCoverage, coverage_of
from earshot.plain_text import one_line
from earshot.reports.health import SourceHealth

# What is missing of a period that is over is found when its source is read again, or within 7 days of that: X serves no
# more. An outage may last for weeks, and a day of a source is one small item.
FOUND_WITHIN = timedelta(days=62)


class LedgerReader(Protocol):
    """Reads what is kept of sources, with the hours of the days from that of ``start`` to that of ``end``."""

    def read(self, sources: Iterable[str], start: datetime, end: datetime) -> Mapping[str, Kept]: ...


def gather_coverage(
    sources: Iterable[SourceHealth], ledger: LedgerReader, start: datetime, end: datetime, now: datetime
) -> tuple[SourceCoverage, ...]:
    """What each source heard of the time from ``start`` until before ``end``, in their order."""
    listed = list(sources)
    until = now if end >= now - FOUND_WITHIN else end + FOUND_WITHIN
    kept = ledger.read([one.source for one in listed], start, until)
    return tuple(
        coverage_of(one.source, kept[one.source], start, end, now, one.message if one.what_to_do else "")
        for one in listed
    )


def coverage_lines(covered: Sequence[SourceCoverage]) -> Iterator[str]:
    """Each source with what it did and what is missing, for a terminal. Times are in UTC."""
    for one in covered:
        yield f"{one_line(one.source)}: {one.coverage}"
        if one.known_from is None:
            yield "  never read in the time that the ledger knows"
            continue
        if one.known_from > one.start:
            yield f"  the ledger begins at {_time(one.known_from)}"
        yield f"  {_counts(one)}"
        done = one.entry
        if done.failed:
            failed = ", ".join(f"{status} {number}" for status, number in sorted(done.failed.items()))
            yield f"  {done.failures} of {done.runs} runs failed: {failed}"
        for gap in one.missing:
            start = one.start if gap.start is None else gap.start
            yield f"  missing {_time(start)} to {_time(gap.end)}: {one_line(gap.why)}"
        for gap in done.filled:
            yield f"  fetched later: {'the beginning' if gap.start is None else _time(gap.start)} to {_time(gap.end)}"


def gap_lines(covered: Iterable[SourceCoverage]) -> Iterator[str]:
    """A line for each source of which something is missing."""
    for one in covered:
        if one.missing and one.coverage in (Coverage.PARTIAL, Coverage.DEAF):
            gap = one.missing[0]
            first = gap.start or one.start
            more = f" and {len(one.missing) - 1} more" if len(one.missing) > 1 else ""
            yield (
                f"{one_line(one.source)}: {one.coverage}, {_span(one.missing_for)} missing "
                f"({_time(first)} to {_time(gap.end)} UTC{more})"
            )


def _counts(one: SourceCoverage) -> str:
    done = one.entry
    parts = [f"{done.runs} runs", f"{done.read} read", f"{done.delivered} delivered"]
    details = {"known before": done.history, "late": done.late, "also from another source": done.shared}
    of_these = [f"{number} {what}" for what, number in details.items() if number]
    if of_these:
        parts[-1] += f" ({', '.join(of_these)})"
    parts += [f"{number} left out: {one_line(why)}" for why, number in sorted(done.skipped.items())]
    if done.capped:
        parts.append(f"{done.capped} runs ended before all was read")
    return ", ".join([*parts, f"${done.cost / 1e6:.2f}"])


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _span(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"
