"""The feeds of X that Earshot reads, what each can give, and the window of one request.

Limits as X documents them: mentions serve the 800 newest posts, a user's own posts the 3,200 newest, recent search
7 days; a page holds 5 to 100 posts, of search 10 to 100.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from earshot.mentions.mention import Mention

LARGEST_PAGE = 100


class FeedKind(StrEnum):
    """What is asked of X."""

    MENTIONS = "mentions"
    OWN = "own"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Feed:
    """One source: the mentions of a handle, the posts of a handle, or the search for a term (``name``)."""

    kind: FeedKind
    name: str

    @property
    def key(self) -> str:
        """Under which its checkpoint and state are stored: ``x#mentions#handle``."""
        return f"x#{self.kind}#{self.name}"

    @property
    def needs_user_id(self) -> bool:
        """X reads timelines by number, not by handle."""
        return self.kind is not FeedKind.SEARCH

    @property
    def depth(self) -> int | None:
        """How many of the newest posts X serves, None where time alone is the limit."""
        return {FeedKind.MENTIONS: 800, FeedKind.OWN: 3_200}.get(self.kind)

    @property
    def history(self) -> timedelta | None:
        """How far back X serves, None where the count alone is the limit.

        One minute short of the 7 days, or the clocks' difference turns the request into a 400.
        """
        return timedelta(days=7, minutes=-1) if self.kind is FeedKind.SEARCH else None

    @property
    def smallest_page(self) -> int:
        """X refuses a smaller ``max_results``."""
        return 10 if self.kind is FeedKind.SEARCH else 5


def feeds_of(handles: Sequence[str], terms: Sequence[str]) -> tuple[Feed, ...]:
    """Every feed that the settings ask for: mentions and own posts of each handle, a search for each term."""
    named = [Feed(kind, handle) for handle in handles for kind in (FeedKind.MENTIONS, FeedKind.OWN)]
    return (*named, *(Feed(FeedKind.SEARCH, term) for term in terms))


@dataclass(frozen=True, slots=True)
class Window:
    """Which posts one request asks for: created in [start, end), at most ``size``, from ``token`` on."""

    start: datetime
    end: datetime | None = None
    size: int = LARGEST_PAGE
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A post that is no mention: ``body`` as X sent it, and the reason. ``key`` knows it again."""

    key: str
    body: str
    reason: str


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One page as read, newest post first.

    ``originals`` are posts that came along only because somebody reposted them; they are older than the page.
    ``reads`` counts, for each post delivered, the post reads it stands for: itself and what it refers to.
    """

    mentions: tuple[Mention, ...] = ()
    originals: tuple[Mention, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    next_token: str | None = None
    newest_id: str | None = None
    reads: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Source(Protocol):
    """What fetching asks of a source; every refusal is a SourceError that names its status."""

    def user_id(self, handle: str) -> str:
        """The number behind a handle."""

    def read(self, feed: Feed, window: Window, user_id: str | None) -> FeedPage:
        """One page of the feed."""
