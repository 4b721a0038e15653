"""Which threads are read for what is new in them, and which of them first.

A listing has threads by when they were begun; how many comments each has by now is asked for by name, a hundred at
once: of the latest in each run, of the others in turn. So nobody's threads push another's out, however many they begin.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from earshot.mentions.sources.social.threads import ThreadCounts

FOLLOWED_FOR = timedelta(days=14)
MOST_FOLLOWED = 1_000
# The names that one call takes, and the threads that a run reads, by a call each: of 100 that there are in a minute.
AT_ONCE, READ_IN_A_RUN = 100, 20
# Less than what is read again each time: where all were refused by mistake, nothing is lost.
_LOST_FOR = timedelta(minutes=15)
_TOO_MANY = f"The {MOST_FOLLOWED:,} latest threads are followed, and there were more."
_TOO_LATE = "More threads went on than could be read in an hour."


@dataclass(frozen=True, slots=True)
class Turn:
    """The threads that a run reads. ``is_capped``: others wait for the next; ``lost`` says why some are missed."""

    names: tuple[str, ...]
    is_capped: bool
    lost: str


class FollowedThreads:
    """The threads about the brand, by name, with when each was begun or last answered by it."""

    def __init__(self) -> None:
        self._followed: dict[str, datetime] = {}
        self._counts = ThreadCounts()
        self._left_alone: dict[str, datetime] = {}  # those that are not served, with until when
        self._waiting: dict[str, datetime] = {}  # those in which something may be new, with since when that is known
        self._read: set[str] = set()  # by this process
        self._turns = 0

    def follow(self, name: str, at: datetime) -> None:
        """A thread was begun, or the brand wrote in it."""
        self._followed[name] = max(at, self._followed.get(name, at))

    def due(self, now: datetime) -> tuple[str, ...]:
        """Of which threads it is asked how many comments they have."""
        names = [name for name in self._latest(now) if self._left_alone.get(name, now) <= now]
        others = names[AT_ONCE:]
        start = self._turns * AT_ONCE % len(others) if others else 0
        self._turns += 1
        return (*names[:AT_ONCE], *others[start : start + AT_ONCE])

    def turn(self, listed: Mapping[str, str], now: datetime, overlap: timedelta) -> Turn:
        """Which are read: ``listed`` are what was asked for, as they are listed now.

        First those that this process read before, as what is new there is news; then the latest of the others. A
        quarter is theirs in any case: threads that never rest would keep them out for ever.
        """
        for name, how in listed.items():
            if self._counts.is_settled(name, how):
                self._waiting.pop(name, None)
            else:
                self._waiting.setdefault(name, now)
        dropped = self._drop()
        waiting = [
            name for name in self._latest(now) if name in self._waiting and self._left_alone.get(name, now) <= now
        ]
        known = sorted((name for name in waiting if name in self._read), key=lambda name: self._waiting[name])
        others = [name for name in waiting if name not in self._read]
        for_others = min(len(others), READ_IN_A_RUN // 4)
        order = (*known[: READ_IN_A_RUN - for_others], *others)[:READ_IN_A_RUN]
        is_late = any(now - self._waiting[name] > overlap for name in waiting)
        lost = _TOO_LATE if is_late else _TOO_MANY if dropped else ""
        return Turn(order, len(waiting) > READ_IN_A_RUN, lost)

    def note_read(self, name: str, listed: str) -> None:
        """A thread was read to its end when it was ``listed`` so."""
        self._counts.note_read(name, listed)
        self._read.add(name)
        self._waiting.pop(name, None)

    def leave_alone(self, name: str, now: datetime) -> None:
        """A thread is not served: others are read meanwhile."""
        self._left_alone[name] = now + _LOST_FOR
        self._waiting.pop(name, None)

    def settle(self, with_news: Collection[str]) -> None:
        """What was read since the last time brought news in the threads ``with_news``, and in no other."""
        self._counts.settle(with_news)

    def _latest(self, now: datetime) -> list[str]:
        """The threads that are not too old, the latest first."""
        oldest = now - FOLLOWED_FOR
        kept = [(at, name) for name, at in self._followed.items() if at >= oldest]
        self._followed = {name: at for at, name in sorted(kept, reverse=True)}
        return list(self._followed)

    def _drop(self) -> bool:
        """Follow no more than is possible; whether there were more."""
        names = list(self._followed)
        self._followed = {name: self._followed[name] for name in names[:MOST_FOLLOWED]}
        self._waiting = {name: since for name, since in self._waiting.items() if name in self._followed}
        self._left_alone = {name: until for name, until in self._left_alone.items() if name in self._followed}
        self._read &= self._followed.keys()
        return len(names) > MOST_FOLLOWED
