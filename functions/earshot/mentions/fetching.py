"""One run over one feed: read what is new, queue it, and only then move the checkpoint.

Whatever stops a run (a refusal of the source, the budget, the time), the posts read so far are queued and the rest is
read by the next run. Nothing sleeps. A queue or a table that fails ends the run with its error, and nothing moves.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from earshot.mentions.budget import POST_READ, USER_READ, Budget, month_of
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.feeds import Feed, Page, Rejected, Source, Window
from earshot.mentions.mention import Mention
from earshot.mentions.state import Gap, SourceError, SourceState, SourceStatus, next_state

if TYPE_CHECKING:
    from earshot.mentions.queue import DeadLetterQueue, MentionQueue
    from earshot.mentions.source_table import SourceTable

LEASE = timedelta(minutes=5)  # must outlast the longest run; a crashed run blocks its source for as long
PAGES_A_RUN = 20
_FALL_BACK = timedelta(days=7) - timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to. ``state`` is None for a source that another run holds; ``waited``: X was not called."""

    feed: Feed
    state: SourceState | None
    posts_read: int = 0
    queued: int = 0
    rejected: int = 0
    waited: bool = False


class Fetching:
    """Everything a run needs beside the feed. ``has_time`` says whether another call to the source still fits."""

    def __init__(
        self,
        source: Source,
        queue: "MentionQueue",
        dead_letters: "DeadLetterQueue",
        table: "SourceTable",
        limit: int,
        has_time: Callable[[], bool],
    ) -> None:
        """``limit``: what reading may cost in a month, in millionths of a dollar."""
        self._source = source
        self._queue = queue
        self._dead_letters = dead_letters
        self._table = table
        self._limit = limit
        self._has_time = has_time
        self._user_ids: dict[str, str] = {}

    def fetch(self, feed: Feed, owner: str, now: datetime) -> Outcome:
        """Run once; ``owner`` names the run that holds the lease. ConflictError: the lease was lost meanwhile."""
        held = self._table.acquire(feed.key, owner, now, LEASE)
        if held is None:
            return Outcome(feed, None, waited=True)
        try:
            if held.state and held.state.waits(now):
                self._table.release(feed.key, owner)
                return Outcome(feed, held.state, waited=True)
            reading = self._read(feed, held.checkpoint, now)
            queued = self._queue.send(sorted(reading.mentions, key=lambda m: (m.created_at, len(m.id), m.id)))
            for rejected in reading.rejected:
                self._dead_letters.dead_letter(rejected.body, rejected.reason, "MentionError")
            state = reading.state(held.state)
            self._table.save(feed.key, owner, reading.checkpoint, state)
        except BaseException:
            self._table.release(feed.key, owner)
            raise
        return Outcome(feed, state, reading.posts_read, queued, len(reading.rejected))

    def _read(self, feed: Feed, checkpoint: Checkpoint, now: datetime) -> "_Reading":
        reading = _Reading(feed, now, checkpoint, Budget(self._limit, self._table.spent(month_of(now))))
        try:
            reading.stopped = self._sweep(reading)
        except SourceError as error:
            reading.refusal = error
        return reading

    def _sweep(self, reading: "_Reading") -> str | None:
        """Finish the sweep that a run before left, if any, and then one from the top. Returns why it stopped early."""
        self._know_user(reading)
        left_over = reading.checkpoint.sweep is not None
        while True:
            reading.begin()
            window = reading.window()
            while True:
                if reading.pages >= PAGES_A_RUN or not self._has_time():
                    return "More is waiting than one run reads: the next run goes on where this one stopped."
                page = self._page(reading, window)
                if reading.checkpoint.is_done(page):
                    break
                window = replace(window, token=page.next_token)
            reading.finish()
            if not left_over:
                return None
            left_over = False

    def _page(self, reading: "_Reading", window: Window) -> Page:
        size = reading.budget.page_size(reading.feed)
        if size is None:
            raise _over_budget(reading.budget)
        try:
            page = self._source.read(reading.feed, replace(window, size=size), reading.checkpoint.user_id)
        except SourceError as error:
            if error.status is not SourceStatus.STALE_CHECKPOINT:
                raise
            window = reading.fall_back(error)
            page = self._source.read(reading.feed, replace(window, size=size), reading.checkpoint.user_id)
        self._charge(reading, POST_READ * reading.billed(page))
        reading.take(page)
        if page.next_token is not None and page.next_token == window.token:
            raise SourceError(SourceStatus.UNAVAILABLE, "X gives the same page again and again: the next run retries.")
        return page

    def _know_user(self, reading: "_Reading") -> None:
        """Timelines are asked for by number: it is looked up once, and remembered in the checkpoint."""
        name = reading.feed.name
        if not reading.feed.needs_user_id:
            return
        if reading.checkpoint.user_id is None:
            if name not in self._user_ids:
                if not reading.budget.affords_user():
                    raise _over_budget(reading.budget)
                self._user_ids[name] = self._source.user_id(name)
                self._charge(reading, USER_READ)
            reading.checkpoint = replace(reading.checkpoint, user_id=self._user_ids[name])
        self._user_ids.setdefault(name, reading.checkpoint.user_id or "")

    def _charge(self, reading: "_Reading", millionths: int) -> None:
        """Booked at once: what was read is paid, whatever becomes of the run."""
        if millionths:
            spent = self._table.spend(month_of(reading.now), millionths)
            reading.budget = replace(reading.budget, spent=spent)


