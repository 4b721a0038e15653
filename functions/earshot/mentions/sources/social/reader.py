"""Reads a timeline of a network: from the newest post down to what is known, and what earlier runs left unread."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from earshot.errors import MentionError
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import Gap, SourceError, SourceState, SourceStatus, next_state
from earshot.mentions.sources.contract import Delivery, RejectedPost
from earshot.mentions.sources.social.accounts import Stream
from earshot.mentions.sources.social.pace import overlap_of
from earshot.mentions.sources.social.timeline import MAX_HOLES, Hole, TimelineCheckpoint
from earshot.mentions.sources.social.values import Payload

MAX_PAGES = 20  # of a run from the top, and as many of what earlier runs left unread
MAX_BASELINE_PAGES = 3
_NEWEST_FIRST = "Not all posts were read in this run: the newest were, and the next runs read the others."


@dataclass(frozen=True, slots=True)
class Entry:
    """A post on a page: the name of its version, the time by which the page is sorted, and what the network sent.

    ``is_history``: it was there before the first run.
    """

    id: str
    at: datetime
    post: Payload
    is_history: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page, newest post first. ``cursor`` names the next one, None: it is the last.

    ``in_order``: what is on later pages is older. Else each page is of other threads, and the network ends them by
    itself. ``is_read_again``: what is behind it is read for nothing but what came late. ``cut_off`` is why what is
    older than this page cannot be had, where there may be more of it. ``is_capped``: more is there than a run is
    given, and the next ones are given the rest.
    """

    entries: tuple[Entry, ...] = ()
    cursor: str | None = None
    in_order: bool = True
    cut_off: str = ""
    is_capped: bool = False
    is_read_again: bool = False


@dataclass(slots=True)
class Converted:
    """What became of the entries of a page: mentions, what cannot be one, and what may not be kept, by reason."""

    mentions: list[Mention] = field(default_factory=list[Mention])
    rejected: list[RejectedPost] = field(default_factory=list[RejectedPost])
    not_kept: Counter[str] = field(default_factory=Counter[str])

    def add(self, entry: Entry, convert: Callable[[], Mention]) -> None:
        """Keep what ``convert`` makes of an entry, checked as the queue checks it: one that is wrong costs no other."""
        try:
            mention = Mention.from_record(convert().to_record())
            self.mentions.append(replace(mention, baseline=entry.is_history))
        except MentionError as error:
            self.rejected.append(RejectedPost(entry.id, json.dumps(entry.post, sort_keys=True), str(error)))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
            why = f"The post cannot be read ({type(error).__name__}): discard it."
            self.rejected.append(RejectedPost(entry.id, json.dumps(entry.post, sort_keys=True), why))


class Network(Protocol):
    """A network, with an account's credentials. Both methods raise SourceError where it refuses."""

    def page(self, stream: Stream, cursor: str | None, since: datetime) -> Page:
        """A page of a stream; nothing from before ``since`` is wanted."""
        ...

    def convert(self, stream: Stream, entries: Sequence[Entry]) -> Converted:
        """The mentions of entries that are new."""
        ...


@dataclass(slots=True)
class _Reading:
    stream: Stream
    checkpoint: TimelineCheckpoint
    now: datetime
    overlap: timedelta
    found: Converted = field(default_factory=Converted)
    seen: dict[str, int] = field(default_factory=dict[str, int])
    holes: list[Hole] = field(default_factory=list[Hole])
    pages: int = 0
    pages_left: int = MAX_PAGES
    posts_read: int = 0
    is_capped: bool = False
    lost: list[Gap] = field(default_factory=list[Gap])
    error: SourceError | None = None

    @property
    def is_first(self) -> bool:
        return self.checkpoint.first_read_at is None

    def is_new(self, entry: Entry) -> bool:
        return entry.id not in self.checkpoint.seen and entry.id not in self.seen

    def judged(self, entry: Entry) -> Entry:
        """An entry that is history if it came before the first run: of when it was written a post may say anything."""
        began = self.checkpoint.first_read_at
        return replace(entry, is_history=entry.at <= self.now if began is None else entry.at < began)

    def lose(self, hole: Hole, why: str) -> None:
        """What is in a hole can no longer be read."""
        self.lost.append(Gap(hole.floor, hole.end, why))


