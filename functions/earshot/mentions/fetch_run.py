"""What one run has read: the posts for the queue, the checkpoint that follows, and the state that staff will see."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from earshot.mentions.budget import Budget
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.feeds import Feed, FeedPage, Rejected, Window
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import Gap, SourceError, SourceState, SourceStatus, next_state

OLDEST = timedelta(days=7) - timedelta(minutes=10)  # safely within what X serves, whatever the clocks differ


@dataclass(slots=True)
class FetchRun:
    """A run's work so far; ``window`` is what it asks for next."""

    feed: Feed
    now: datetime
    checkpoint: Checkpoint
    budget: Budget
    mentions: list[Mention] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    window: Window = field(init=False)
    gap: Gap | None = None
    pages: int = 0
    posts_read: int = 0
    baseline: bool = False
    refusal: SourceError | None = None
    stopped: str | None = None
    fell_back: bool = False

    def begin(self) -> None:
        """Begin a sweep, or go on with the one that was cut."""
        self.checkpoint = self.checkpoint.begin(self.now)
        sweep = self.checkpoint.sweep
        self.baseline = self.baseline or (sweep is not None and sweep.baseline)
        self.gap = self.checkpoint.out_of_reach(self.feed, self.now) or self.gap
        self.window = self.checkpoint.window(self.feed, self.now)

    def fall_back(self, error: SourceError) -> None:
        """X calls the window too old: read from 7 days back, once, and say what may be missing."""
        if self.fell_back:
            raise SourceError(SourceStatus.MISCONFIGURED, str(error))
        self.fell_back = True
        oldest = self.now - OLDEST
        if self.checkpoint.read_at is not None and self.checkpoint.read_at < oldest:
            self.gap = Gap(self.checkpoint.read_at, oldest, "X refused to go back further than 7 days.")
        self.checkpoint = self.checkpoint.fall_back(oldest)
        self.window = self.checkpoint.window(self.feed, self.now)

    def billed(self, page: FeedPage) -> int:
        """Post reads to pay: those of posts not read before, on a new UTC day of all."""
        known = self.checkpoint.seen if self.checkpoint.billed_on == self.now.date() else {}
        return sum(reads for key, reads in page.reads.items() if key not in known)

    def take(self, page: FeedPage) -> None:
        """Keep what is new in a page, and ask for the next one."""
        self.rejected += [rejected for rejected in page.rejected if rejected.key not in self.checkpoint.seen]
        self.checkpoint, new = self.checkpoint.take(page, self.now)
        self.mentions += new
        self.notes |= dict.fromkeys(page.notes)
        self.pages += 1
        self.posts_read += len(page.mentions) + len(page.rejected)
        if page.next_token is not None and page.next_token == self.window.token:
            raise SourceError(SourceStatus.UNAVAILABLE, "X gives the same page again and again: the next run retries.")
        self.window = replace(self.window, token=page.next_token)

    def finish(self) -> None:
        """The sweep has reached its floor: the checkpoint moves."""
        self.gap = self.checkpoint.missed(self.feed) or self.gap
        self.checkpoint = self.checkpoint.finish()

    def state(self, before: SourceState | None) -> SourceState:
        """What staff read about the run."""
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
        if self.fell_back:
            return SourceStatus.STALE_CHECKPOINT, "X refused to go back as far as asked: it was read from 7 days back."
        if self.baseline:
            message = "First reading: what was posted before is stored, and alerts nobody."
            return SourceStatus.BASELINE, self.stopped or message
        return SourceStatus.OK, self.stopped or "Everything is read."
