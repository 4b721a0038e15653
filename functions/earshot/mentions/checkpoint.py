"""How far a feed has been fetched.

X serves a feed from its newest post backwards. One *sweep* therefore reads from the newest post down to a floor, and
the checkpoint only moves once the sweep has reached it. A sweep that is cut short continues in the next run.

A sweep is bounded by times and not by ids: X rejects ``since_id`` together with ``end_time``, rejects a ``since_id``
older than 7 days, and indexes some posts late, with an id that has already been passed. The floor therefore lies a
few minutes before the newest post that was read, and the ids read in these minutes are remembered. A feed that never
had a post is read from its beginning each time.

A feed begins with its first run. What was written before is *history*, whenever it is read: it alerts nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from earshot.mentions.feeds import Feed, FeedPage, PageRequest
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import Gap

OVERLAP = timedelta(minutes=10)
BASELINE_WINDOW = timedelta(hours=24)
MAX_BASELINE_PAGES = 3
# Bounds the stored item to about 60 KB. A post whose id was dropped is enqueued again, and classified only once.
MAX_SEEN_IDS = 2_000
# So many stretches are searched for later; of more, two are one. What is known of each is bounded like the ids.
MAX_HOLES = 20
MAX_KNOWN_IN_HOLE = 200
# X wants ``end_time`` to be 10 s in the past at least.
MIN_END_AGE = timedelta(seconds=15)
# X counts its 800 posts before it removes deleted and protected ones, so a complete feed may have a few less.
_FULL_FEED_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Sweep:
    """The posts read so far on the way from the newest post down to ``floor``.

    ``newest_id`` and ``newest_at`` come from the first page, ``read_down_to`` is the time of the oldest post read.
    ``met_previous``: the newest post of the sweep before was among those read. ``runs`` counts the function's runs.
    """

    floor: datetime
    began_at: datetime
    baseline: bool = False
    newest_id: str | None = None
    newest_at: datetime | None = None
    read_down_to: datetime | None = None
    posts: int = 0
    pages: int = 0
    runs: int = 1
    met_previous: bool = False


@dataclass(frozen=True, slots=True)
class Hole:
    """Posts from ``start`` until before ``end`` that X's timeline no longer served: they are searched for.

    The search goes from ``end`` backwards, as far as a run reaches. ``known`` are versions that it will meet and that
    were read before, each with the time of its post in epoch seconds.
    """

    start: datetime
    end: datetime
    known: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def read_until(self) -> datetime:
        """The end of the part that is left, in whole seconds as X wants it."""
        return self.end.replace(microsecond=0) + timedelta(seconds=1)

    def after(self, page: FeedPage) -> "Hole":
        """The part that is left when a page of it was read."""
        times = {mention.version_id: int(mention.created_at.timestamp()) for mention in page.mentions}
        end = min([self.end, *(mention.created_at for mention in page.mentions)])
        left = replace(self, end=end)
        until = int(left.read_until.timestamp())
        return replace(left, known={key: at for key, at in {**self.known, **times}.items() if at < until})


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Every post that was visible at ``read_at`` has been enqueued, back to the floor of the baseline.

    The feed began at ``first_read_at``: posts from before are history. The *baseline* is the first sweep, which reads
    some of them. ``seen`` has the ids already enqueued that a sweep will meet again, each with the time of its post in
    epoch seconds. ``vocabulary`` names the words that the source last accepted. ``holes`` is what is searched for yet.
    ``awaited`` are posts of the brand that the feed must bring, and has not.
    """

    user_id: str | None = None
    first_read_at: datetime | None = None
    read_at: datetime | None = None
    newest_id: str | None = None
    newest_at: datetime | None = None
    billed_on: date | None = None
    seen: Mapping[str, int] = field(default_factory=dict[str, int])
    vocabulary: str | None = None
    sweep: Sweep | None = None
    holes: tuple[Hole, ...] = ()
    awaited: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def floor(self) -> datetime | None:
        """From when on it is known of each post whether the feed brought it; None before the first sweep."""
        return None if self.read_at is None or self.first_read_at is None else max(self._floor(), self.first_read_at)

    def begin(self, now: datetime) -> "Checkpoint":
        """With ``now`` as the beginning of a feed that has not begun: whatever is written from here on is news."""
        return self if self.first_read_at is not None else replace(self, first_read_at=now)

    def cancel_beginning(self) -> "Checkpoint":
        """As if the feed had not begun, where not one page of it was ever read."""
        has_read = self.read_at is not None or (self.sweep is not None and self.sweep.pages > 0)
        return self if has_read else replace(self, first_read_at=None, sweep=None)

    def start_sweep(self, now: datetime) -> "Checkpoint":
        """With a new sweep, or with the one that was cut short, continued."""
        if self.sweep is not None:
            return replace(self, sweep=replace(self.sweep, runs=self.sweep.runs + 1))
        if self.read_at is None:
            began = self.begin(now)
            return replace(began, sweep=Sweep(floor=began._beginning - BASELINE_WINDOW, began_at=now, baseline=True))
        return replace(self, sweep=Sweep(floor=self._floor(), began_at=now))

    def page_request(self, feed: Feed, now: datetime) -> PageRequest:
        """The request for the first page of this run: from the sweep's floor up to where the last run stopped."""
        sweep = self._open_sweep()
        start = sweep.floor if feed.max_age is None else max(sweep.floor, now - feed.max_age)
        end = sweep.read_down_to and sweep.read_down_to.replace(microsecond=0) + timedelta(seconds=1)
        # An end that is too recent is left out: the newest posts are read again, which costs calls and loses nothing.
        end = end if end and start < end <= now - MIN_END_AGE else None
        return PageRequest(start, end, vocabulary=self.vocabulary)

    def gap_before_feed(self, feed: Feed, now: datetime) -> Gap | None:
        """The time since the last sweep that X no longer serves; None if it still serves all of it."""
        oldest = now - feed.max_age if feed.max_age else None
        read_at = self.read_at or self._beginning
        if oldest is None or read_at >= oldest:
            return None
        why = f"X serves {feed.kind.label} of the last 7 days only, and the last complete run was before that."
        return Gap(read_at, oldest, why)

    def restart_sweep(self, oldest: datetime) -> "Checkpoint":
        """With the sweep started over, from a time that X accepts."""
        sweep = self._open_sweep()
        return replace(self, sweep=replace(sweep, floor=max(sweep.floor, oldest), read_down_to=None))

    def add_page(self, page: FeedPage, now: datetime) -> tuple["Checkpoint", tuple[Mention, ...]]:
        """The checkpoint after a page, and the mentions of the page that are new."""
        seen = _seen_in(page, now)
        new = [replace(post, baseline=self._is_history(post)) for post in (*page.mentions, *page.originals)]
        after = replace(
            self,
            sweep=self._sweep_after(page, seen),
            seen=_newest({**self.seen, **seen}),
            billed_on=now.date(),
            vocabulary=page.vocabulary or self.vocabulary,
        )
        return after, tuple(mention for mention in new if mention.version_id not in self.seen)

    def is_last_page(self, page: FeedPage) -> bool:
        """Whether the sweep ends with ``page``. The baseline is bounded: a few pages, and all that is news."""
        is_enough = self._open_sweep().pages >= MAX_BASELINE_PAGES and self._has_reached_history()
        return page.next_token is None or is_enough

    def gap_after_sweep(self, feed: Feed) -> Gap | None:
        """The time that lies beyond the newest posts that X serves; None if the sweep met the previous one."""
        sweep = self._open_sweep()
        if feed.max_posts is None or sweep.met_previous or self._has_reached_history():
            return None
        if sweep.posts < _FULL_FEED_SHARE * feed.max_posts and (sweep.runs == 1 or self.newest_id is None):
            return None
        why = f"X serves the {feed.max_posts:,} newest {feed.kind.label} only, and there were more since the last run."
        return Gap(self.newest_at or self.read_at or self._beginning, sweep.read_down_to or sweep.began_at, why)

    def with_hole(self) -> "Checkpoint":
        """With what the sweep has not read left to be searched: from its floor up to the oldest post that it has."""
        sweep = self._open_sweep()
        hole = Hole(sweep.floor, sweep.read_down_to or sweep.began_at)
        if hole.start >= hole.end:
            return self
        until = int(hole.read_until.timestamp())
        known = sorted(((at, key) for key, at in self.seen.items() if at < until), reverse=True)[:MAX_KNOWN_IN_HOLE]
        holes = [*self.holes, replace(hole, known={key: at for at, key in known})]
        if len(holes) > MAX_HOLES:
            holes[:2] = [replace(holes[0], end=holes[1].end)]
        return replace(self, holes=tuple(holes))

    def add_hole_page(self, page: FeedPage) -> tuple["Checkpoint", tuple[Mention, ...]]:
        """The checkpoint after a page of the last hole, and what is new. Without a next page the hole is shut."""
        hole = self.holes[-1]
        known = hole.known.keys() | self.seen.keys()
        new = [replace(post, baseline=self._is_history(post)) for post in (*page.mentions, *page.originals)]
        left = () if page.next_token is None else (hole.after(page),)
        after = replace(self, holes=(*self.holes[:-1], *left), vocabulary=page.vocabulary or self.vocabulary)
        return after, tuple(mention for mention in new if mention.version_id not in known)

    def without_hole(self) -> "Checkpoint":
        """Without the last hole: nobody serves it."""
        return replace(self, holes=self.holes[:-1])

    def finish_sweep(self) -> "Checkpoint":
        """Moved, because the sweep has reached its floor. Ids older than the next floor are dropped."""
        sweep = self._open_sweep()
        # The newest post may have been deleted since: the floor stays where it was, or ids that were dropped are below.
        newest_at = max((at for at in (sweep.newest_at, self.newest_at) if at is not None), default=None)
        newest_id = sweep.newest_id or self.newest_id
        moved = replace(self, read_at=sweep.began_at, newest_id=newest_id, newest_at=newest_at, sweep=None)
        return replace(moved, seen=_newest(moved.seen, since=int(moved._floor().timestamp())))

    def _sweep_after(self, page: FeedPage, seen: Mapping[str, int]) -> Sweep:
        sweep = self._open_sweep()
        times = [mention.created_at for mention in page.mentions]
        is_first = sweep.newest_id is None
        return replace(
            sweep,
            newest_id=page.newest_id if is_first else sweep.newest_id,
            newest_at=max(times, default=None) if is_first else sweep.newest_at,
            read_down_to=min([*times, *([sweep.read_down_to] if sweep.read_down_to else [])], default=None),
            posts=sweep.posts + len(page.mentions) + len(page.rejected),
            pages=sweep.pages + 1,
            met_previous=sweep.met_previous or self.newest_id in seen,
        )

    def _floor(self) -> datetime:
        """Measured from the newest post and not from our clock: nothing is lost if X's index lags for hours."""
        assert self.read_at is not None
        return (min(self.newest_at, self.read_at) if self.newest_at else self._beginning) - OVERLAP

    def _open_sweep(self) -> Sweep:
        assert self.sweep is not None, "start_sweep() comes first"
        return self.sweep

    @property
    def _beginning(self) -> datetime:
        """When the feed began. A checkpoint of an early release does not say: its last reading stands for it."""
        beginning = self.first_read_at or self.read_at
        assert beginning is not None, "begin() comes first"
        return beginning

    def _is_history(self, post: Mention) -> bool:
        """Whether a post was written before the feed began, in whichever sweep it is read: it alerts nobody."""
        return self.first_read_at is not None and post.created_at < self.first_read_at

    def _has_reached_history(self) -> bool:
        """Whether a baseline has read all that is news."""
        sweep = self._open_sweep()
        return sweep.baseline and sweep.read_down_to is not None and sweep.read_down_to < self._beginning


def _seen_in(page: FeedPage, now: datetime) -> dict[str, int]:
    """The ids on a page with the epoch seconds at which a sweep meets them: an original is met with its repost."""
    reposted_at = {mention.reposted_id: mention.created_at for mention in page.mentions}
    times = {mention.version_id: mention.created_at for mention in page.mentions}
    times |= {original.version_id: reposted_at[original.version_id] for original in page.originals}
    times |= {rejected.key: now for rejected in page.rejected}
    return {key: int(at.timestamp()) for key, at in times.items()}


def _newest(seen: Mapping[str, int], since: int = 0) -> dict[str, int]:
    kept = sorted((at, key) for key, at in seen.items() if at >= since)
    return {key: at for at, key in kept[-MAX_SEEN_IDS:]}
