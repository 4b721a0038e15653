"""The feeds that are fetched from X, their limits, and the request and the page that a source exchanges for them.

Limits are those of X's documentation in 2026-11: the mentions timeline serves the 800 newest posts, a user's own
timeline the 3,200 newest, recent search the last 7 days. A page has 5 to 100 posts, a page of search results 10 to 100.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from earshot.mentions.mention import Mention
from earshot.mentions.sources.contract import RejectedPost

MAX_PAGE_SIZE = 100


class FeedKind(StrEnum):
    """The kind of a feed: mentions of a handle, posts of a handle, or search results for a term."""

    MENTIONS = "mentions"
    OWN = "own"
    SEARCH = "search"

    @property
    def label(self) -> str:
        """What the feed consists of, for messages: ``mentions``, ``own posts`` or ``search results``."""
        return {FeedKind.MENTIONS: "mentions", FeedKind.OWN: "own posts", FeedKind.SEARCH: "search results"}[self]


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed: its kind, and the handle or search term that it is for."""

    kind: FeedKind
    name: str

    @property
    def key(self) -> str:
        """The key of its stored checkpoint and state: ``x#mentions#handle``."""
        return f"x#{self.kind}#{self.name}"

    @property
    def needs_user_id(self) -> bool:
        """Whether X expects the account's number: it does for both timelines."""
        return self.kind is not FeedKind.SEARCH

    @property
    def max_posts(self) -> int | None:
        """The number of newest posts that X serves; None if only their age is limited."""
        return {FeedKind.MENTIONS: 800, FeedKind.OWN: 3_200}.get(self.kind)

    @property
    def fallback(self) -> "Feed | None":
        """The search that finds what its timeline no longer serves, None where there is none."""
        return Feed(FeedKind.SEARCH, f"@{self.name}") if self.kind is FeedKind.MENTIONS else None

    @property
    def max_age(self) -> timedelta | None:
        """The age of the oldest posts that X serves; None if only their number is limited.

        It is a minute short of 7 days: X answers 400 to an older start time, and its clock may differ from ours.
        """
        return timedelta(days=7, minutes=-1) if self.kind is FeedKind.SEARCH else None

    @property
    def min_page_size(self) -> int:
        """The smallest ``max_results`` that X accepts."""
        return 10 if self.kind is FeedKind.SEARCH else 5


def feeds_of(handles: Sequence[str], terms: Sequence[str]) -> tuple[Feed, ...]:
    """The feeds for the configured handles and search terms: mentions and own posts per handle, a search per term."""
    timelines = [Feed(kind, handle) for handle in handles for kind in (FeedKind.MENTIONS, FeedKind.OWN)]
    return (*timelines, *(Feed(FeedKind.SEARCH, term) for term in terms))


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request for one page: at most ``size`` posts created in [start, end), continued from ``token``.

    ``vocabulary`` is the name of the words that the source last accepted; None: it has not accepted any yet.
    """

    start: datetime
    end: datetime | None = None
    size: int = MAX_PAGE_SIZE
    token: str | None = None
    vocabulary: str | None = None


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One page of a feed, newest post first.

    ``originals`` are posts that were included only because the page has a repost of them; they are older than the
    page. ``reads`` gives the number of post reads for each post on the page: itself, and each post that it refers to.
    ``notes`` are partial errors in words. ``vocabulary`` is the name of the words in which the page was asked for.
    """

    mentions: tuple[Mention, ...] = ()
    originals: tuple[Mention, ...] = ()
    rejected: tuple[RejectedPost, ...] = ()
    next_token: str | None = None
    newest_id: str | None = None
    reads: Mapping[str, int] = field(default_factory=dict[str, int])
    notes: tuple[str, ...] = ()
    vocabulary: str | None = None


class Source(Protocol):
    """A network that feeds are read from. Both methods raise SourceError, with its status, if they are refused."""

    def user_id(self, handle: str) -> str:
        """The number of the account with this handle."""
        ...

    def read(self, feed: Feed, request: PageRequest, user_id: str | None) -> FeedPage:
        """One page of the feed; ``user_id`` is None for a feed that does not need it."""
        ...
