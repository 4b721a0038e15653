"""What one source did in one hour, and the hour that is still open.

The open hour is stored with the checkpoint, in one write: what is counted and what is read move together, or neither
does. A run that dies after it queued posts has counted nothing, and the run that queues them again counts them once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from earshot.mentions.source_state import Gap

HOUR = timedelta(hours=1)
# A post that comes later than this after it was written came late: the source was down, or indexed it late.
LATE_AFTER = timedelta(minutes=15)
# Bounds an hour that is stored to a few KB: what a source finds missing more often is one stretch.
MAX_MISSED = 20
KEPT_FOR = timedelta(days=400)  # It has no word of anybody's: a year can be compared with the one before.
UNREADABLE = "unreadable"


def hour_of(at: datetime) -> datetime:
    """The beginning of the hour (UTC) that ``at`` is in."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def ledger_key(source: str, day: date) -> str:
    """The key of a day (UTC) of a source. It begins with the source's own: so its role may write it."""
    return f"{source}#ledger#{day.isoformat()}"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a source did in a run, an hour or a longer time; all counts are posts where nothing else is said.

    ``runs`` of the function of which ``failed`` counts those that failed, by status, and ``capped`` those that ended
    before all was read. ``read`` is what the network served, posts that were known included. ``delivered`` is new of
    it: ``history`` was there before the source began, ``late`` was written more than 15 minutes before it came, and
    ``shared`` had another source of the same run queued already. ``skipped`` was not kept, by reason. ``cost`` is in
    millionths of a US dollar; ``looked_up`` is the part of it for accounts. ``missed`` was found to be missing then,
    ``filled`` was fetched by a backfill.
    """

    runs: int = 0
    failed: Mapping[str, int] = field(default_factory=dict[str, int])
    capped: int = 0
    read: int = 0
    delivered: int = 0
    history: int = 0
    late: int = 0
    shared: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict[str, int])
    cost: int = 0
    looked_up: int = 0
    missed: tuple[Gap, ...] = ()
    filled: tuple[Gap, ...] = ()

    def plus(self, other: "Entry") -> "Entry":
        """Both together."""
        counts = {name: getattr(self, name) + getattr(other, name) for name in COUNTS}
        return Entry(
            **counts,
            failed=_added(self.failed, other.failed),
            skipped=_added(self.skipped, other.skipped),
            missed=merged((*self.missed, *other.missed)),
            filled=merged((*self.filled, *other.filled)),
        )

    @property
    def news(self) -> int:
        """The posts that were heard when they were new."""
        return self.delivered - self.history

    @property
    def failures(self) -> int:
        """How many runs failed."""
        return sum(self.failed.values())


COUNTS = ("runs", "capped", "read", "delivered", "history", "late", "shared", "cost", "looked_up")


def total(entries: Iterable[Entry]) -> Entry:
    """All of them together."""
    summed = Entry()
    for entry in entries:
        summed = summed.plus(entry)
    return summed


@dataclass(frozen=True, slots=True)
class LedgerHour:
    """One hour of a source, by its beginning."""

    hour: datetime
    entry: Entry = Entry()


@dataclass(frozen=True, slots=True)
class Ledger:
    """Of a source: since when it is kept, up to when all is read, and the hour that is open.

    ``read_to``: every post that was visible then is queued, but for what is noted as missed; None before the first
    run that read all. ``waiting`` are stretches before it that are still to be read. ``heard_at`` is when it last
    brought a post that was new.
    """

    began_at: datetime
    open: LedgerHour
    read_to: datetime | None = None
    heard_at: datetime | None = None
    waiting: tuple[Gap, ...] = ()

    @classmethod
    def begun(cls, now: datetime) -> "Ledger":
        """The ledger of a source that has none."""
        return cls(now, LedgerHour(hour_of(now)))

    def noted(
        self, entry: Entry, now: datetime, read_to: datetime | None, waiting: tuple[Gap, ...] = ()
    ) -> tuple["Ledger", LedgerHour | None]:
        """With what a run did at ``now``; and the hour that is over and must be stored first, None where none is.

        After a clock was set back the hour that is open stays open.
        """
        hour = max(self.open.hour, hour_of(now))
        read = max((at for at in (self.read_to, read_to) if at is not None), default=None)
        after = replace(self, read_to=read, heard_at=now if entry.news else self.heard_at, waiting=waiting)
        if hour == self.open.hour:
            return replace(after, open=LedgerHour(hour, _bounded(self.open.entry.plus(entry)))), None
        return replace(after, open=LedgerHour(hour, entry)), self.open


def merged(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """The gaps in order; those that touch are one, with the reason of the first."""
    found: list[Gap] = []
    for gap in sorted(gaps, key=_beginning):
        before = found[-1] if found else None
        if before is not None and _beginning(gap) <= before.end:
            found[-1] = replace(before, end=max(before.end, gap.end))
        else:
            found.append(gap)
    return tuple(found)


def _bounded(entry: Entry) -> Entry:
    """With what was missed as one stretch, where it has very many."""
    if len(entry.missed) <= MAX_MISSED:
        return entry
    return replace(entry, missed=(Gap(entry.missed[0].start, entry.missed[-1].end, entry.missed[0].why),))


def _beginning(gap: Gap) -> datetime:
    return gap.start or datetime.min.replace(tzinfo=UTC)


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return dict(Counter(one) + Counter(other))
