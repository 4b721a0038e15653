"""A case table, a network and the bookings of its budget, as a sweep sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from earshot.cases.removal.sweep.asking import SweptNetwork
from earshot.cases.removal.sweep.outcome import SweepOutcome
from earshot.cases.removal.sweep.purse import XPurse
from earshot.cases.removal.sweep.state import SWEEP_STATES, SweepState
from earshot.cases.removal.sweep.sweeper import Sweeper
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Author, Mention
from earshot.mentions.source_state import SourceError
from earshot.mentions.sources.lookup import Fate, LookedUp, NewerText
from tests.fakes import START, a_judgement, a_mention

NOW = START + timedelta(days=2)
HOUR = timedelta(hours=1)


@dataclass
class Posts:
    """The case table, as a sweep sees it."""

    stored: dict[str, StoredMention]
    removed: list[tuple[str, str]] = field(default_factory=list)
    finished: list[tuple[str, str]] = field(default_factory=list)
    stubborn: str = ""

    def shown(self, source: str) -> Sequence[str]:
        return list(self.stored)[-2:]

    def written_on(self, day: date, source: str, before: str | None, most: int) -> Sequence[tuple[str, str]]:
        those = [(key, key) for key, post in self.stored.items() if post.mention.created_at.date() == day]
        newest_first = sorted(those, key=lambda one: int(one[0].partition("#")[2]), reverse=True)
        later = [one[0] for one in newest_first].index(before) + 1 if before else 0
        return newest_first[later : later + most]

    def by_author(self, author_key: str, most: int) -> Sequence[str]:
        return [key for key, post in self.stored.items() if post.mention.author_key == author_key][:most]

    def kept(self, keys: Sequence[str]) -> Sequence[StoredMention]:
        return [self.stored[key] for key in keys if key in self.stored]

    def remove(self, post: StoredMention, reason: str, noticed_at: datetime, now: datetime) -> None:
        if post.mention.id == self.stubborn:
            raise RuntimeError("it cannot be removed")
        self.removed.append((post.mention.id, reason))
        del self.stored[post.mention.key]

    def finish(self, key: str, reason: str, noticed_at: datetime, now: datetime) -> None:
        self.finished.append((key, reason))


@dataclass
class Network:
    """A network that serves what it has; ``fails`` is raised in place of an answer.

    Ids of ``of_second`` are those of a second server.
    """

    gone: dict[str, Fate] = field(default_factory=dict)
    edited: Mapping[str, NewerText] = field(default_factory=dict[str, NewerText])
    silent: set[str] = field(default_factory=set)
    fails: SourceError | None = None
    calls: list[list[str]] = field(default_factory=list)
    most: int = 10
    of_second: set[str] = field(default_factory=set)

    def server_of(self, id: str) -> str:
        return "second.example" if id in self.of_second else ""

    def look_up(self, posts: Sequence[Mention]) -> LookedUp:
        if self.fails is not None:
            raise self.fails
        self.calls.append(ids := [post.id for post in posts])
        served = frozenset(id for id in ids if id not in self.gone and id not in self.silent)
        return LookedUp(served, {id: self.gone[id] for id in ids if id in self.gone}, self.edited)


@dataclass
class Swept:
    """A table and a network, and the state of the sweep between its runs, as it is stored."""

    posts: Posts
    network: Network = field(default_factory=Network)
    state: SweepState = field(default_factory=SweepState)
    sent: list[Mention] = field(default_factory=list)
    bookings: "Bookings | None" = None

    def run(self, at: datetime, calls: int = 1_000) -> SweepOutcome:
        until = len(self.network.calls) + calls
        has_time = lambda: len(self.network.calls) < until  # noqa: E731
        sweeper = Sweeper(self.posts, self.posts, self.sent.extend, has_time, lambda: True)
        network = SweptNetwork("x", self.network)
        if self.bookings is not None:
            network = replace(network, purse=XPurse(self.bookings, 50, 0.1, at))
        outcome = sweeper.sweep(network, self.state, at, (START - timedelta(days=30)).date())
        self.state = SWEEP_STATES.from_record(SWEEP_STATES.to_record(outcome.state))
        return outcome


class Bookings(dict[tuple[str, str], int]):
    def spend(self, service: str, month: str, millionths: int) -> int:
        self[service, month] = self.get((service, month), 0) + millionths
        return self[service, month]

    def spent(self, service: str, month: str) -> int:
        return self.get((service, month), 0)


def swept(count: int = 6, bookings: "Bookings | None" = None) -> Swept:
    stored = [
        StoredMention(a_mention(str(id), author=Author(str(id % 4), f"a{id % 4}")), a_judgement(), START, "c")
        for id in range(1, count + 1)
    ]
    return Swept(Posts({one.mention.key: one for one in stored}), bookings=bookings)