@dataclass(slots=True)
class _Reading:
    """What a run has read so far."""

    feed: Feed
    now: datetime
    checkpoint: Checkpoint
    budget: Budget
    mentions: list[Mention] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    gap: Gap | None = None
    pages: int = 0
    posts_read: int = 0
    baseline: bool = False
    refusal: SourceError | None = None
    stopped: str | None = None
    fell_back: bool = False

    def begin(self) -> None:
        self.checkpoint = self.checkpoint.begin(self.now)
        sweep = self.checkpoint.sweep
        self.baseline = self.baseline or (sweep is not None and sweep.baseline)
        self.gap = self.checkpoint.out_of_reach(self.feed, self.now) or self.gap

    def window(self) -> Window:
        return self.checkpoint.window(self.feed, self.now, self.feed.smallest_page)

    def fall_back(self, error: SourceError) -> Window:
        """X calls the window too old: read from 7 days back, and say that there may be a gap."""
        if self.fell_back:
            raise SourceError(SourceStatus.MISCONFIGURED, str(error))
        floor = self.now - _FALL_BACK
        self.fell_back = True
        self.gap = Gap(self.checkpoint.read_at, floor, "X refused to go back further.")
        self.checkpoint = self.checkpoint.fall_back(floor)
        return self.window()

    def billed(self, page: Page) -> int:
        """Post reads to pay: those of posts not read before, on a new UTC day of all."""
        known = self.checkpoint.seen if self.checkpoint.billed_on == self.now.date() else {}
        return sum(reads for key, reads in page.reads.items() if key not in known)

    def take(self, page: Page) -> None:
        self.rejected += [rejected for rejected in page.rejected if rejected.key not in self.checkpoint.seen]
        self.checkpoint, new = self.checkpoint.take(page, self.now)
        self.mentions += new
        self.notes |= dict.fromkeys(page.notes)
        self.pages += 1
        self.posts_read += len(page.mentions) + len(page.rejected)

    def finish(self) -> None:
        self.gap = self.checkpoint.missed(self.feed) or self.gap
        self.checkpoint = self.checkpoint.finish()

    def state(self, before: SourceState | None) -> SourceState:
        notes = [*self.notes]
        if self.budget.is_nearly_spent:
            notes.append(f"Over 80 % of the X budget is spent: {self.budget}. Reading stops at the limit.")
        status, message = self._verdict()
        until = self.refusal and self.refusal.until
        return next_state(
            before, self.feed.key, status, message, self.now, until=until, gap=self.gap, notes=tuple(notes)
        )

    def _verdict(self) -> tuple[SourceStatus, str]:
        if self.refusal is not None:
            return self.refusal.status, str(self.refusal)
        if self.gap is not None:
            return SourceStatus.STALE_CHECKPOINT, f"Posts may have been missed: {self.gap.why}"
        if self.baseline:
            message = "First reading: what was posted before is stored, and alerts nobody."
            return SourceStatus.BASELINE, self.stopped or message
        return SourceStatus.OK, self.stopped or "Everything is read."


def _over_budget(budget: Budget) -> SourceError:
    return SourceError(
        SourceStatus.OVER_BUDGET,
        f"The X budget is used up ({budget}): nothing is read until next month, or until "
        "X_MONTHLY_SPEND_LIMIT is raised.",
    )
