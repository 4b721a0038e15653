"""The sweep of a network: are the posts that are stored still there, and what do they say now?

It asks for what was gone at the last run first; then what is new, what staff have before them, and at last, with what
is left of time and money, all posts from the newest to the oldest.

A post is removed when its server said twice, ``CONFIRMED_AFTER`` apart, that it is gone, and served other posts in the
same run. A refusal, an answer that does not come, and a server that serves nothing at all remove nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from earshot.cases.removal.outcome import SweepOutcome, Tally
from earshot.cases.removal.purse import FreePurse, Purse
from earshot.cases.removal.sweep_state import Place, Suspect, SweepState
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError
from earshot.mentions.sources.lookup import LookedUp, Lookup

CONFIRMED_AFTER = timedelta(minutes=30)
MANY_CONFIRMED_AFTER = timedelta(hours=6)
# New posts are edited and thought better of most.
FRESH_EVERY, SHOWN_EVERY, WALKED_EVERY = timedelta(hours=6), timedelta(hours=12), timedelta(hours=24)
# Posts that are looked up to see whether the network serves any at all.
CONTROLS, CONTROL_DAYS = 5, 30
# Of one author, of whom a post is gone: they may have closed their account.
MOST_OF_AUTHOR, MOST_AUTHORS = 100, 10
MOST_SUSPECTS = 2_000
# Of what was gone at the last run so many calls take: the rest of a run is for other posts.
_CALLS_FOR_SUSPECTS = 5
_PAGE = 100
_NO_TIME = "The time of a run was used up."


class SweptPosts(Protocol):
    """What a sweep asks of the case table."""

    def shown(self, source: str) -> Sequence[str]: ...
    def written_on(self, day: date, source: str, before: str | None, most: int) -> Sequence[tuple[str, str]]: ...
    def by_author(self, author_key: str, most: int) -> Sequence[str]: ...
    def kept(self, keys: Sequence[str]) -> Sequence[StoredMention]: ...


class Removes(Protocol):
    """Takes posts out of what is stored."""

    def remove(self, post: StoredMention, reason: str, noticed_at: datetime, now: datetime) -> None: ...
    def finish(self, key: str, reason: str, noticed_at: datetime, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class SweptNetwork:
    """A network, how its posts are looked up, and what pays for that."""

    source: str
    lookup: Lookup
    purse: Purse = field(default_factory=FreePurse)


class _Stop(Exception):
    """Time or money is used up."""


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
        except _Stop as stop:
            run.outcome.stopped = str(stop)
        except SourceError as error:
            run.outcome.error = error
        run.settle()
        return run.outcome


@dataclass(slots=True)
class _Run:
    """The work of a run so far, on ``outcome``."""

    sweeper: Sweeper
    network: SweptNetwork
    outcome: SweepOutcome
    now: datetime
    _tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict[str, Tally](Tally))
    _asked: set[str] = field(default_factory=set[str])
    _gone: dict[str, StoredMention] = field(default_factory=dict[str, StoredMention])

    def look(self, keys: Iterable[str], *, owed: bool = False) -> None:
        """Look posts up that were not yet in this run. _Stop: time or money is used up. SourceError: it is refused."""
        new = [key for key in dict.fromkeys(keys) if key not in self._asked]
        for start in range(0, len(new), _PAGE):
            page = new[start : start + _PAGE]
            posts = self.sweeper.posts.kept(page)
            self._finish(set(page) - {post.mention.key for post in posts})
            most = self.network.lookup.most
            for first in range(0, len(posts), most):
                self._look_up(posts[first : first + most], owed=owed)

    def look_at_suspects(self) -> None:
        """What was gone at the last run. Of many, or without money, the rest has its turn another time."""
        suspects, most = self.outcome.state.suspects, _CALLS_FOR_SUSPECTS * self.network.lookup.most
        with suppress(_Stop):
            self.look(sorted(suspects, key=lambda key: suspects[key].since)[:most], owed=True)

    def look_at_fresh(self) -> None:
        """What was written today and yesterday."""
        state = self.outcome.state
        if _is_due(state.fresh_at, FRESH_EVERY, self.now):
            # Before it is done: what is always cut here would keep a run from everything else.
            self.outcome.state = replace(state, fresh_at=self.now)
            for day in (self.now.date(), self.now.date() - timedelta(days=1)):
                self.look(key for key, _ in self._written_on(day))

    def look_at_shown(self) -> None:
        """What the cases show that staff work through."""
        if _is_due(self.outcome.state.shown_at, SHOWN_EVERY, self.now):
            self.outcome.state = replace(self.outcome.state, shown_at=self.now)
            self.look(self.sweeper.posts.shown(self.network.source))

    def look_at_authors(self) -> None:
        """What else is stored of authors of whom a post is gone."""
        authors = dict.fromkeys(post.mention.author_key for post in self._gone.values() if not post.mention.own)
        for author in list(authors)[:MOST_AUTHORS]:
            self.look(self.sweeper.posts.by_author(author, MOST_OF_AUTHOR))

    def walk(self, oldest: date) -> None:
        """All posts, the newest first, from where the last run ended."""
        state = self.outcome.state
        if state.place is None:
            if not _is_due(state.walked_at, WALKED_EVERY, self.now):
                return
            self._move(Place(self.now.date()), walked_at=self.now)
        while (place := self.outcome.state.place) is not None:
            if not self.sweeper.has_time():
                raise _Stop(_NO_TIME)
            # As many as one call takes: a run that is cut goes on behind the last one that was answered.
            most = self.network.lookup.most
            found = self.sweeper.posts.written_on(place.day, self.network.source, place.before, most)
            self.look(key for key, _ in found)
            if len(found) == most:
                self._move(Place(place.day, found[-1][1]))
            else:
                before = place.day - timedelta(days=1)
                self._move(Place(before) if before >= oldest else None)
        self.look_at_authors()

    def settle(self) -> None:
        """Queue what was edited, and remove what is certainly gone."""
        self.outcome.gone = len(self._gone)
        if self.outcome.edited:
            self.sweeper.send(self.outcome.edited)
        for server in list(self._tallies):
            confirmed = [key for key in self._gone if self._server_of(key) == server and self._is_confirmed(key)]
            if confirmed and self._is_believed(server):
                self._remove(confirmed)

    def _is_confirmed(self, key: str) -> bool:
        after = MANY_CONFIRMED_AFTER if self._tallies[self._server_of(key)].are_many else CONFIRMED_AFTER
        suspect = self.outcome.state.suspects.get(key)
        return suspect is not None and self.now - suspect.since >= after

    def _remove(self, keys: Sequence[str]) -> None:
        for key in keys:
            if not self.sweeper.can_remove():
                self.outcome.stopped = _NO_TIME
                return
            one = self.outcome.state.suspects[key]
            try:
                self.sweeper.removal.remove(self._gone[key], str(one.fate), one.since, self.now)
            except Exception as error:  # noqa: BLE001 - raised once the others are removed and the state is saved
                self.outcome.failed.append(error)
                continue
            self.outcome.removed += 1
            self._drop({key})

    def _look_up(self, posts: Sequence[StoredMention], *, owed: bool) -> None:
        if not self.sweeper.has_time():
            raise _Stop(_NO_TIME)
        may = self.network.purse.take(posts, owed=owed)
        wanted, left = posts[:may], posts[may:]
        if wanted:
            try:
                found = self.network.lookup.look_up([post.mention for post in wanted])
            except SourceError:
                # What is refused, and what does not come, is not billed: it must not use up what listening needs.
                self.network.purse.give_back(wanted)
                raise
            self.network.purse.give_back([post for post in wanted if post.mention.id not in found.served])
            for post in wanted:
                self._note(post, found)
        if left:
            raise _Stop(self.network.purse.why_empty)

    def _note(self, post: StoredMention, found: LookedUp) -> None:
        mention = post.mention
        self._asked.add(mention.key)
        self.outcome.asked += 1
        tally = self._tallies[self._server_of(mention.key)]
        tally.asked += 1
        if mention.id in found.served:
            tally.served += 1
            tally.customers += not mention.own
            self._drop({mention.key})
            if (newer := found.edited.get(mention.id)) is not None:
                text, edit_ids = newer.text, newer.edit_ids
                edited = replace(mention, text=text, edit_ids=edit_ids, edited_at=newer.edited_at or self.now)
                self.outcome.edited.append(edited)
        elif (fate := found.gone.get(mention.id)) is not None:
            self._gone[mention.key] = post
            tally.gone += 1
            suspects = self.outcome.state.suspects
            if mention.key not in suspects and len(suspects) < MOST_SUSPECTS:
                self.outcome.state = replace(
                    self.outcome.state, suspects={**suspects, mention.key: Suspect(self.now, fate)}
                )

    def _server_of(self, key: str) -> str:
        return self.network.lookup.server_of(key.partition("#")[2])

    def _is_believed(self, server: str) -> bool:
        """Whether a server serves any of its posts, after a few more look-ups where it did not yet."""
        tally = self._tallies[server]
        if tally.customers:
            return True
        try:
            self.look(self._controls(server), owed=True)
        except (SourceError, _Stop) as error:
            self.outcome.error = error if isinstance(error, SourceError) else self.outcome.error
        if tally.is_serving:
            return True
        self.outcome.doubt = (
            f"{server or 'It'} serves none of the {tally.asked} posts it was asked for, so nothing is removed: see "
            "whether it still lets this account read. What is certainly gone can be removed with `earshot forget post`."
        )
        return False

    def _controls(self, server: str) -> Iterator[str]:
        """The newest posts of a server that are not among those that seem to be gone."""
        left = CONTROLS
        for days in range(CONTROL_DAYS):
            for key, _ in self._written_on(self.now.date() - timedelta(days=days)):
                if left and key not in self._asked and self._server_of(key) == server:
                    left -= 1
                    yield key
            if not left:
                return

    def _written_on(self, day: date) -> Iterator[tuple[str, str]]:
        before = None
        while found := self.sweeper.posts.written_on(day, self.network.source, before, _PAGE):
            yield from found
            before = found[-1][1]

    def _finish(self, keys: set[str]) -> None:
        """Of what is not kept any more no second answer is needed."""
        for key in sorted(keys & self.outcome.state.suspects.keys()):
            suspect = self.outcome.state.suspects[key]
            self.sweeper.removal.finish(key, str(suspect.fate), suspect.since, self.now)
        self._drop(keys)

    def _drop(self, keys: set[str]) -> None:
        state = self.outcome.state
        if not keys.isdisjoint(state.suspects):
            kept = {key: one for key, one in state.suspects.items() if key not in keys}
            self.outcome.state = replace(state, suspects=kept)

    def _move(self, place: Place | None, walked_at: datetime | None = None) -> None:
        state = self.outcome.state
        self.outcome.state = replace(state, place=place, walked_at=walked_at or state.walked_at)


def _is_due(last: datetime | None, every: timedelta, now: datetime) -> bool:
    """Whether something is to be done again; a time in the future is from before a clock was set back."""
    return last is None or not timedelta(0) <= now - last < every
