"""The cold starts of the fetchers by kind of source: one of each, that reads a hundred posts in its first run."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from earshot.mentions.mention import Author
from earshot.mentions.sources.rss.subscription import About, Subscription, subscriptions_as_toml
from earshot.mentions.sources.social.accounts import SocialAccount, accounts_as_toml
from infra.bench.cold_starts.cold_start import ColdStart, LambdaPackage, median_start, pack, start
from infra.bench.cold_starts.runtime_api import FunctionError
from infra.bench.cold_starts.starts import EMPTY, RUNS
from infra.bench.pipeline import Bench
from infra.local.engine.engine import environment
from infra.local.feeds.documents import FeedItem, rss
from infra.local.feeds.server import FeedServer
from infra.local.social.bluesky import BlueskyServer
from infra.local.social.facebook import FacebookServer
from infra.local.social.mastodon import MastodonServer
from infra.local.social.reddit import RedditServer
from infra.local.social.youtube import YouTubeServer
from infra.local.x.api import XApi
from infra.local.x.posts import XPost

POSTS = 100
_BRAND, _SAID = "NimbusAir", "Nimbus Air lost my bag {number} days ago, and nobody answers. What am I to do now?"
Environ = Mapping[str, str]
# The function that reads each kind of source.
MODULES = {
    "x": "fetch",
    "feeds": "feedfetch",
    "bluesky": "socialfetch",
    "mastodon": "socialfetch",
    "reddit": "socialfetch",
    "youtube": "socialfetch",
    "facebook": "socialfetch",
}
_FUNCTIONS = {"fetch": "FetchFunction", "feedfetch": "FeedFetchFunction", "socialfetch": "SocialFetchFunction"}


@dataclass(frozen=True, slots=True)
class SourceStarts:
    """Medians by kind of source, and those of an empty handler."""

    empty: ColdStart
    by_source: Mapping[str, ColdStart]


def measure_sources(bench: Bench, folder: Path) -> SourceStarts:
    """Start the fetcher of each kind of source ``RUNS`` times, with nothing read before."""
    package = pack(folder / "sources", bytecode=True, requirements=("requirements.txt", "requirements-feeds.txt"))
    empty = median_start([start(package, EMPTY, bench.cloud.engine.environ, {}) for _ in range(RUNS)])
    with _listening(bench) as environs:
        found = {kind: _starts(bench, package, kind, own) for kind, own in environs}
    # What was fetched is not what is judged next.
    bench.cloud.engine.client("sqs").purge_queue(QueueUrl=bench.cloud.stack.outputs["MentionQueueUrl"])
    return SourceStarts(empty, found)


def _starts(bench: Bench, package: LambdaPackage, kind: str, own: Environ) -> ColdStart:
    module, starts = MODULES[kind], list[ColdStart]()
    environ = {**bench.cloud.engine.environ, **bench.invoker(1).environ(_FUNCTIONS[module]), **own}
    for _ in range(RUNS):
        _forget_sources(bench)
        starts.append(start(package, module, environ, {}))
        if not starts[-1].answer["posts_read"]:
            raise FunctionError(f"The fetcher of {kind} read nothing: {starts[-1].answer}")
    return median_start(starts)


def _forget_sources(bench: Bench) -> None:
    """What was read before is read again: states, leases and checkpoints go, and what is listened to stays."""
    client, table = bench.cloud.engine.client("dynamodb"), bench.cloud.stack.outputs["SourceTableName"]
    for item in client.scan(TableName=table, ProjectionExpression="pk")["Items"]:
        if "#" in item["pk"].get("S", ""):
            client.delete_item(TableName=table, Key={"pk": item["pk"]})


@contextmanager
def _listening(bench: Bench) -> Generator[Generator[tuple[str, Environ]]]:
    """Each kind of source in turn, with a hundred posts on a stand-in, and what its function is told beside."""
    with (
        XApi(_on_x(), handles=[_BRAND], until=_now) as x,
        FeedServer() as feeds,
        BlueskyServer("nimbusair.bsky.social", _now) as bluesky,
        MastodonServer("care@nimbus.example", _now) as mastodon,
        RedditServer(_now) as reddit,
        YouTubeServer("nimbusair", _now) as youtube,
        FacebookServer("nimbusair", _now) as facebook,
    ):
        items = [FeedItem(f"https://blog.example/{n}", said, f"Reader {n}", f"Day {n}", _now()) for n, said in _said()]
        feed = feeds.put("/feed/", rss("A blog", "https://blog.example", items))
        for number, said in _said():
            bluesky.mention(said, f"user{number}.example")
            mastodon.mention(said, f"user{number}@other.example")
            reddit.submit(f"Nimbus Air {number}", f"user{number}", said=said)
            youtube.comment(said, f"user{number}")
            facebook.post(said, f"User {number}")
        held = {
            "bluesky": (SocialAccount("bluesky", bluesky.account, _BRAND, host=bluesky.url), bluesky.password),
            "mastodon": (SocialAccount("mastodon", mastodon.account, _BRAND, host=mastodon.url), mastodon.token),
            "reddit": (
                SocialAccount("reddit", "nimbusair_care", _BRAND, ("nimbus air",), reddit.url),
                reddit.credential,
            ),
            "youtube": (SocialAccount("youtube", "nimbusair", _BRAND, host=youtube.url), youtube.key),
            "facebook": (SocialAccount("facebook", "nimbusair", _BRAND, host=facebook.url), facebook.token),
        }

        def each() -> Generator[tuple[str, Environ]]:
            yield "x", {"X_API_URL": x.url, "BRAND_HANDLES": _BRAND, "SEARCH_TERMS": ""}
            wired = bench.cloud.wired
            wired.feeds_table.write(subscriptions_as_toml([Subscription(feed, _BRAND, About.EVERYTHING)]), _now())
            yield "feeds", {}
            wired.feeds_table.write("", _now())
            secrets, secret = bench.cloud.engine.client("secretsmanager"), bench.cloud.stack.resource("SocialSecret")
            for network, (account, credential) in held.items():
                wired.accounts_table.write(accounts_as_toml([account]), _now())
                text = f'{{"{network}": {{"{account.account}": "{credential}"}}}}'
                secrets.put_secret_value(SecretId=secret, SecretString=text)
                yield network, {}
            wired.accounts_table.write("", _now())

        with environment(bench.cloud.engine.environ):
            yield each()


def _on_x() -> list[XPost]:
    return [
        XPost(str(10_000 + n), Author(str(n), f"user{n}"), f"@{_BRAND} {said}", _now() - timedelta(hours=1), "en")
        for n, said in _said()
    ]


def _said() -> list[tuple[int, str]]:
    return [(number, _SAID.format(number=number)) for number in range(1, POSTS + 1)]


def _now() -> datetime:
    return datetime.now(UTC)
