"""One run over one feed: the posts it has read for the queue, the checkpoint after it, and the state for staff."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from earshot.mentions.budget import ReadBudget
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.feeds import Feed, FeedPage, PageRequest
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import Gap, SourceError, SourceState, SourceStatus, next_state
from earshot.mentions.sources.contract import RejectedPost
from earshot.mentions.sources.x.echo import awaited_after, unheard_since

# A start time that X accepts for certain, even if its clock differs from ours.
SAFE_MAX_AGE = timedelta(days=7) - timedelta(minutes=10)


@dataclass(slots=True)
class FetchRun:
    """The work of a run so far. ``request`` is for the next page; ``error`` and ``stop_reason`` say why it ended early.
    ``served`` is all that X had, ``mentions`` what is new of it.

    ``cost`` is what was booked for it, in millionths of a US dollar, ``looked_up`` the part for accounts. ``notes``
    are the keys of a dict, so that each is kept once and in order.
    """

    feed: Feed
    now: datetime
    checkpoint: Checkpoint
    budget: ReadBudget
    mentions: list[Mention] = field(default_factory=list[Mention])
    served: list[Mention] = field(default_factory=list[Mention])
    rejected: list[RejectedPost] = field(default_factory=list[RejectedPost])
    notes: dict[str, None] = field(default_factory=dict[str, None])
    request: PageRequest = field(init=False)
    missed: list[Gap] = field(default_factory=list[Gap])
    pages: int = 0
    posts_read: int = 0
    cost: int = 0
    looked_up: int = 0
    baseline: bool = False
    error: SourceError | None = None
    stop_reason: str | None = None
    restarted: bool = False

    @property
    def gap(self) -> Gap | None:
        """What was found to be missing last."""
        return self.missed[-1] if self.missed else None

    def start_sweep(self) -> None:
        """Start a sweep, or continue the one that the last run cut short."""
        self.checkpoint = self.checkpoint.start_sweep(self.now)
        sweep = self.checkpoint.sweep
        self.baseline = self.baseline or (sweep is not None and sweep.baseline)
        self._miss(self.checkpoint.gap_before_feed(self.feed, self.now))
        self.request = self.checkpoint.page_request(self.feed, self.now)

    def restart_sweep(self, error: SourceError) -> None:
        """X has rejected the start time with ``error``: start from 7 days back, and record the gap.

        SourceError (misconfigured) if this happens twice: the start time cannot be the cause.
        """
        if self.restarted:
            raise SourceError(SourceStatus.MISCONFIGURED, str(error))
        self.restarted = True
        oldest = self.now - SAFE_MAX_AGE
        if self.checkpoint.read_at is not None and self.checkpoint.read_at < oldest:
            self._miss(Gap(self.checkpoint.read_at, oldest, "X served the last 7 days only."))
        self.checkpoint = self.checkpoint.restart_sweep(oldest)
        self.request = self.checkpoint.page_request(self.feed, self.now)

    def fail(self, error: SourceError) -> None:
        """The run ends with ``error``. A feed that could not be read for want of a setup has not begun."""
        self.error = error
        if error.status.is_not_set_up:
            self.checkpoint = self.checkpoint.cancel_beginning()

    def billable_posts(self, page: FeedPage) -> dict[str, int]:
        """The posts of a page that were not read before on this UTC day, with their reads: X bills no other."""
        known = self.checkpoint.seen if self.checkpoint.billed_on == self.now.date() else ()
        return {key: reads for key, reads in page.reads.items() if key not in known}

    def add_page(self, page: FeedPage) -> None:
        """Keep what is new on a page, and prepare the request for the next one."""
        self.rejected += [rejected for rejected in page.rejected if rejected.key not in self.checkpoint.seen]
        self.checkpoint, new = self.checkpoint.add_page(page, self.now)
        self._keep(page, new)
        self.request = _next_request(self.request, page)

    def add_hole_page(self, page: FeedPage, request: PageRequest) -> PageRequest:
        """Keep what is new on a page of a hole; returns the request for the next one."""
        self.rejected += page.rejected
        self.checkpoint, new = self.checkpoint.add_hole_page(page)
        self._keep(page, new)
        return _next_request(request, page)

    def await_own(self, own: Iterable[Mention]) -> None:
        """Note which posts of the brand, of those in its own feeds, this one has yet to bring."""
        if self.checkpoint.floor is not None:
            heard = self.checkpoint.seen.keys() | {one.id for one in self.served}
            awaited = awaited_after(self.feed, self.checkpoint.awaited, own, heard, self.checkpoint.floor, self.now)
            self.checkpoint = replace(self.checkpoint, awaited=awaited)

    def _keep(self, page: FeedPage, new: Iterable[Mention]) -> None:
        self.served += page.mentions
        self.mentions += new
        self.notes |= dict.fromkeys(page.notes)
        self.pages += 1
        self.posts_read += len(page.mentions) + len(page.rejected)

    def finish_sweep(self) -> None:
        """Move the checkpoint: the sweep has reached its floor, or all that X's timeline serves. The rest is a hole."""
        gap = self.checkpoint.gap_after_sweep(self.feed)
        if gap is not None and self.feed.fallback is not None:
            self.checkpoint = self.checkpoint.with_hole()
        else:
            self._miss(gap)
        self.checkpoint = self.checkpoint.finish_sweep()

    def start_look(self, size: int) -> None:
        """Start at the newest posts, for one page; what a sweep was to read yet is searched for later."""
        if self.checkpoint.sweep is not None and self.checkpoint.sweep.pages:
            self.checkpoint = self.checkpoint.with_hole().finish_sweep()
        self.start_sweep()
        self.request = replace(self.request, size=size, end=None)

    def finish_look(self, page: FeedPage) -> None:
        """Move the checkpoint after the page; what is older is searched for when there is money again."""
        if not self.checkpoint.is_last_page(page):
            self.checkpoint = self.checkpoint.with_hole()
        self.checkpoint = self.checkpoint.finish_sweep()

    def hole_request(self) -> PageRequest | None:
        """The request for the first page of the hole that is searched next, None where there is none.

        What is older than X's search serves is recorded as a gap.
        """
        while self.checkpoint.holes:
            hole, oldest = self.checkpoint.holes[-1], self.now - SAFE_MAX_AGE
            if hole.start < oldest:
                self._miss(Gap(hole.start, min(oldest, hole.end), "X's search serves the last 7 days only."))
                hole = replace(hole, start=oldest)
            self.checkpoint = self.checkpoint.without_hole()
            if hole.start < hole.end:
                self.checkpoint = replace(self.checkpoint, holes=(*self.checkpoint.holes, hole))
                return PageRequest(hole.start, hole.read_until, vocabulary=self.checkpoint.vocabulary)
        return None

    def give_up_hole(self, error: SourceError) -> None:
        """X refuses the search for good: what it would have found is missing."""
        hole = self.checkpoint.holes[-1]
        served = self.feed.max_posts or 0
        why = f"X serves the {served:,} newest {self.feed.kind.label} only, there were more since the last run"
        self._miss(Gap(hole.start, hole.end, f"{why}, and searching for them was refused: {error}"))
        self.checkpoint = self.checkpoint.without_hole()

    def state_after(self, before: SourceState | None) -> SourceState:
        """The state that staff see after the run; ``before`` is the one after the last run."""
        notes = [*self.notes]
        if self.budget.is_nearly_spent:
            notes.append(f"Over 80 % of the X budget is spent: {self.budget}. Fetching stops at the limit.")
        status, message = self._status_and_message()
        until = self.error.until if self.error else None
        state = next_state(
            before, self.feed.key, status, message, self.now, until=until, gap=self.gap, notes=tuple(notes)
        )
        return replace(state, suspected_since=unheard_since(self.checkpoint.awaited, self.now))

    def _miss(self, gap: Gap | None) -> None:
        if gap is not None:
            self.missed.append(gap)

    def _status_and_message(self) -> tuple[SourceStatus, str]:
        if self.error is not None:
            return self.error.status, str(self.error)
        if self.gap is not None:
            return SourceStatus.STALE_CHECKPOINT, f"Posts may have been missed: {self.gap.why}"
        if self.restarted:
            message = "X did not accept the start time: posts were fetched from 7 days back."
            return SourceStatus.STALE_CHECKPOINT, message
        if self.baseline:
            message = "First run: posts from before are stored and alert nobody."
            return SourceStatus.BASELINE, self.stop_reason or message
        words = self.checkpoint.vocabulary
        asked = f" X accepts the fields that it is asked for as {words}." if words else ""
        return SourceStatus.OK, (self.stop_reason or "All posts are fetched.") + asked


def _next_request(request: PageRequest, page: FeedPage) -> PageRequest:
    if page.next_token is not None and page.next_token == request.token:
        raise SourceError(SourceStatus.UNAVAILABLE, "X returned the same page twice. The next run tries again.")
    return replace(request, token=page.next_token)
