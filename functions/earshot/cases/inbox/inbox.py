"""The inbox as staff ask for it: a page of a view, all of its cases, and what is waiting now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.replies import AwaitedPost
from earshot.cases.inbox.entry import InboxEntry
from earshot.cases.inbox.view import (
    WAITING,
    Choice,
    Counts,
    Due,
    InboxFilter,
    InboxOrder,
    Place,
    choices_of,
    due_of,
    index_after,
    place_of,
    sort_entries,
)
from earshot.cases.inbox.words import post_ids
from earshot.cases.stored_mention import StoredMention

# The attributes of which a page says which values there are.
CHOOSABLE = ("brand", "source", "topic", "language")
# What somebody is told of at once: of urgent cases the newest, of their own those with the nearest deadline.
MOST_NAMED = 20
# Posts of one search that are looked up by their ids.
_MOST_LOOKED_UP = 3


class KnownCases(Protocol):
    """The cases that are known, as ``WorkingSet`` keeps them."""

    def entries(self, statuses: Iterable[Status]) -> tuple[InboxEntry, ...]: ...
    def known_since(self, statuses: Iterable[Status]) -> datetime | None: ...
    def is_cut(self, statuses: Iterable[Status]) -> bool: ...
    def cases(self, ids: Sequence[str]) -> list[Case]: ...
    def revision(self) -> str: ...


class KnownPosts(Protocol):
    """What the inbox reads of the case table."""

    def post(self, key: str) -> StoredMention | AwaitedPost: ...
    def conversation(self, key: str) -> Conversation: ...


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page of a view. ``first`` is the number of its first case, 1 for that of the view; ``next`` where to go on.

    ``choices`` are the values that the cases with these statuses have. Cases that opened before ``known_since`` are
    not known, and not searched; None: all are.
    """

    cases: tuple[Case, ...]
    counts: Counts
    first: int
    next: Place | None
    choices: Mapping[str, tuple[Choice, ...]]
    known_since: datetime | None
    is_cut: bool


