"""``earshot sources``: a feed is found, shown, added after a yes, listed and removed."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from earshot.mentions.sources.rss.subscription import About, Subscription, parse_subscriptions, subscriptions_as_toml
from earshot.runtime import utc_now
from infra.cli.exit_status import EXIT_UNUSABLE
from infra.local.feeds.documents import FeedItem, rss
from infra.local.feeds.server import HTML, FeedServer
from tests.infra.cli.invoke import run
from tests.infra.cli.test_brand import STACK
from tests.infra.cli.test_terms import a_source_table

PAGE = """<html><head><link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
<link href='/feed/' title='Walter&#39;s Notes' type='application/rss+xml' rel='alternate'></head>NimbusAir</html>"""


@pytest.fixture
def blog(monkeypatch: pytest.MonkeyPatch) -> Iterator[FeedServer]:
    with mock_aws(), FeedServer() as server:
        session = boto3.Session(region_name="eu-west-1")
        a_source_table(session)
        monkeypatch.setattr("infra.cli.deployed_stack.open_stack", lambda *_, **__: (session, STACK))
        now = utc_now()
        items = [
            FeedItem("https://walter.example/1/", "NimbusAir lost my bag", "Walter", "Lost", now, "1"),
            FeedItem("https://walter.example/2/", "Roses", "Walter", "Roses", now, "2"),
        ]
        server.put("/", PAGE, HTML)
        server.put("/feed/", rss("Walter's Notes", "https://walter.example", items))
        yield server


def test_the_feed_of_a_page_is_shown_asked_about_and_added(blog: FeedServer) -> None:
    declined = run("sources", "add", blog.url, "--local", typed="n\n")
    assert declined.exit_code != 0
    assert run("sources", "list", "--local").stdout.startswith("Stack 'earshot' listens to no feed")
    added = run("sources", "add", blog.url, "--local", "--reach", "250000", "--own-name", "Nimbus Care", typed="y\n")
    assert added.exit_code == 0, added.output
    assert f"Feed {blog.url}/feed/" in added.stdout
    assert "Of 2 items it would have heard 1 of the last week:" in added.stdout
    assert "Walter: Lost NimbusAir lost my bag" in added.stdout
    assert "Left out: 1 not about the brand." in added.stdout
    assert f"The page also has {blog.url}/comments/feed/ (Comments)" in added.stdout
    listed = run("sources", "list", "--local").stdout
    assert f"{blog.url}/feed/ (Walter's Notes)" in listed
    assert "for NimbusAir, named, read by 250,000: never_run" in listed
    again = run("sources", "add", f"{blog.url}/feed/", "--local", "--yes")
    assert "Replaced." in again.stdout
    assert "250,000" not in run("sources", "list", "--local").stdout
    assert run("sources", "remove", f"{blog.url}/feed/", "--local").exit_code == 0
    assert run("sources", "remove", f"{blog.url}/feed/", "--local").exit_code == EXIT_UNUSABLE


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["/nothing"], "404"),
        (["/feed/", "--brand", "Zephyr"], "It listens for NimbusAir"),
        (["/feed/", "--word", " "], "must be a text"),
    ],
)
def test_what_cannot_be_added_says_why(blog: FeedServer, more: list[str], says: str) -> None:
    refused = run("sources", "add", blog.url + more[0], *more[1:], "--local", "--yes")
    assert (refused.exit_code, says in refused.output) == (EXIT_UNUSABLE, True), refused.output


def test_without_local_no_feed_of_this_machine_is_read(blog: FeedServer) -> None:
    refused = run("sources", "add", blog.url, "--yes")
    assert (refused.exit_code, "private network" in refused.output) == (EXIT_UNUSABLE, True)


def test_what_is_stored_is_read_as_it_was_written() -> None:
    feeds = (
        Subscription("https://a.example/feed", "NimbusAir", About.EVERYTHING, reach=0, name='quo"ted \\ é'),
        Subscription("https://b.example/feed", "Zephyr", words=("west wind",), own_names=("Zephyr Care",)),
    )
    assert parse_subscriptions(subscriptions_as_toml(feeds)) == feeds
    assert parse_subscriptions("") == ()
