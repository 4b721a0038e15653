"""A listener to feeds: reader and runner with queues and table in memory, over real HTTP to the loopback server."""

from dataclasses import dataclass, field
from datetime import timedelta

import urllib3

from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceState
from earshot.mentions.sources.rss.address import is_public_or_loopback
from earshot.mentions.sources.rss.checkpoint import FEED_CHECKPOINTS, FeedCheckpoint
from earshot.mentions.sources.rss.client import FeedClient
from earshot.mentions.sources.rss.reader import FeedReader
from earshot.mentions.sources.rss.subscription import Subscription
from earshot.mentions.sources.runner import FetchOutcome, SourceRunner
from infra.local.feeds.documents import FeedItem
from infra.local.feeds.server import FeedServer
from tests.fakes import START, FakeClock
from tests.mentions.fakes import MemoryDeadLetterQueue, MemoryQueue, MemorySourceTable

BLOG = "https://walter.example"
POST = f"{BLOG}/2026/my-bank/"


def item(number: int = 1, html: str = "Harbor Bank lost my pension", **more: object) -> FeedItem:
    """A post of a blog, ``minutes`` after START."""
    at = START + timedelta(minutes=float(str(more.pop("minutes", 0))))
    values = {"author": "Walter", "title": f"Post {number}", "at": at, "guid": f"{BLOG}/?p={number}"} | more
    return FeedItem(link=str(values.pop("link", f"{BLOG}/2026/post-{number}/")), html=html, **values)


@dataclass
class FeedListener:
    """Runs a feed as the function would. The server of the feed is its own, whatever the links in the feed say."""

    server: FeedServer
    clock: FakeClock
    path: str = "/feed/"
    words: tuple[str, ...] = ("harbor bank", "harborbank")
    options: dict[str, object] = field(default_factory=dict)
    has_time: bool = True
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    dead_letters: MemoryDeadLetterQueue = field(default_factory=MemoryDeadLetterQueue)
    sources: MemorySourceTable = field(default_factory=lambda: MemorySourceTable(codec=FEED_CHECKPOINTS))

    @property
    def feed(self) -> Subscription:
        return Subscription(self.server.url + self.path, "HarborBank", words=self.words, **self.options)

    def client(self) -> FeedClient:
        timeout = urllib3.Timeout(connect=1, read=1)
        return FeedClient(self.clock, is_public_or_loopback, lambda: 1.5, timeout)

    def run(self, **advance: float) -> FetchOutcome:
        now = self.clock.advance(**advance)
        reader = FeedReader(self.client(), lambda: self.has_time)
        return SourceRunner(reader, self.queue, self.dead_letters, self.sources).fetch(self.feed, "run", now)

    def new(self, **advance: float) -> list[Mention]:
        """What a run queues."""
        before = len(self.queue.mentions)
        self.run(**advance)
        return self.queue.mentions[before:]

    @property
    def state(self) -> SourceState:
        return self.sources.state_of[self.feed.key]

    @property
    def checkpoint(self) -> FeedCheckpoint:
        return self.sources.checkpoint(self.feed.key)
