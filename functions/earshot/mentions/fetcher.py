"""One run over one feed: read what is new, queue it, and only then move the checkpoint.

Whatever stops a run (a refusal of the source, the budget, the time), the posts read so far are queued and the rest is
read by the next run. Nothing sleeps. A queue or a table that fails ends the run with its error, and nothing moves.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from earshot.mentions.budget import POST_READ, USER_READ, Budget, month_of
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.feeds import Feed, FeedPage, Source
from earshot.mentions.fetch_run import FetchRun
from earshot.mentions.source_state import SourceError, SourceState, SourceStatus

if TYPE_CHECKING:
    from earshot.mentions.queue import DeadLetterQueue, MentionQueue
    from earshot.mentions.source_table import SourceTable

LEASE = timedelta(minutes=2)  # must outlast the function's timeout; a run that crashed blocks its source as long
PAGES_A_RUN = 20


@dataclass(frozen=True, slots=True)
class FetchOutcome:
    """What a run came to. ``state`` is None for a source that another run holds; ``waited``: X was not called."""

    feed: Feed
    state: SourceState | None
    posts_read: int = 0
    queued: int = 0
    rejected: int = 0
    waited: bool = False


class Fetcher:
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
        self._budget: Budget | None = None

    def fetch(self, feed: Feed, owner: str, now: datetime) -> FetchOutcome:
        """Run once; ``owner`` names the run that holds the lease. ConflictError: the lease was lost meanwhile."""
        held = self._table.acquire(feed.key, owner, now, LEASE)
        if held is None:
            return FetchOutcome(feed, None, waited=True)
        try:
            if held.state and held.state.waits(now):
                self._table.release(feed.key, owner)
                return FetchOutcome(feed, held.state, waited=True)
            reading = self._read(feed, held.checkpoint, now)
            queued = self._queue.send(sorted(reading.mentions, key=lambda m: (m.created_at, len(m.id), m.id)))
            for rejected in reading.rejected:
                self._dead_letters.dead_letter(rejected.body, rejected.reason, "MentionError")
            state = reading.state(held.state)
            self._table.save(feed.key, owner, reading.checkpoint, state)
        except BaseException:
            self._table.release(feed.key, owner)
            raise
        return FetchOutcome(feed, state, reading.posts_read, queued, len(reading.rejected))

    def _read(self, feed: Feed, checkpoint: Checkpoint, now: datetime) -> FetchRun:
        # Read once for all feeds of the run: what it spends itself is booked, and so known, as it goes.
        self._budget = self._budget or Budget(self._limit, self._table.spent("x", month_of(now)))
        reading = FetchRun(feed, now, checkpoint, self._budget)
        try:
            reading.stopped = self._sweep(reading)
        except SourceError as error:
            reading.refusal = error
        return reading

    def _sweep(self, reading: FetchRun) -> str | None:
        """Finish the sweep that a run before left, if any, and then one from the top. Returns why it stopped early."""
        self._know_user(reading)
        left_over = reading.checkpoint.sweep is not None
        while True:
            reading.begin()
            while True:
                # One page at least, or a run that is always short of time would never get on.
                if reading.pages >= PAGES_A_RUN or (reading.pages and not self._has_time()):
                    return "More is waiting than one run reads: the next run goes on where this one stopped."
                page = self._page(reading)
                if reading.checkpoint.is_done(page):
                    break
            reading.finish()
            if not left_over:
                return None
            left_over = False

    def _page(self, reading: FetchRun) -> FeedPage:
        size = reading.budget.page_size(reading.feed)
        if size is None:
            raise _over_budget(reading.budget)
        page = self._ask(reading, size)
        self._charge(reading, POST_READ * reading.billed(page))
        reading.take(page)
        return page

    def _ask(self, reading: FetchRun, size: int) -> FeedPage:
        while True:
            try:
                return self._source.read(reading.feed, replace(reading.window, size=size), reading.checkpoint.user_id)
            except SourceError as error:
                if error.status is not SourceStatus.STALE_CHECKPOINT:
                    raise
                reading.fall_back(error)

    def _know_user(self, reading: FetchRun) -> None:
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

    def _charge(self, reading: FetchRun, millionths: int) -> None:
        """Booked at once: what was read is paid, whatever becomes of the run."""
        if millionths:
            spent = self._table.spend("x", month_of(reading.now), millionths)
            self._budget = reading.budget = replace(reading.budget, spent=spent)


def _over_budget(budget: Budget) -> SourceError:
    return SourceError(
        SourceStatus.OVER_BUDGET,
        f"The X budget is used up ({budget}): nothing is read until next month, or until "
        "X_MONTHLY_SPEND_LIMIT is raised.",
    )
