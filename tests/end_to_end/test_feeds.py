"""A blog, from its feed to a phone and back: the deployed functions, a server of feeds, and a clock set by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from earshot.cases.incidents.statistics import HourlyCounts
from earshot.mentions.sources.rss.subscription import Subscription, subscriptions_as_toml
from earshot.mentions.sources.rss.table import FeedsTable
from infra.local.feeds.documents import FeedItem, rss
from infra.local.feeds.server import FeedServer
from infra.local.recipients import RECIPIENTS
from tests.deployed import Running
from tests.fakes import START

pytestmark = pytest.mark.engine

BLOG = "https://walter.example"
TOLD = """<p>I am 81 and have banked with <b>Harbor Bank</b> for fifty years. Three weeks ago they locked me out of my
account because I have no smartphone. My pension is on it and I cannot pay my rent. I have called eleven times, and
nobody at Harbor Bank answers.</p>"""
BELOW = (
    ("Ruth Miller", "Harbor Bank locked me out of my account too. I cannot pay my rent, and nobody answers."),
    ("Anonymous", "Same here, locked out of my account since Monday and no answer from Harbor Bank."),
    ("Joe", "Locked out of my account for two weeks. My mother is 84 and cannot buy her medicine. Terrible."),
    ("Anonymous", "They locked me out of my account as well! Nobody answers the phone, I am furious."),
    ("Ingrid", "Locked out of the account, three weeks, no help at all. Shame on them."),
    ("H. Peters", "Also locked out of my account. My rent bounced because of them. Unacceptable."),
    ("Mary", "I am locked out of my account and they just hang up. I want my money."),
    ("Ann", "My account is locked out as well, no answer for days. Awful service."),
)


@dataclass
class Blog:
    """A blog that is listened to, and the functions."""

    running: Running
    server: FeedServer
    comments: tuple[FeedItem, ...] = ()

    @property
    def page(self) -> str:
        """The page of the post, on the site of the feed of its comments."""
        return f"{self.server.url}/2026/eighty-one/"

    def post(self, html: str, title: str = "Eighty-one and locked out") -> None:
        """Publish a post, which has a feed of its comments."""
        post = FeedItem(self.page, html, "Walter", title, self.running.clock(), "p1", f"{self.server.url}/comments/")
        self.server.put("/feed/", rss("Walter's Notes", BLOG, [post]))
        self.say()

    def say(self, *more: tuple[str, str]) -> None:
        """Comment on the post."""
        number = len(self.comments)
        said = tuple(
            FeedItem(f"{self.page}#comment-{n}", text, who, f"By: {who}", self.running.clock(), f"c{n}")
            for n, (who, text) in enumerate(more, number + 1)
        )
        self.comments += said
        self.server.put("/comments/", rss("Comments", BLOG, reversed(self.comments)))

    def hear(self, **advance: float) -> dict[str, Any]:
        """Let the time pass, and run what the schedules run."""
        self.running.clock.advance(**advance)
        answer = self.running.invoker.invoke("feedfetch", {})
        self.running.invoker.drain_queue(answer.get("queued", 0))
        self.running.watch()
        self.running.escalate()
        if changes := self.running.invoker.changes():
            self.running.notify(*changes)
        return answer


@pytest.fixture
def blog(running: Running) -> Iterator[Blog]:
    with FeedServer() as server:
        blog = Blog(running, server)
        assert running.invoker.invoke("feedfetch", {}) == {"sources": {}}  # off until a feed is added
        words, own = ("harbor bank",), ("Harbor Bank Care",)
        feed = Subscription(f"{server.url}/feed/", "HarborBank", words=words, reach=250_000, own_names=own)
        table = running.cloud.stack.outputs["SourceTableName"]
        client = running.cloud.engine.client("dynamodb")
        FeedsTable(client, table).write(subscriptions_as_toml([feed]), running.clock())
        server.put("/feed/", rss("Walter's Notes", BLOG, []))
        assert blog.hear(minutes=5)["sources"] == {feed.key: "baseline"}
        yield blog
        FeedsTable(client, table).write("", running.clock())


def test_one_complaint_in_a_feed_is_a_case_an_alert_and_an_observed_answer(blog: Blog) -> None:
    blog.post(TOLD)
    assert blog.hear(minutes=5)["queued"] == 1
    (case,) = (one for one in blog.running.stored.cases)
    assert (case.author.label, case.brand, str(case.status)) == ("Walter", "HarborBank", "open")
    assert (case.posts.headline.link, str(case.assessment.severity)) == (blog.page, "critical")
    assert any("250,000 people read" in reason.text for reason in case.assessment.reasons)
    assert ("1", "sms", RECIPIENTS["OnCallPhone"]) in blog.running.inbox()
    blog.say(("Harbor Bank Care", "We are so sorry. A colleague opens your account today and calls you."))
    blog.hear(minutes=7)
    answered = blog.running.case(case.id)
    assert str(answered.status) == "replied"
    assert answered.response.first_response_at == blog.running.clock() - timedelta(minutes=7)


def test_the_story_of_the_widely_read_blog_ends_in_an_incident_and_a_page(blog: Blog) -> None:
    # A week in which nobody complained: an incident is what is unusual for the brand.
    for hours in range(1, 24 * 7):
        began = (START - timedelta(hours=hours)).replace(minute=0)
        blog.running.cloud.wired.incident_table.put_hour(HourlyCounts(began, {}))
    blog.post(TOLD)
    blog.hear(minutes=5)
    blog.running.inbox()
    for first in range(0, len(BELOW), 2):
        blog.say(*BELOW[first : first + 2])
        blog.hear(minutes=5)
    cases = blog.running.stored.cases
    (incident,) = (one for one in cases if one.key.source == "incident")
    customers = [one for one in cases if one.key.source == "feed"]
    assert {one.key.conversation_id for one in customers} == {customers[0].key.conversation_id}
    assert len(customers) == 1 + len(BELOW)  # two who give no name are two
    assert incident.incident is not None
    assert incident.incident.ended_at is None
    assert len([one for one in customers if one.incident_id == incident.id]) >= 5
    blog.hear(minutes=1)
    blog.running.inbox()
    messages = blog.running.cloud.inbox.messages()
    paged = [one for one in messages if incident.id in one["case"].split(",")]
    assert {("1", "sms"), ("1", "email")} <= {(one["rung"], one["channel"]) for one in paged}, messages
