"""How far a feed has been read, and what a run cut short still owes.

X serves a feed from its newest post backwards, so one *sweep* goes from the top down to a floor. The checkpoint
moves when the sweep has reached the floor; a sweep that was cut goes on in the next run where it stopped.

A sweep is bounded by times, not by ids. X refuses ``since_id`` together with ``end_time``, refuses a ``since_id``
older than 7 days where a time can be moved forward, and indexes some posts late, with an id that is already passed.
So the floor lies an overlap before the newest post read, and the ids read within the overlap are remembered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from earshot.mentions.feeds import Feed, FeedPage, Window
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import Gap

OVERLAP = timedelta(minutes=5)
BASELINE_REACH = timedelta(hours=24)
BASELINE_PAGES = 3
SEEN_LIMIT = 2_000  # Bounds the stored item to about 60 KB; what is forgotten is enqueued again, and judged once.
# X wants ``end_time`` at least 10 s in the past.
_END_TIME_AGE = timedelta(seconds=15)
# X counts its 800 before it removes deleted and protected posts: a feed may end a little below.
_DEPTH_REACHED = 0.95


@dataclass(frozen=True, slots=True)
class Sweep:
    """One reading from the newest post down to ``floor``. ``read_down_to`` is the oldest post's time so far.

    ``newest_id`` and ``newest_at`` come from its first page; ``rejoined``: it met the newest post of the sweep before.
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
    rejoined: bool = False


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All posts visible at ``read_at`` are queued, from the baseline's floor on. ``first_read_at``: the baseline.

    ``seen`` maps the ids already queued, that a sweep will meet again, to the second of their time.
    """

    user_id: str | None = None
    first_read_at: datetime | None = None
    read_at: datetime | None = None
    newest_id: str | None = None
    newest_at: datetime | None = None
    billed_on: date | None = None
    seen: Mapping[str, int] = field(default_factory=dict)
    sweep: Sweep | None = None

    def begin(self, now: datetime) -> "Checkpoint":
        """Begin a sweep, or go on with the one that was cut."""
        if self.sweep is not None:
            return replace(self, sweep=replace(self.sweep, runs=self.sweep.runs + 1))
        if self.read_at is None:
            sweep = Sweep(floor=now - BASELINE_REACH, began_at=now, baseline=True)
            return replace(self, sweep=sweep, first_read_at=now)
        return replace(self, sweep=Sweep(floor=self._floor(), began_at=now))

    def window(self, feed: Feed, now: datetime) -> Window:
        """What the sweep asks for in this run: from its floor up to where the run before stopped."""
        sweep = self._open_sweep()
        start = sweep.floor if feed.history is None else max(sweep.floor, now - feed.history)
        end = sweep.read_down_to and sweep.read_down_to.replace(microsecond=0) + timedelta(seconds=1)
        # Too young an end is left out: the top is read again, which costs calls and loses nothing.
        return Window(start, end if end and start < end <= now - _END_TIME_AGE else None)

    def out_of_reach(self, feed: Feed, now: datetime) -> Gap | None:
        """The time since the last sweep that the source no longer serves."""
        horizon = now - feed.history if feed.history else None
        if horizon is None or self.read_at is None or self.read_at >= horizon:
            return None
        return Gap(self.read_at, horizon, f"X serves {feed.kind} 7 days back, and the last reading is older.")

    def fall_back(self, oldest: datetime) -> "Checkpoint":
        """Begin the sweep anew from a time that the source accepts."""
        sweep = self._open_sweep()
        return replace(self, sweep=replace(sweep, floor=max(sweep.floor, oldest), read_down_to=None))

    def take(self, page: FeedPage, now: datetime) -> tuple["Checkpoint", tuple[Mention, ...]]:
        """The checkpoint after a page, and the mentions in it that are new."""
        sweep = self._open_sweep()
        times = [mention.created_at for mention in page.mentions]
        first = sweep.newest_id is None
        reposted_at = {mention.reposted_id: mention.created_at for mention in page.mentions}
        seen = {mention.id: mention.created_at for mention in page.mentions}
        seen |= {original.id: reposted_at[original.id] for original in page.originals}
        seen |= {rejected.key: now for rejected in page.rejected}
        after = replace(
            sweep,
            newest_id=page.newest_id if first else sweep.newest_id,
            newest_at=max(times, default=None) if first else sweep.newest_at,
            read_down_to=min([*times, *([sweep.read_down_to] if sweep.read_down_to else [])], default=None),
            posts=sweep.posts + len(page.mentions) + len(page.rejected),
            pages=sweep.pages + 1,
            rejoined=sweep.rejoined or self.newest_id in seen,
        )
        new = [replace(m, baseline=sweep.baseline) for m in page.mentions]
        new += [replace(m, baseline=sweep.baseline or self._is_history(m)) for m in page.originals]
        moved = replace(self, sweep=after, seen=_newest({**self.seen, **_seconds(seen)}), billed_on=now.date())
        return moved, tuple(mention for mention in new if mention.id not in self.seen)

    def is_done(self, page: FeedPage) -> bool:
        """Whether ``page`` was the sweep's last. A baseline is history: it ends after a few pages."""
        sweep = self._open_sweep()
        return page.next_token is None or (sweep.baseline and sweep.pages >= BASELINE_PAGES)

    def missed(self, feed: Feed) -> Gap | None:
        """What lies beyond the newest posts that the feed serves, if the sweep ended before it met the last one."""
        sweep = self._open_sweep()
        if feed.depth is None or sweep.baseline or sweep.rejoined:
            return None
        if sweep.posts < _DEPTH_REACHED * feed.depth and (sweep.runs == 1 or self.newest_id is None):
            return None
        why = f"X serves the {feed.depth} newest {feed.kind}, and more came since the last reading."
        return Gap(self.newest_at or self.read_at, sweep.read_down_to or sweep.began_at, why)

    def finish(self) -> "Checkpoint":
        """Move: the sweep has reached its floor. Ids older than the next sweep's floor are forgotten."""
        sweep = self._open_sweep()
        moved = replace(
            self,
            read_at=sweep.began_at,
            newest_id=sweep.newest_id or self.newest_id,
            newest_at=sweep.newest_at or self.newest_at,
            sweep=None,
        )
        return replace(moved, seen=_newest(moved.seen, since=int(moved._floor().timestamp())))

    def _floor(self) -> datetime:
        """Measured from the newest post rather than from our clock: if X's index lags for an hour, nothing is lost."""
        assert self.read_at is not None
        return (min(self.newest_at, self.read_at) if self.newest_at else self.read_at) - OVERLAP

    def _open_sweep(self) -> Sweep:
        assert self.sweep is not None, "begin() comes first"
        return self.sweep

    def _is_history(self, original: Mention) -> bool:
        """Written before the first reading, and only now reposted: it pages nobody."""
        return self.first_read_at is not None and original.created_at < self.first_read_at


def _seconds(seen: Mapping[str, datetime]) -> dict[str, int]:
    return {key: int(at.timestamp()) for key, at in seen.items()}


def _newest(seen: Mapping[str, int], since: int = 0) -> dict[str, int]:
    kept = sorted((at, key) for key, at in seen.items() if at >= since)
    return {key: at for at, key in kept[-SEEN_LIMIT:]}
