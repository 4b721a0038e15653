"""The sweep of a network: are the posts that are stored still there, and what do they say now?

It asks for what was gone at the last run first; then what is new, what staff have before them, and at last, with what
is left of time and money, all posts from the newest to the oldest.

A post is removed when its server said twice, ``CONFIRMED_AFTER`` apart, that it is gone, and served other posts in the
same run. A refusal, an answer that does not come, and a server that serves nothing at all remove nothing.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from earshot.cases.removal.sweep.asking import NO_TIME, Asking, Stop, SweptNetwork, SweptPosts
from earshot.cases.removal.sweep.outcome import SweepOutcome
from earshot.cases.removal.sweep.state import Place, SweepState
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError

# New posts are edited and thought better of most.
FRESH_EVERY, SHOWN_EVERY, WALKED_EVERY = timedelta(hours=6), timedelta(hours=12), timedelta(hours=24)
# Of one author, of whom a post is gone: they may have closed their account.
MOST_OF_AUTHOR, MOST_AUTHORS = 100, 10
# Of what was gone at the last run so many calls take: the rest of a run is for other posts.
_CALLS_FOR_SUSPECTS = 5


class Removes(Protocol):
    """Takes posts out of what is stored."""

    def remove(self, post: StoredMention, reason: str, noticed_at: datetime, now: datetime) -> None: ...
    def finish(self, key: str, reason: str, noticed_at: datetime, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Sweeps networks. ``send`` queues what was edited.

    ``has_time`` tells whether another call can be made, ``can_remove`` whether another post can be removed: for that
    time is left when the calls have used up theirs.
    """

    posts: SweptPosts
    removal: Removes
    send: Callable[[Sequence[Mention]], object]
    has_time: Callable[[], bool]
    can_remove: Callable[[], bool]

    def sweep(self, network: SweptNetwork, state: SweepState, now: datetime, oldest: date) -> SweepOutcome:
        """One run of a network, back to the day ``oldest``. What it cannot do waits for the next one.

        An error of a table or of the queue is raised; one that meets a single post is in ``failed``.
        """
        run = _Run(self, network, SweepOutcome(state), now)
        try:
            run.look_at_suspects()
            for look in (run.look_at_fresh, run.look_at_shown, run.look_at_authors):
                look()
            run.walk(oldest)
        except Stop as stop:
            run.outcome.stopped = str(stop)
        except SourceError as error:
            run.outcome.error = error
        run.settle()
        return run.outcome


@dataclass(slots=True)
class _Run:
    """The work of a run so far, on ``outcome``: in which order posts are asked for, and what becomes of them."""

    sweeper: Sweeper
    network: SweptNetwork
    outcome: SweepOutcome
    now: datetime
    _asking: Asking = field(init=False)

    def __post_init__(self) -> None:
        sweeper = self.sweeper
        self._asking = Asking(sweeper.posts, self.network, self.outcome, self.now, sweeper.has_time, self._finish)

    def look_at_suspects(self) -> None:
        """What was gone at the last run. Of many, or without money, the rest has its turn another time."""
        suspects, most = self.outcome.state.suspects, _CALLS_FOR_SUSPECTS * self.network.lookup.most
        with suppress(Stop):
            self._asking.look(sorted(suspects, key=lambda key: suspects[key].since)[:most], owed=True)

    def look_at_fresh(self) -> None:
        """What was written today and yesterday."""
        state = self.outcome.state
        if _is_due(state.fresh_at, FRESH_EVERY, self.now):
            # Before it is done: what is always cut here would keep a run from everything else.
            self.outcome.state = replace(state, fresh_at=self.now)
            for day in (self.now.date(), self.now.date() - timedelta(days=1)):
                self._asking.look(self._asking.written_on(day))

    def look_at_shown(self) -> None:
        """What the cases show that staff work through."""
        if _is_due(self.outcome.state.shown_at, SHOWN_EVERY, self.now):
            self.outcome.state = replace(self.outcome.state, shown_at=self.now)
            self._asking.look(self.sweeper.posts.shown(self.network.source))

    def look_at_authors(self) -> None:
        """What else is stored of authors of whom a post is gone."""
        gone = self._asking.gone.values()
        authors = dict.fromkeys(post.mention.author_key for post in gone if not post.mention.own)
        for author in list(authors)[:MOST_AUTHORS]:
            self._asking.look(self.sweeper.posts.by_author(author, MOST_OF_AUTHOR))

    def walk(self, oldest: date) -> None:
        """All posts, the newest first, from where the last run ended."""
        state = self.outcome.state
        if state.place is None:
            if not _is_due(state.walked_at, WALKED_EVERY, self.now):
                return
            self._move(Place(self.now.date()), walked_at=self.now)
        while (place := self.outcome.state.place) is not None:
            if not self.sweeper.has_time():
                raise Stop(NO_TIME)
            # As many as one call takes: a run that is cut goes on behind the last one that was answered.
            most = self.network.lookup.most
            found = self.sweeper.posts.written_on(place.day, self.network.source, place.before, most)
            self._asking.look(key for key, _ in found)
            if len(found) == most:
                self._move(Place(place.day, found[-1][1]))
            else:
                before = place.day - timedelta(days=1)
                self._move(Place(before) if before >= oldest else None)
        self.look_at_authors()

    def settle(self) -> None:
        """Queue what was edited, and remove what is certainly gone."""
        self.outcome.gone = len(self._asking.gone)
        if self.outcome.edited:
            self.sweeper.send(self.outcome.edited)
        for key in self._asking.confirmed():
            if not self.sweeper.can_remove():
                self.outcome.stopped = NO_TIME
                return
            self._remove(key)

    def _remove(self, key: str) -> None:
        one = self.outcome.state.suspects[key]
        try:
            self.sweeper.removal.remove(self._asking.gone[key], str(one.fate), one.since, self.now)
        except Exception as error:  # noqa: BLE001 - raised once the others are removed and the state is saved
            self.outcome.failed.append(error)
            return
        self.outcome.removed += 1
        self._asking.drop({key})

    def _finish(self, keys: set[str]) -> None:
        """Of what is not kept any more no second answer is needed."""
        for key in sorted(keys & self.outcome.state.suspects.keys()):
            suspect = self.outcome.state.suspects[key]
            self.sweeper.removal.finish(key, str(suspect.fate), suspect.since, self.now)
        self._asking.drop(keys)

    def _move(self, place: Place | None, walked_at: datetime | None = None) -> None:
        state = self.outcome.state
        self.outcome.state = replace(state, place=place, walked_at=walked_at or state.walked_at)


def _is_due(last: datetime | None, every: timedelta, now: datetime) -> bool:
    """Whether something is to be done again; a time in the future is from before a clock was set back."""
    return last is None or not timedelta(0) <= now - last < every
