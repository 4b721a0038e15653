"""Fetching what was missed, as far as it can still be had. It is history: it is stored, and alerts nobody.

A backfill goes from the end of a stretch backwards. What it fetched is queued first and noted in the ledger then, so
that one that is cut short is begun again; what is stored already is skipped when it is classified.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from earshot.errors import SourcesError
from earshot.mentions.ledger.coverage import Kept
from earshot.mentions.ledger.hour import UNREADABLE, Entry, LedgerHour, merged
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import Gap
from earshot.mentions.sources.contract import RejectedPost
from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from earshot.mentions.queue import MentionQueue


@dataclass(frozen=True, slots=True)
class Backfilled:
    """What a part of a backfill brought: posts, what cannot be one, and what that cost (millionths of a US dollar).

    All from ``read_from`` on is read; ``is_done`` where that is the beginning of the stretch, or all that can be had.
    ``problem`` is why it could not go on, or why not all can be had, None where all is read or the money was used.
    """

    mentions: Sequence[Mention]
    rejected: Sequence[RejectedPost]
    cost: int
    read_from: datetime
    is_done: bool
    problem: str | None = None


class BackfillLedger(Protocol):
    """Adds what a backfill fetched to the ledger; the same name in the same hour again replaces it."""

    def add_backfill(self, source: str, entry: Entry, at: datetime, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many posts a stretch may have, by what the source brought in the hours that the ledger knows; None: unknown.

    ``post_price`` is what each costs, in millionths of a US dollar.
    """

    posts: int | None
    post_price: int

    @property
    def cost(self) -> int | None:
        """What they cost, in millionths of a US dollar."""
        return None if self.posts is None else self.posts * self.post_price


def estimate(kept: Kept, start: datetime, end: datetime, post_price: int) -> Estimate:
    """What a stretch may cost. An hour is taken for the mean of those in which the source was read."""
    ledger = kept.ledger
    known = {one.hour: one.entry for one in kept.hours} | (
        {} if ledger is None else {ledger.open.hour: ledger.open.entry}
    )
    entries = [entry for entry in known.values() if entry.runs and not entry.failed]
    if not entries:
        return Estimate(None, post_price)
    an_hour = sum(entry.news for entry in entries) / len(entries)
    return Estimate(round(an_hour * (end - start).total_seconds() / 3600), post_price)


def check_stretch(start: datetime, end: datetime, oldest: datetime | None, now: datetime) -> datetime:
    """The beginning of what can still be had of a stretch. SourcesError where that is nothing."""
    if not start < end <= now:
        raise SourcesError(f"The time from {rfc3339(start)} to {rfc3339(end)} must begin before it ends, in the past.")
    if oldest is not None and end <= oldest:
        raise SourcesError(
            f"Nothing of it can be had any more: the network serves what was written since {rfc3339(oldest)}."
        )
    return start if oldest is None else max(start, oldest)


def name_of(start: datetime, end: datetime) -> str:
    """The name that the backfill of a stretch has in the ledger."""
    return f"{rfc3339(start)}/{rfc3339(end)}"


def store(
    source: str,
    part: Backfilled,
    start: datetime,
    end: datetime,
    queue: "MentionQueue",
    ledger: BackfillLedger,
    now: datetime,
    before: LedgerHour | None = None,
) -> Entry:
    """Queue what a part of a backfill of ``start`` to ``end`` brought, as history, and note it in the ledger.

    ``before`` is what the same backfill brought earlier that day: it is not counted again, and what it filled stays so.
    """
    known = Entry() if before is None else before.entry
    within = [replace(one, baseline=True) for one in part.mentions if start <= one.created_at < end]
    queue.send(sorted(within, key=lambda one: one.created_at))
    filled = Gap(max(start, part.read_from), end, "It was fetched later.")
    filled = (filled,) if filled.start is not None and filled.start < end else ()
    entry = Entry(
        read=len(part.mentions) + len(part.rejected),
        delivered=len(within),
        history=len(within),
        skipped={UNREADABLE: len(part.rejected)} if part.rejected else {},
        cost=max(part.cost, known.cost),
        filled=merged((*known.filled, *filled)),
    )
    ledger.add_backfill(source, entry, now if before is None else before.hour, name_of(start, end))
    return entry
