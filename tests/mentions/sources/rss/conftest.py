"""A server of feeds for the tests of this folder, and a feed of its own for each test."""

from collections.abc import Iterator

import pytest

from infra.local.feeds.documents import rss
from infra.local.feeds.server import FeedServer
from tests.fakes import FakeClock, unused
from tests.mentions.sources.rss.feed_listener import BLOG, FeedListener


@pytest.fixture(scope="session")
def running() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def feed(running: FeedServer) -> FeedListener:
    """A feed of its own for each test: empty, and read once, so that what comes is news."""
    listener = FeedListener(running, FakeClock(), f"/{unused('blog')}/feed/")
    running.put(listener.path, rss("Walter's Notes", BLOG, ()))
    listener.run()
    return listener
