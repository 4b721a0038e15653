"""Threads of posts: which need not be read again, where their reading goes on, and whom a reply in one answers."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

_MOST_KNOWN = 5_000


class ThreadCounts:
    """Remembers how each thread was listed when nothing in it was new: how many posts it had, and what else is told.

    What is not remembered is read.

    A thread is settled only by a reading that brought nothing: what a reading brought may not have been stored, and
    has to be brought again then.
    """

    def __init__(self) -> None:
        self._settled: dict[str, str] = {}
        self._read: dict[str, str] = {}
        self._with_news: set[str] = set()

    def is_settled(self, thread: str, listed: str) -> bool:
        """Whether nothing was said in a thread since a reading that brought nothing. It is ``listed`` so now."""
        return self._settled.get(thread) == listed

    def note_read(self, thread: str, listed: str) -> None:
        """A thread was read to its end when it was ``listed`` so."""
        self._read[thread] = listed

    def settle(self, with_news: Collection[str]) -> None:
        """What was read since the last time brought news in the threads ``with_news``, and in no other."""
        if len(self._settled) + len(self._with_news) > _MOST_KNOWN:
            self._settled.clear()
            self._with_news.clear()
        self._with_news.update(with_news)
        self._settled |= {thread: listed for thread, listed in self._read.items() if thread not in self._with_news}
        self._with_news -= self._read.keys()
        self._read.clear()


@dataclass(frozen=True, slots=True)
class Trail:
    """Where the reading of posts goes on, and of what is said below some of them: the cursor of such a page.

    ``page`` names the next page of posts, ``number`` counts those before it. Each of ``below`` is a thread, the next
    page of it, and what else its network has to know of it.
    """

    page: str = ""
    number: int = 0
    below: tuple[tuple[str, ...], ...] = ()

    def cursor(self) -> str | None:
        """The cursor from which ``of`` makes it again; None: nothing is left to read."""
        if not self.page and not self.below:
            return None
        return json.dumps([self.page, self.number, self.below], separators=(",", ":"))

    @classmethod
    def of(cls, cursor: str | None) -> "Trail":
        """The trail of a cursor."""
        if cursor is None:
            return cls()
        page, number, below = json.loads(cursor)
        return cls(page, number, tuple(tuple(one) for one in below))

    def without_first(self) -> "Trail":
        """What is left when the first thread was read."""
        return replace(self, below=self.below[1:])


@dataclass(frozen=True, slots=True)
class Said:
    """A post of a thread: its id, its author's id, when, and the names by which others call its author."""

    id: str
    author: str
    at: datetime
    names: frozenset[str] = frozenset()


def answered_in(reply: Said, called: str, top: Said, others: Sequence[Said], own: Collection[str]) -> Said | None:
    """Which post a reply answers, where a network says only under which post ``top`` it stands; None: it is not clear.

    ``called`` is the name that it begins with; empty: none. ``others`` are replies as well, and ``own`` the ids of the
    brand. Who is called is answered. Else the brand answers who began the thread, and a customer the brand, once it
    has spoken.
    """
    before = sorted((one for one in others if one.at <= reply.at and one.id != reply.id), key=lambda one: one.at)
    if called:
        named = [one for one in (top, *before) if called in one.names]
        is_one_customer = {one.author for one in (top, *before)} - {*own} <= {top.author}
        return named[-1] if named else top if is_one_customer else None
    ours = [one for one in before if one.author in own]
    return ours[-1] if ours and reply.author not in own else top


def speaks_to_brand(reply: Said, answered: Said | None, top: Said, own: Collection[str]) -> bool:
    """Whether a customer's reply in a thread on the brand's own page or channel speaks to the brand."""
    if answered is None:
        return False
    return answered.author in own or (answered.id == top.id and top.author == reply.author)
