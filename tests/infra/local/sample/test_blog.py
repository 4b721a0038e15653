"""The sample's blog: a second network, on which one complaint becomes those of twenty, and an incident."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import boto3
import pytest

from earshot.cases.incidents.incident import features_of
from earshot.cases.incidents.statistics import find_anomaly
from earshot.mentions.mention import Mention
from earshot.mentions.sources.rss.address import is_public_or_loopback
from earshot.mentions.sources.rss.checkpoint import FeedCheckpoint
from earshot.mentions.sources.rss.client import FeedClient
from earshot.mentions.sources.rss.reader import FeedReader
from earshot.mentions.sources.rss.subscription import Subscription, parse_subscriptions, subscriptions_as_toml
from earshot.mentions.sources.rss.table import FeedsTable
from earshot.triage.judge import judge_all
from earshot.triage.judgement import Intent
from earshot.triage.sentiment.measure import measure_all
from earshot.triage.terms.terms import Terms
from infra.local.feeds.server import FeedServer
from infra.local.run import listen_to_blog
from infra.local.sample.blog import SampleBlog, load
from infra.local.sample.stream import SPEED, SampleStream
from tests.api.fakes import tables
from tests.fakes import START, FakeClock

TERMS = Terms(frozenset({"harborbank"}))


@dataclass
class Listening:
    """Who reads the blog as the feed fetcher does."""

    blog: SampleBlog
    clock: FakeClock
    checkpoint: FeedCheckpoint

    def hear(self, seconds: float = 0) -> list[Mention]:
        """What is new so many seconds of the stream later."""
        self.clock.advance(seconds=seconds / SPEED)
        self.blog.publish()
        reader = FeedReader(FeedClient(self.clock, is_public_or_loopback), lambda: True)
        done = reader.read(self.blog.subscription, self.checkpoint, None, self.clock())
        assert done.state.status.is_success, done.state.message
        self.checkpoint = done.checkpoint
        return list(done.mentions)


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Listening]:
    clock = FakeClock(START)
    with FeedServer() as server:
        yield Listening(
            SampleBlog(server, SampleStream(tmp_path / "position", clock).written_at, clock), clock, FeedCheckpoint()
        )


def test_a_widely_read_blog_and_those_below_it_are_an_incident_on_the_first_day(listening: Listening) -> None:
    assert listening.hear() == []
    (post,) = listening.hear(1_530)
    assert (post.author.name, post.author.followers, post.baseline) == ("Edith", 142_000, False)
    comments = listening.hear(2_000)
    assert {one.conversation_id for one in comments} == {post.conversation_id}
    posts = [post, *comments]
    judged = judge_all(posts, lambda items: measure_all(items, None), TERMS, listening.clock())
    found = Counter[str]()
    for one, judgement in zip(posts, judged, strict=True):
        if judgement.intent is Intent.COMPLAINT:
            found.update(features_of(one.text, judgement.reasons, one.brand))
    assert find_anomaly(found, []) is not None
    (answer,) = listening.hear(3_500)
    assert (answer.own, len(posts) + 1) == (True, len(load()))
    assert post.link is not None
    with urlopen(post.link, timeout=5) as page:
        assert "Ruth Miller" in page.read().decode()


def test_the_blog_is_listened_to_where_it_is_now_beside_what_was_added() -> None:
    added = Subscription("https://walter.example/feed/", "HarborBank", words=("harbor bank",), name="Walter")
    with tables() as made:
        table = FeedsTable(boto3.client("dynamodb"), "SourceTable")
        table.write(subscriptions_as_toml([added]), made.clock())
        for _ in range(2):
            with FeedServer() as server:
                made.clock.advance(minutes=1)
                blog = SampleBlog(server, lambda _: made.clock() - timedelta(hours=1), made.clock).subscription
                listen_to_blog(table, blog, made.clock)
                assert parse_subscriptions(table.read()) == (added, blog)
