"""A view of the inbox: which cases are in it, in which order, how many they are, and where a page begins."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from earshot.cases.case.status import Status
from earshot.cases.inbox.entry import InboxEntry
from earshot.cases.inbox.words import search_terms
from earshot.errors import CursorError
from earshot.triage.judgement import Intent, Severity

WAITING = frozenset({Status.OPEN, Status.ACKNOWLEDGED})
EVERY_STATUS = frozenset(Status)
# More values of one attribute than a drop-down list is good for.
MOST_CHOICES = 30


class InboxOrder(StrEnum):
    """How the inbox is sorted."""

    URGENCY = "urgency"
    DEADLINE = "deadline"
    WAITING = "waiting"
    REACH = "reach"
    NEWEST = "newest"


class Due(StrEnum):
    """How the wait of a customer stands now."""

    LATE = "late"
    SOON = "soon"


# Where a case stands in an order: two numbers, then its id.
Place = tuple[float, float, str]

_PLACES: Mapping[InboxOrder, Callable[[InboxEntry], tuple[float, float]]] = {
    InboxOrder.URGENCY: lambda one: (-one.urgency, -one.opened_at.timestamp()),
    InboxOrder.DEADLINE: lambda one: (one.late_at.timestamp(), -one.urgency),
    InboxOrder.WAITING: lambda one: (one.waiting_since.timestamp(), -one.urgency),
    InboxOrder.REACH: lambda one: (-one.reach, -one.urgency),
    InboxOrder.NEWEST: lambda one: (-one.opened_at.timestamp(), -one.urgency),
}


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """Which cases are wanted; what is None or empty filters nothing.

    ``holders`` are the names of one person, without case; none: the cases that nobody has. ``find`` are words that must
    all be in the author or their posts.
    """

    statuses: frozenset[Status] = frozenset({Status.OPEN})
    brand: str | None = None
    source: str | None = None
    topic: str | None = None
    severity: Severity | None = None
    intent: Intent | None = None
    language: str | None = None
    holders: frozenset[str] | None = None
    incident: str | None = None
    due: Due | None = None
    find: str | None = None

    def test(self, now: datetime) -> Callable[[InboxEntry], bool]:
        """Whether a case is wanted at ``now``."""
        equal = tuple(
            (name, wanted)
            for name in ("brand", "source", "topic", "severity", "intent", "language")
            if (wanted := getattr(self, name))
        )
        terms = search_terms(self.find or "")

        def is_wanted(one: InboxEntry) -> bool:
            return (
                one.status in self.statuses
                and all(getattr(one, name) == wanted for name, wanted in equal)
                and (not self.incident or one.incident_id == self.incident)
                and (self.holders is None or _is_held(one, self.holders))
                and (self.due is None or due_of(one, now) is self.due)
                and one.has_words(terms)
            )

        return is_wanted


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases there are, and of those who wait how many have waited too long, or soon will have."""

    total: int
    late: int
    due_soon: int

    @classmethod
    def of(cls, entries: Sequence[InboxEntry], now: datetime) -> "Counts":
        """The counts of ``entries`` at ``now``."""
        due = Counter(due_of(one, now) for one in entries)
        return cls(len(entries), due[Due.LATE], due[Due.SOON])


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that cases have, and how many have it."""

    value: str
    count: int


def due_of(one: InboxEntry, now: datetime) -> Due | None:
    """Whether the answer is late, or soon will be; None where there is time, or nobody waits."""
    if one.status not in WAITING:
        return None
    if one.late_at <= now:
        return Due.LATE
    return Due.SOON if one.soon_at <= now else None


def sort_entries(entries: Iterable[InboxEntry], order: InboxOrder) -> list[InboxEntry]:
    """The entries in an order, those that are equal in it by their ids."""
    place = _PLACES[order]
    return sorted(entries, key=lambda one: (*place(one), one.id))


def place_of(one: InboxEntry, order: InboxOrder) -> Place:
    """Where a case stands in an order: a page begins after such a place."""
    return (*_PLACES[order](one), one.id)


def index_after(entries: Sequence[InboxEntry], order: InboxOrder, place: Place | None) -> int:
    """The index of the first of the sorted ``entries`` after ``place``; 0 for None."""
    if place is None:
        return 0
    low, high = 0, len(entries)
    while low < high:
        middle = (low + high) // 2
        if place_of(entries[middle], order) <= place:
            low = middle + 1
        else:
            high = middle
    return low


def encode_place(place: Place) -> str:
    """A place as an opaque text, safe in a URL. It gives nothing away, and whoever makes one up skips some cases."""
    return urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def decode_place(cursor: str) -> Place:
    """The place that ``encode_place`` was given. CursorError for any other text."""
    try:
        first, second, id = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return float(first), float(second), str(id)
    except (ValueError, TypeError, RecursionError, OverflowError):
        raise CursorError(
            "This is no cursor of the inbox: send next_cursor unchanged, or leave it out to start with the first page."
        ) from None


def choices_of(entries: Iterable[InboxEntry], name: str) -> tuple[Choice, ...]:
    """The values of an attribute that most of ``entries`` have, the most frequent first."""
    counts = Counter[str](getattr(one, name) for one in entries)
    known = (Choice(value, count) for value, count in counts.most_common() if value)
    return tuple(islice(known, MOST_CHOICES))


def _is_held(one: InboxEntry, holders: frozenset[str]) -> bool:
    return one.holder in holders if holders else not one.holder
