"""Fetches a feed of X: reads what is new, enqueues it, and only then moves the checkpoint.

Whatever ends a run early (an error of X, the budget, the time), the posts read so far are enqueued, and the next run
reads the rest. A run never sleeps.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from earshot.mentions.budget import POST_READ_PRICE, USER_READ_PRICE, ReadBudget, day_of, month_of
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.feeds import Feed, FeedKind, FeedPage, Source
from earshot.mentions.fetch_run import FetchRun
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import Gap, SourceError, SourceState, SourceStatus
from earshot.mentions.sources.contract import Delivery
from earshot.mentions.sources.runner import FetchOutcome, SourceRunner
from earshot.mentions.sources.x.thinning import DEFAULT_THINNING, Thinning

if TYPE_CHECKING:
    from earshot.mentions.queue import DeadLetterQueue, MentionQueue
    from earshot.mentions.source_table import SourceTable

MAX_PAGES_PER_RUN = 20
_TO_BE_SEARCHED = "There were more posts than were served or paid for: they are searched for in the next runs."
_MORE = "There are more posts than one run can fetch. The next run continues where this one stopped."


class Fetcher:
    """Fetches feeds from X, one run each: the reader of X, and the runner that it is read by."""

    def __init__(
        self,
        source: Source,
        queue: "MentionQueue",
        dead_letters: "DeadLetterQueue",
        table: "SourceTable",
        limit: int,
        has_time: Callable[[], bool],
        thinning: Thinning = DEFAULT_THINNING,
        mention_feeds: int = 1,
    ) -> None:
        """``limit`` is the monthly budget in millionths of a dollar; ``has_time`` tells whether another call fits.

        ``mention_feeds`` of those that are fetched are of mentions: they share what is reserved for looks.
        """
        self._source = source
        self._runner = SourceRunner[Feed, Checkpoint](self, queue, dead_letters, table)
        self._table = table
        self._limit = limit
        self._has_time = has_time
        self._thinning = thinning
        self._mention_feeds = max(mention_feeds, 1)
        self._user_ids: dict[str, str] = {}
        # What another feed of this run brought already. A post that names a handle and a search term is in two feeds.
        self._billed: set[str] = set()
        self._own_posts: list[Mention] = []
        self._budget: ReadBudget | None = None

    def fetch(self, feed: Feed, owner: str, now: datetime) -> FetchOutcome:
        """Fetch a feed once, with a lease for ``owner``. ConflictError if another run has taken over the lease."""
        return self._runner.fetch(feed, owner, now)

    def read(
        self, source: Feed, checkpoint: Checkpoint, before: SourceState | None, now: datetime
    ) -> Delivery[Checkpoint]:
        """What is new in a feed, as far as budget and time reach."""
        # The table is read once for all feeds; from then on it answers each booking with the new total.
        spent = self._table.spent
        self._budget = self._budget or ReadBudget(
            self._limit, spent("x", month_of(now)), spent("x", day_of(now)), self._thinning, self._mention_feeds
        )
        run = FetchRun(source, now, checkpoint.begin(now), self._budget)
        try:
            if self._is_read_in_full(run):
                run.stop_reason = self._sweep(run) or self._search_holes(run)
                self._compare_with_own(run)
            else:
                raise self._look(run)
        except SourceError as error:
            run.fail(error)
        return Delivery(
            run.checkpoint,
            run.state_after(before),
            tuple(run.mentions),
            tuple(run.rejected),
            run.posts_read,
            cost=run.cost,
            looked_up=run.looked_up,
            read_to=run.checkpoint.read_at,
            waiting=tuple(Gap(hole.start, hole.end, _TO_BE_SEARCHED) for hole in run.checkpoint.holes),
            capped=run.stop_reason is not None,
            missed=tuple(run.missed),
        )

    def _sweep(self, run: FetchRun) -> str | None:
        """Finish the sweep that the last run left, if any, and then make one from the newest post.

        Returns why it stopped early, or None.
        """
        self._resolve_user_id(run)
        was_cut_short = run.checkpoint.sweep is not None
        while True:
            run.start_sweep()
            while True:
                if self._is_over(run):
                    return _MORE
                page = self._read_page(run)
                if run.checkpoint.is_last_page(page):
                    break
            run.finish_sweep()
            if not was_cut_short:
                return None
            was_cut_short = False

    def _is_read_in_full(self, run: FetchRun) -> bool:
        return run.budget.page_size(run.feed) is not None or run.feed.kind is not FeedKind.MENTIONS

    def _look(self, run: FetchRun) -> SourceError:
        """Look at the newest mentions, if it is time to: what is reserved pays for it. Returns the state afterwards."""
        look = run.budget.look(run.feed, run.now)
        if look is None:
            return _over_budget(run.budget)
        read_at = run.checkpoint.read_at
        if read_at is None or run.now - read_at >= look.pause:
            self._resolve_user_id(run)
            run.start_look(look.size)
            page = self._request_page(run, look.size)
            self._book_page(run, page)
            run.add_page(page)
            run.finish_look(page)
        return _over_budget(run.budget, f" Until then it looks at the newest {look.size} every {_span(look.pause)}.")

    def _compare_with_own(self, run: FetchRun) -> None:
        """What the brand wrote must be in each feed that it matches, if it was read whole."""
        if run.feed.kind is FeedKind.OWN:
            self._own_posts += run.served
        elif run.stop_reason is None:
            run.await_own(self._own_posts)

    def _is_over(self, run: FetchRun) -> bool:
        """Every run reads a page at least: one that is always short of time would make no progress otherwise."""
        return run.pages >= MAX_PAGES_PER_RUN or (run.pages > 0 and not self._has_time())

    def _search_holes(self, run: FetchRun) -> str | None:
        """Search for what the timeline no longer served, the newest first. Returns why it stopped early, or None."""
        search = run.feed.fallback
        while search is not None and (request := run.hole_request()) is not None:
            holes = len(run.checkpoint.holes)
            while len(run.checkpoint.holes) == holes:
                if self._is_over(run):
                    return _MORE
                try:
                    page = self._source.read(search, replace(request, size=self._page_size(run)), None)
                except SourceError as error:
                    if error.status not in (SourceStatus.FORBIDDEN, SourceStatus.MISCONFIGURED):
                        raise
                    run.give_up_hole(error)
                    break
                self._book_page(run, page)
                request = run.add_hole_page(page, request)
        return None

    def _page_size(self, run: FetchRun) -> int:
        size = run.budget.page_size(run.feed)
        if size is None:
            raise _thinned(run)
        return size

    def _read_page(self, run: FetchRun) -> FeedPage:
        page = self._request_page(run, self._page_size(run))
        self._book_page(run, page)
        run.add_page(page)
        return page

    def _book_page(self, run: FetchRun, page: FeedPage) -> None:
        # X bills a post once a day, by whichever feed it is read.
        billable = {key: reads for key, reads in run.billable_posts(page).items() if key not in self._billed}
        self._book(run, POST_READ_PRICE * sum(billable.values()))
        self._billed |= billable.keys()

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
                run.looked_up += USER_READ_PRICE
            run.checkpoint = replace(run.checkpoint, user_id=self._user_ids[name])
        self._user_ids.setdefault(name, run.checkpoint.user_id or "")

    def _book(self, run: FetchRun, millionths: int) -> None:
        """Add to the month's spending at once: what was read is billed, even if the run fails later."""
        if millionths:
            run.cost += millionths
            spent = self._table.spend("x", month_of(run.now), millionths)
            today = self._table.spend("x", day_of(run.now), millionths)
            self._budget = run.budget = replace(run.budget, spent=spent, spent_today=today)


def _thinned(run: FetchRun) -> SourceError:
    if run.feed.kind is FeedKind.MENTIONS:
        return _over_budget(run.budget)
    return SourceError(
        SourceStatus.OVER_BUDGET,
        f"It waits, so that the X budget lasts for the mentions ({run.budget}, ${run.budget.spent_today / 1e6:.2f} "
        "today). Fetching resumes when the day or the month is over, or when X_MONTHLY_SPEND_LIMIT is raised.",
    )


def _span(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes / 60:.0f} hours"


def _over_budget(budget: ReadBudget, looks: str = "") -> SourceError:
    if budget.is_todays_limit:
        return SourceError(
            SourceStatus.OVER_BUDGET,
            f"What a day may use of the X budget is used up (${budget.spent_today / 1e6:.2f} of "
            f"${budget.day_limit / 1e6:.2f} today): much more is posted than usual. Fetching resumes where it stopped "
            f"at 0:00 UTC, or when X_MONTHLY_SPEND_LIMIT is raised.{looks}",
        )
    return SourceError(
        SourceStatus.OVER_BUDGET,
        f"The X budget is used up but for a reserve ({budget}). Fetching resumes next month, or when "
        f"X_MONTHLY_SPEND_LIMIT is raised.{looks}",
    )