class TimelineReader:
    """Reads the streams of all accounts. It raises nothing that a network causes: that is the state of the stream."""

    def __init__(self, network_of: Callable[[Stream], Network], has_time: Callable[[], bool]) -> None:
        """``has_time`` tells whether another page can be fetched."""
        self._network_of = network_of
        self._has_time = has_time

    def read(
        self, source: Stream, checkpoint: TimelineCheckpoint, before: SourceState | None, now: datetime
    ) -> Delivery[TimelineCheckpoint]:
        """What is new in the stream, and what earlier runs left unread."""
        reading = _Reading(source, checkpoint, now, overlap_of(source))
        reading.pages_left = MAX_PAGES
        try:
            self._read_down(reading, None, checkpoint.floor(now, reading.overlap), now)
        except SourceError as error:
            reading.error = error
        reading.pages_left = MAX_PAGES
        for hole in checkpoint.holes:
            self._read_hole(reading, hole)
        return _delivery(reading, before)

    def _read_hole(self, reading: _Reading, hole: Hole) -> None:
        if reading.error is not None or reading.pages_left <= 0 or not self._has_time():
            reading.holes.append(hole)
            return
        try:
            self._read_down(reading, hole.cursor, hole.floor, hole.end)
        except SourceError as error:
            if error.status is SourceStatus.MISCONFIGURED:
                reading.lose(reading.holes.pop(), f"The network does not go on where a run had stopped: {error}")
            else:
                reading.error = error

    def _read_down(self, reading: _Reading, cursor: str | None, floor: datetime, end: datetime) -> None:
        """Read pages from ``cursor``, which stands at ``end``, down to ``floor``; what is not reached is a hole."""
        network, is_head = self._network_of(reading.stream), cursor is None
        while True:
            try:
                page = network.page(reading.stream, cursor, floor)
                fresh = [reading.judged(one) for one in page.entries if one.at >= floor and reading.is_new(one)]
                found = network.convert(reading.stream, fresh)
            except SourceError:
                if cursor is not None:
                    reading.holes.append(Hole(cursor, floor, end))
                raise
            self._keep(reading, page, found, fresh)
            if page.in_order:
                end = min([end, *(one.at for one in page.entries)])
            is_at_floor = page.in_order and (page.entries[-1].at < floor if page.entries else not page.cut_off)
            if page.cut_off and not is_at_floor and not reading.is_first:
                reading.lose(Hole("", floor, end), page.cut_off)
            if page.cursor is None or page.cursor == cursor or is_at_floor or _is_enough(reading, page):
                return
            is_at_end = reading.pages_left <= 0 or not self._has_time()
            # What is known is read again for what came late: not while there is something that was never read.
            is_known = not fresh and (page.in_order or page.is_read_again)
            if is_known and is_head and (is_at_end or reading.checkpoint.holes):
                return
            cursor = page.cursor
            if is_at_end:
                reading.holes.append(Hole(cursor, floor, end))
                return

    def _keep(self, reading: _Reading, page: Page, found: Converted, fresh: Sequence[Entry]) -> None:
        reading.pages += 1
        reading.pages_left -= 1
        reading.posts_read += len(page.entries)
        reading.is_capped = reading.is_capped or page.is_capped
        reading.seen |= {one.id: int(min(one.at, reading.now).timestamp()) for one in fresh}
        reading.found.mentions += found.mentions
        reading.found.rejected += found.rejected
        reading.found.not_kept.update(found.not_kept)


def _is_enough(reading: _Reading, page: Page) -> bool:
    """Whether a first run has read what it reads of the past."""
    is_past = not page.in_order or page.entries[-1].at < reading.now
    return reading.is_first and reading.pages >= MAX_BASELINE_PAGES and is_past


def _delivery(reading: _Reading, before: SourceState | None) -> Delivery[TimelineCheckpoint]:
    error = reading.error
    for hole in reading.holes[MAX_HOLES:]:
        reading.lose(hole, "More was posted in several runs than they could read.")
    has_begun = not reading.is_first or reading.pages > 0 or (error is not None and not error.status.is_not_set_up)
    after = reading.checkpoint
    if has_begun:
        after = after.after(reading.now, reading.seen, tuple(reading.holes[:MAX_HOLES]), reading.overlap)
    status, message = _status(reading)
    notes = (_NEWEST_FIRST,) if reading.holes and error is None else ()
    until = error.until if error is not None else None
    gap = reading.lost[-1] if reading.lost else None
    state = next_state(before, reading.stream.key, status, message, reading.now, until=until, gap=gap, notes=notes)
    return Delivery(
        after,
        state,
        tuple(reading.found.mentions),
        tuple(reading.found.rejected),
        reading.posts_read,
        dict(reading.found.not_kept),
        # Once a page is read from the top, the rest is in a hole: also where an error cut it short.
        read_to=reading.now if reading.pages else None,
        capped=(bool(reading.holes) or reading.is_capped) and error is None,
        waiting=tuple(Gap(hole.floor, hole.end, _NEWEST_FIRST) for hole in after.holes),
        missed=tuple(reading.lost),
    )


def _status(reading: _Reading) -> tuple[SourceStatus, str]:
    if reading.error is not None:
        return reading.error.status, str(reading.error)
    if reading.lost:
        return SourceStatus.STALE_CHECKPOINT, f"Posts may have been missed: {reading.lost[-1].why}"
    if reading.is_first:
        return SourceStatus.BASELINE, "First run: posts from before are stored and alert nobody."
    return SourceStatus.OK, "The newest posts are fetched." if reading.holes else "All posts are fetched."
