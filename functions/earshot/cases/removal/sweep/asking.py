"""Asks a network for stored posts, and keeps what it says of each: which are served, gone, or edited.

What one server of a network says of one post is weighed against what it says of others: one that serves nothing at all
is not believed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from earshot.cases.removal.sweep.outcome import SweepOutcome, Tally
from earshot.cases.removal.sweep.purse import FreePurse, Purse
from earshot.cases.removal.sweep.state import Suspect
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.source_state import SourceError
from earshot.mentions.sources.lookup import LookedUp, Lookup

CONFIRMED_AFTER = timedelta(minutes=30)
MANY_CONFIRMED_AFTER = timedelta(hours=6)
# Posts that are looked up to see whether the network serves any at all.
CONTROLS, CONTROL_DAYS = 5, 30
MOST_SUSPECTS = 2_000
NO_TIME = "The time of a run was used up."
_PAGE = 100


class SweptPosts(Protocol):
    """What a sweep asks of the case table."""

    def shown(self, source: str) -> Sequence[str]: ...
    def written_on(self, day: date, source: str, before: str | None, most: int) -> Sequence[tuple[str, str]]: ...
    def by_author(self, author_key: str, most: int) -> Sequence[str]: ...
    def kept(self, keys: Sequence[str]) -> Sequence[StoredMention]: ...


@dataclass(frozen=True, slots=True)
class SweptNetwork:
    """A network, how its posts are looked up, and what pays for that."""

    source: str
    lookup: Lookup
    purse: Purse = field(default_factory=FreePurse)


class Stop(Exception):
    """Time or money is used up."""


@dataclass(slots=True)
class Asking:
    """What was asked so far in a run, on ``outcome``. ``not_kept`` is told which posts are stored no longer."""

    posts: SweptPosts
    network: SweptNetwork
    outcome: SweepOutcome
    now: datetime
    has_time: Callable[[], bool]
    not_kept: Callable[[set[str]], None]
    gone: dict[str, StoredMention] = field(default_factory=dict[str, StoredMention])
    _asked: set[str] = field(default_factory=set[str])
    _tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict[str, Tally](Tally))

    def look(self, keys: Iterable[str], *, owed: bool = False) -> None:
        """Look posts up that were not yet in this run. Stop: time or money is used up. SourceError: it is refused."""
        new = [key for key in dict.fromkeys(keys) if key not in self._asked]
        for start in range(0, len(new), _PAGE):
            page = new[start : start + _PAGE]
            posts = self.posts.kept(page)
            self.not_kept(set(page) - {post.mention.key for post in posts})
            most = self.network.lookup.most
            for first in range(0, len(posts), most):
                self._look_up(posts[first : first + most], owed=owed)

    def written_on(self, day: date) -> Iterator[str]:
        """The keys of the posts of a day, the newest first."""
        before = None
        while found := self.posts.written_on(day, self.network.source, before, _PAGE):
            yield from (key for key, _ in found)
            before = found[-1][1]

    def confirmed(self) -> list[str]:
        """What is gone now, was gone long enough ago, and whose server is believed."""
        found: list[str] = []
        for server in list(self._tallies):
            twice = [key for key in self.gone if self._server_of(key) == server and self._is_confirmed(key)]
            if twice and self._is_believed(server):
                found += twice
        return found

    def drop(self, keys: set[str]) -> None:
        """These are suspected no longer."""
        state = self.outcome.state
        if not keys.isdisjoint(state.suspects):
            kept = {key: one for key, one in state.suspects.items() if key not in keys}
            self.outcome.state = replace(state, suspects=kept)

    def _look_up(self, posts: Sequence[StoredMention], *, owed: bool) -> None:
        if not self.has_time():
            raise Stop(NO_TIME)
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
            raise Stop(self.network.purse.why_empty)

    def _note(self, post: StoredMention, found: LookedUp) -> None:
        mention = post.mention
        self._asked.add(mention.key)
        self.outcome.asked += 1
        tally = self._tallies[self._server_of(mention.key)]
        tally.asked += 1
        if mention.id in found.served:
            tally.served += 1
            tally.customers += not mention.own
            self.drop({mention.key})
            if (newer := found.edited.get(mention.id)) is not None:
                text, edit_ids = newer.text, newer.edit_ids
                edited = replace(mention, text=text, edit_ids=edit_ids, edited_at=newer.edited_at or self.now)
                self.outcome.edited.append(edited)
        elif (fate := found.gone.get(mention.id)) is not None:
            self.gone[mention.key] = post
            tally.gone += 1
            suspects = self.outcome.state.suspects
            if mention.key not in suspects and len(suspects) < MOST_SUSPECTS:
                more = {**suspects, mention.key: Suspect(self.now, fate)}
                self.outcome.state = replace(self.outcome.state, suspects=more)

    def _server_of(self, key: str) -> str:
        return self.network.lookup.server_of(key.partition("#")[2])

    def _is_confirmed(self, key: str) -> bool:
        after = MANY_CONFIRMED_AFTER if self._tallies[self._server_of(key)].are_many else CONFIRMED_AFTER
        suspect = self.outcome.state.suspects.get(key)
        return suspect is not None and self.now - suspect.since >= after

    def _is_believed(self, server: str) -> bool:
        """Whether a server serves any of its posts, after a few more look-ups where it did not yet."""
        tally = self._tallies[server]
        if tally.customers:
            return True
        try:
            self.look(self._controls(server), owed=True)
        except (SourceError, Stop) as error:
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
            for key in self.written_on(self.now.date() - timedelta(days=days)):
                if left and key not in self._asked and self._server_of(key) == server:
                    left -= 1
                    yield key
            if not left:
                return
