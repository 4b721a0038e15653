"""Fetches a feed: reads what is new, enqueues it, and only then moves the checkpoint.

Whatever ends a run early (an error of the source, the budget, the time), the posts read so far are enqueued, and the
next run reads the rest. A run never sleeps. If the queue or the table fails, the run ends with that error and the
checkpoint stays.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from earshot.mentions.budget import POST_READ_PRICE, USER_READ_PRICE, ReadBudget, day_of, month_of
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.feeds import Feed, FeedPage, Source
from earshot.mentions.fetch_run import FetchRun
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError, SourceState, SourceStatus

if TYPE_CHECKING:
    from earshot.mentions.queue import DeadLetterQueue, MentionQueue
    from earshot.mentions.source_table import SourceTable

# Longer than the function's timeout. A run that crashed blocks its feed for this time.
LEASE_DURATION = timedelta(minutes=2)
MAX_PAGES_PER_RUN = 20


@dataclass(frozen=True, slots=True)
class FetchOutcome:
    """The result of a run. ``state`` is None if another run has the lease; ``skipped``: the source was not called.

    ``queued`` counts the posts that went to the queue: those that no other feed of the same run had queued.
    """

    feed: Feed
    state: SourceState | None
    posts_read: int = 0
    queued: int = 0
    rejected: int = 0
    skipped: bool = False


class Fetcher:
    """Fetches feeds from one source, one run each."""

    def __init__(
        self,
        source: Source,
        queue: "MentionQueue",
        dead_letters: "DeadLetterQueue",
        table: "SourceTable",
        limit: int,
        has_time: Callable[[], bool],
    ) -> None:
        """``limit`` is the monthly budget in millionths of a dollar; ``has_time`` tells whether another call fits."""
        self._source = source
        self._queue = queue
        self._dead_letters = dead_letters
        self._table = table
        self._limit = limit
        self._has_time = has_time
        self._user_ids: dict[str, str] = {}
        # What another feed of this run brought already. A post that names a handle and a search term is in two feeds.
        self._billed: set[str] = set()
        self._queued: dict[str, bool] = {}  # by version: whether it was queued as history
        self._budget: ReadBudget | None = None

    def fetch(self, feed: Feed, owner: str, now: datetime) -> FetchOutcome:
        """Fetch a feed once, with a lease for ``owner``. ConflictError if another run has taken over the lease."""
        lease = self._table.acquire(feed.key, owner, now, LEASE_DURATION)
        if lease is None:
            return FetchOutcome(feed, None, skipped=True)
        try:
            if lease.state and lease.state.is_waiting(now):
                self._table.release(feed.key, owner)
                return FetchOutcome(feed, lease.state, skipped=True)
            run = self._read(feed, lease.checkpoint, now)
            new = [mention for mention in run.mentions if not self._is_queued(mention)]
            queued = self._queue.send(sorted(new, key=_age_order))
            self._queued |= {mention.version_id: mention.baseline for mention in new}
            for rejected in run.rejected:
                self._dead_letters.dead_letter(rejected.body, rejected.reason, "MentionError")
            state = run.state_after(lease.state)
            self._table.save(feed.key, owner, run.checkpoint, state)
        except BaseException:
            self._table.release(feed.key, owner)
            raise
        return FetchOutcome(feed, state, run.posts_read, queued, len(run.rejected))

    def _read(self, feed: Feed, checkpoint: Checkpoint, now: datetime) -> FetchRun:
        # The table is read once for all feeds; from then on it answers each booking with the new total.
        spent = self._table.spent
        self._budget = self._budget or ReadBudget(self._limit, spent("x", month_of(now)), spent("x", day_of(now)))
        run = FetchRun(feed, now, checkpoint.begin(now), self._budget)
        try:
            run.stop_reason = self._sweep(run)
        except SourceError as error:
            run.fail(error)
        return run

    def _is_queued(self, mention: Mention) -> bool:
        """Whether another feed of this run has queued the post. History does not stand for news: news alerts."""
        as_history = self._queued.get(mention.version_id)
        return as_history is not None and (mention.baseline or not as_history)

    def _sweep(self, run: FetchRun) -> str | None:
        """Finish the sweep that the last run left, if any, and then make one from the newest post.

        Returns why it stopped early, or None.
        """
        self._resolve_user_id(run)
        was_cut_short = run.checkpoint.sweep is not None
        while True:
            run.start_sweep()
            while True:
                # Every run reads a page at least: one that is always short of time would make no progress otherwise.
                if run.pages >= MAX_PAGES_PER_RUN or (run.pages and not self._has_time()):
                    return "There are more posts than one run can fetch. The next run continues where this one stopped."
                page = self._read_page(run)
                if run.checkpoint.is_last_page(page):
                    break
            run.finish_sweep()
            if not was_cut_short:
                return None
            was_cut_short = False

    def _read_page(self, run: FetchRun) -> FeedPage:
        size = run.budget.page_size(run.feed)
        if size is None:
            raise _over_budget(run.budget)
        page = self._request_page(run, size)
        # X bills a post once a day, by whichever feed it is read.
        billable = {key: reads for key, reads in run.billable_posts(page).items() if key not in self._billed}
        self._book(run, POST_READ_PRICE * sum(billable.values()))
        self._billed |= billable.keys()
        run.add_page(page)
        return page

    def _request_page(self, run: FetchRun, size: int) -> FeedPage:
        while True:
            try:
                return self._source.read(run.feed, replace(run.request, size=size), run.checkpoint.user_id)
            except SourceError as error:
                if error.status is not SourceStatus.STALE_CHECKPOINT:
                    raise
                run.restart_sweep(error)

    def _resolve_user_id(self, run: FetchRun) -> None:
        """Look up the number of the feed's account, once: the checkpoint remembers it."""
        name = run.feed.name
        if not run.feed.needs_user_id:
            return
        if run.checkpoint.user_id is None:
            if name not in self._user_ids:
                if not run.budget.can_pay_user_read():
                    raise _over_budget(run.budget)
                self._user_ids[name] = self._source.user_id(name)
                self._book(run, USER_READ_PRICE)
            run.checkpoint = replace(run.checkpoint, user_id=self._user_ids[name])
        self._user_ids.setdefault(name, run.checkpoint.user_id or "")

    def _book(self, run: FetchRun, millionths: int) -> None:
        """Add to the month's spending at once: what was read is billed, even if the run fails later."""
        if millionths:
            spent = self._table.spend("x", month_of(run.now), millionths)
            today = self._table.spend("x", day_of(run.now), millionths)
            self._budget = run.budget = replace(run.budget, spent=spent, spent_today=today)


def _age_order(mention: Mention) -> tuple[datetime, int, str]:
    """Oldest first; ids are numbers of different lengths, which rise with time."""
    return mention.created_at, len(mention.id), mention.id


def _over_budget(budget: ReadBudget) -> SourceError:
    if budget.is_todays_limit:
        return SourceError(
            SourceStatus.OVER_BUDGET,
            f"What a day may use of the X budget is used up (${budget.spent_today / 1e6:.2f} of "
            f"${budget.day_limit / 1e6:.2f} today): much more is posted than usual. Fetching resumes where it stopped "
            "at 0:00 UTC, or when X_MONTHLY_SPEND_LIMIT is raised.",
        )
    return SourceError(
        SourceStatus.OVER_BUDGET,
        f"The X budget is used up ({budget}). Fetching resumes next month, or when X_MONTHLY_SPEND_LIMIT is raised.",
    )
