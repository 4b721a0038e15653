"""X in memory on a virtual clock: what it shows when, within its limits, and the outages that it has.

It keeps what the loopback stand-in keeps (``infra/local/x``), without HTTP: a week is a thousand runs.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from earshot.mentions.feeds import Feed, FeedKind, FeedPage, PageRequest
from earshot.mentions.mention import Author, Mention
from earshot.mentions.source_state import SourceError
from tests.fakes import FakeClock

CUSTOMER = Author("42", "jane", "Jane Doe", 310)


@dataclass(frozen=True)
class SimulatedPost:
    """A post, and when X shows it."""

    mention: Mention
    visible_at: datetime


@dataclass
class SimulatedX:
    """``outages`` are refusals of requests from a time until another; those of ``search`` alone are apart."""

    clock: FakeClock
    posts: list[SimulatedPost] = field(default_factory=list)
    outages: list[tuple[datetime, datetime, Callable[[], SourceError]]] = field(default_factory=list)
    search_outages: list[tuple[datetime, datetime, Callable[[], SourceError]]] = field(default_factory=list)

    _sorted: list[datetime] = field(default_factory=list)

    def write(self, at: datetime, number: int, *, late: timedelta = timedelta()) -> None:
        mention = Mention(
            source="x",
            id=str(1_000_000 + number),
            author=CUSTOMER,
            text="@NimbusAir where is my bag?",
            created_at=at,
            conversation_id=str(1_000_000 + number),
            brand="NimbusAir",
        )
        self.posts.append(SimulatedPost(mention, at + late))

    def user_id(self, handle: str) -> str:
        return "9000"

    def read(self, feed: Feed, request: PageRequest, user_id: str | None) -> FeedPage:
        now = self.clock.now
        self._refuse(self.outages)
        if feed.kind is FeedKind.SEARCH:
            self._refuse(self.search_outages)
        start, end = request.start.replace(microsecond=0), request.end or now + timedelta(seconds=1)
        window = [one for one in self._served(feed, start, now) if one.created_at < end]
        first = int(request.token or 0)
        page = window[first : first + request.size]
        more = str(first + len(page)) if first + len(page) < len(window) else None
        newest = page[0].id if page else None
        return FeedPage(tuple(page), next_token=more, newest_id=newest, reads={one.id: 1 for one in page})

    def count(self, feed: Feed, start: datetime, end: datetime) -> int:
        return sum(start <= one.mention.created_at < end for one in self.posts)

    def _served(self, feed: Feed, start: datetime, now: datetime) -> list[Mention]:
        """Since ``start``, the newest first, as many as the feed has."""
        if feed.kind is FeedKind.OWN:
            return []
        oldest = max(start, now - feed.max_age) if feed.max_age else start
        most, served = feed.max_posts, list[Mention]()
        for number in range(self._index(now) - 1, self._index(oldest, bisect_left) - 1, -1):
            if len(served) == most:
                break
            if self.posts[number].visible_at <= now:
                served.append(self.posts[number].mention)
        return served

    def _index(self, at: datetime, bisect: Callable[..., int] = bisect_right) -> int:
        return bisect(self._times, at)

    @property
    def _times(self) -> list[datetime]:
        if len(self._sorted) != len(self.posts):
            self.posts.sort(key=lambda post: post.mention.created_at)
            self._sorted = [post.mention.created_at for post in self.posts]
        return self._sorted

    def _refuse(self, outages: list[tuple[datetime, datetime, Callable[[], SourceError]]]) -> None:
        for start, end, error in outages:
            if start <= self.clock.now < end:
                raise error()
