"""Whether a source that says that all is well is silent for longer than is usual at this hour.

What is usual is what the source itself brought in the same hours of the last four weeks, of those weeks in which it was
read without a failure all that time. It is suspected if in at least three of them the *quietest* brought so much that
nothing at all now would be a chance of less than 1 in 1,000.

The chance: posts that come by themselves are a Poisson process. After ``n`` posts in each of ``k`` weeks, with
Jeffreys' prior, the chance of none is ``(k / (k + 1)) ** (k * n + 1/2)``. That the quietest week stands for all leaves
out what a week with an incident brought, and allows for posts that come in bunches. It comes to 8 posts or more.

People live by the clock of their country, and hours are in UTC here: for four weeks after a change of clocks the same
hours are an hour off. So of each week the quietest of three counts: the same hours, those an hour earlier, and later.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from earshot.mentions.ledger.hour import HOUR, Entry, LedgerHour, hour_of

WEEKS, LEAST_WEEKS = 4, 3
CHANCE = 0.001
# A source that is silent for longer is compared by its last day: two items of each week are read.
LONGEST = timedelta(hours=24)
Day = Callable[[date], Iterable[LedgerHour]]


def is_suspicious(past: Sequence[int]) -> bool:
    """Whether no post now is a chance below 1 in 1,000, after ``past`` posts in the same hours of several weeks."""
    weeks = len(past)
    if weeks < LEAST_WEEKS:
        return False
    return (weeks / (weeks + 1)) ** (weeks * min(past) + 0.5) < CHANCE


def silent_window(heard_at: datetime, now: datetime) -> tuple[datetime, datetime]:
    """The whole hours in which nothing came: from the one after the last post until the one that is open."""
    end = hour_of(now)
    return max(hour_of(heard_at) + HOUR, end - LONGEST), end


def suspected_since(heard_at: datetime, now: datetime, day: Day) -> datetime | None:
    """Since when a source is suspected that was heard last at ``heard_at``; None where its silence is usual.

    ``day`` reads the hours of a day from its ledger.
    """
    start, end = silent_window(heard_at, now)
    if start >= end:
        return None
    past = [count for week in _same_hours(start, end, day) if (count := _quietest(week)) is not None]
    return start if is_suspicious(past) else None


def _quietest(entries: Sequence[Entry]) -> int | None:
    """The posts of the same hours, or of those an hour earlier or later; None where the same were not all heard.

    ``entries`` begin an hour before the same hours, and end an hour after them.
    """
    same, earlier, later = entries[1:-1], entries[:-2], entries[2:]
    if not all(map(_was_heard, same)):
        return None
    return min(sum(entry.news for entry in one) for one in (same, earlier, later) if all(map(_was_heard, one)))


def _same_hours(start: datetime, end: datetime, day: Day) -> Iterator[list[Entry]]:
    """The entries of the same hours one to four weeks ago, with the hour before and the hour after.

    Of an hour without an entry, one that was not heard.
    """
    hours = int((end - start) / HOUR)
    for week in range(1, WEEKS + 1):
        first = start - timedelta(weeks=week)
        wanted = [first + n * HOUR for n in range(-1, hours + 1)]
        known = {one.hour: one.entry for of in sorted({_day(at) for at in wanted}) for one in day(of)}
        yield [known.get(at, Entry()) for at in wanted]


def _was_heard(entry: Entry) -> bool:
    return entry.runs > 0 and not entry.failed


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