@dataclass(frozen=True, slots=True)
class View:
    """The ids of all cases of a view, in their order. ``is_cut`` as for a page."""

    ids: tuple[str, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Live:
    """What is waiting now. ``revision`` changes with anything of it. ``urgent`` are open cases that alert.

    ``is_cut``: more wait than are known and counted, who are the most urgent.
    ``named_urgent`` are the newest of those, ``mine`` the cases that the person who asks has acknowledged.
    """

    revision: str
    open: int
    acknowledged: int
    late: int
    due_soon: int
    urgent: int
    named_urgent: tuple[InboxEntry, ...]
    mine: tuple[tuple[InboxEntry, Due | None], ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """``posts`` looks up a post by its key, ``source#id``, and the conversation that it belongs to."""

    known: KnownCases
    posts: KnownPosts

    def page(
        self, wanted: InboxFilter, order: InboxOrder, now: datetime, *, limit: int, after: Place | None = None
    ) -> InboxPage:
        """A page of at most ``limit`` cases, after a place in the order.

        What was read of an index may be older than the table. Where a case of the page is gone, or does not belong
        there any more, the page is made once more; one that leaves meanwhile is left out.
        """

        def look() -> tuple[InboxPage, bool]:
            return self._look(wanted, order, now, limit, after)

        page, is_whole = look()
        return page if is_whole else look()[0]

    def ids(self, wanted: InboxFilter, order: InboxOrder, now: datetime) -> View:
        """The ids of all cases of a view, in their order."""
        found = sort_entries(filter(wanted.test(now), self._entries(wanted)), order)
        return View(tuple(one.id for one in found), self.known.is_cut(wanted.statuses))

    def untold(self, now: datetime) -> list[InboxEntry]:
        """The open cases whose alert is due for too long, and reached nobody: the longest waiting first."""
        late = (one for one in self.known.entries(WAITING) if one.untold_from is not None and one.untold_from <= now)
        return sort_entries(late, InboxOrder.WAITING)

    def live(self, mine: frozenset[str], now: datetime) -> Live:
        """What is waiting now, for the person who has the names ``mine``, without case."""
        waiting = self.known.entries(WAITING)
        counts = Counts.of(waiting, now)
        urgent = sort_entries((one for one in waiting if one.is_urgent), InboxOrder.NEWEST)
        held = sort_entries(
            (one for one in waiting if one.status is Status.ACKNOWLEDGED and one.holder in mine), InboxOrder.DEADLINE
        )
        opened = sum(one.status is Status.OPEN for one in waiting)
        return Live(
            revision=self.known.revision(),
            open=opened,
            acknowledged=len(waiting) - opened,
            late=counts.late,
            due_soon=counts.due_soon,
            urgent=len(urgent),
            named_urgent=tuple(urgent[:MOST_NAMED]),
            mine=tuple((one, due_of(one, now)) for one in held[:MOST_NAMED]),
            is_cut=self.known.is_cut(WAITING),
        )

    def _look(
        self, wanted: InboxFilter, order: InboxOrder, now: datetime, limit: int, after: Place | None
    ) -> tuple[InboxPage, bool]:
        """A page, and whether all of its cases were as they are known."""
        everything, is_wanted = self._entries(wanted), wanted.test(now)
        view = sort_entries(filter(is_wanted, everything), order)
        start = index_after(view, order, after)
        shown = view[start : start + limit]
        found = self.known.cases([one.id for one in shown])
        cases = tuple(case for case in found if is_wanted(self._found(case, wanted)))
        page = InboxPage(
            cases=cases,
            counts=Counts.of(view, now),
            first=start + 1,
            next=place_of(shown[-1], order) if start + limit < len(view) else None,
            choices={name: choices_of(everything, name) for name in CHOOSABLE},
            known_since=self.known.known_since(wanted.statuses),
            is_cut=self.known.is_cut(wanted.statuses),
        )
        return page, len(cases) == len(shown)

    def _entries(self, wanted: InboxFilter) -> tuple[InboxEntry, ...]:
        """The known cases, and those of posts that the search names, however old they are."""
        known = self.known.entries(wanted.statuses)
        looked_up = self._looked_up(wanted, known)
        return (*(one for one in known if one.id not in looked_up), *looked_up.values())

    def _looked_up(self, wanted: InboxFilter, known: Sequence[InboxEntry]) -> dict[str, InboxEntry]:
        named = post_ids(wanted.find or "")[:_MOST_LOOKED_UP]
        if not named:
            return {}
        sources = {one.source for one in known} | {"x"}
        found: dict[str, str] = {}
        for post_id in named:
            for source in _sources_of(post_id) or sorted(sources):
                case_id = self._case_of_post(f"{source}#{post_id}")
                if case_id is not None:
                    found[case_id] = f"{found.get(case_id, '')}\n{post_id}"
        cases = self.known.cases(list(found))
        return {case.id: _with_words(InboxEntry.of(case), found[case.id]) for case in cases}

    def _case_of_post(self, key: str) -> str | None:
        post = self.posts.post(key)
        if not isinstance(post, StoredMention) or post.conversation is None:
            return None
        # A conversation may have been merged into another one: its case is there.
        return self.posts.conversation(post.conversation).merged_into or post.conversation

    def _found(self, case: Case, wanted: InboxFilter) -> InboxEntry:
        # The posts that it was found by need not be the one that it is known by.
        return _with_words(InboxEntry.of(case), "\n".join(post_ids(wanted.find or "")))


def _sources_of(post_id: str) -> tuple[str, ...]:
    """The network whose ids are of this kind; none where several have such."""
    if post_id.startswith("did:"):
        return ("bluesky",)
    if post_id.startswith(("t1_", "t3_")):
        return ("reddit",)
    if post_id.startswith("Ug"):
        return ("youtube",)
    return ("mastodon",) if "@" in post_id else ()


def _with_words(one: InboxEntry, words: str) -> InboxEntry:
    return replace(one, words=f"{one.words}\n{words}") if words else one
