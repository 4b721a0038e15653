"""``earshot coverage``, ``budget`` and ``backfill``: what was missed is named, priced, and fetched after a yes."""

from collections.abc import Iterator
from datetime import timedelta

import boto3
import pytest

from earshot.bootstrap import Bootstrap
from earshot.mentions.fetcher import Fetcher
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.social.accounts import SocialAccount, accounts_as_toml
from infra.cli.exit_status import EXIT_UNUSABLE
from infra.local.social.bluesky import BlueskyServer
from infra.local.social.facebook import NOT_PERMITTED, FacebookServer
from infra.ops.listening import coverage
from infra.ops.stack import Stack
from tests.api.fakes import ENVIRON, tables
from tests.deployed import Running
from tests.fakes import START, FakeClock
from tests.infra.cli.invoke import run
from tests.mentions.fakes import MemoryDeadLetterQueue, MemoryQueue
from tests.mentions.ledger.simulated_x import SimulatedX
from tests.mentions.listener import MENTIONS
from tests.mentions.sources.social.stream_listener import MemorySecret, StreamListener

MINUTE, BLUESKY = timedelta(minutes=1), "nimbusair.bsky.social"


@pytest.fixture
def x(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedX]:
    """A stack that missed 200 of a crowd of 1,000, because X refused the search."""
    with tables():
        clock = FakeClock()
        x, queue = SimulatedX(clock), MemoryQueue()
        wired = Bootstrap(ENVIRON | {"READER_MODEL_ID": ""}, clock, make_client=boto3.client)
        wired.new_x_source, wired.mention_queue, wired.dead_letter_queue = lambda: x, queue, MemoryDeadLetterQueue()
        for module in ("backfill", "coverage"):
            monkeypatch.setattr(f"infra.ops.listening.{module}.wire_as", lambda *_, **__: wired)
            monkeypatch.setattr(f"infra.cli.commands.deployed.listening.{module}.utc_now", clock)
        monkeypatch.setattr("infra.cli.deployed_stack.open_stack", lambda *_, **__: (None, Stack({}, {}, {})))
        for number in range(1_000):
            x.write(START + 30 * MINUTE + number * MINUTE / 1_000, number)
        refused = (
            START,
            START + 70 * MINUTE,
            lambda: SourceError(SourceStatus.FORBIDDEN, "Search is not in the plan."),
        )
        x.search_outages.append(refused)
        for minutes in (0, 60, 20):
            clock.advance(minutes=minutes)
            Fetcher(x, queue, wired.dead_letter_queue, wired.source_table, 10**9, lambda: True).fetch(
                MENTIONS, "run", clock.now
            )
        x.queue, x.wired = queue, wired
        yield x


def test_what_was_missed_is_named_priced_and_fetched_after_a_yes(x: SimulatedX) -> None:
    shown = run("coverage").stdout
    assert f"{MENTIONS.key}: partial" in shown
    assert "missing 2026-11-21 09:00 to 2026-11-21 09:30: X serves the 800 newest mentions only" in shown
    asked = ("backfill", "--source", MENTIONS.key, "--from", "2026-11-21T08:50Z", "--to", "2026-11-21T09:31Z")
    declined = run(*asked, typed="n\n")
    assert declined.exit_code != 0
    assert "About 273 posts, $1.36: by what it brought an hour in the last seven days." in declined.stdout
    assert "Of the month's budget for X $45.99 are left." in declined.stdout
    assert len(x.queue.mentions) == 800
    fetched = run(*asked, "--most", "20", typed="y\n")
    assert "Queued 1000 posts, for $5.00. What was stored before is skipped." in fetched.stdout, fetched.output
    assert {mention.id for mention in x.queue.mentions} == {str(1_000_000 + number) for number in range(1_000)}
    assert all(mention.baseline for mention in x.queue.mentions[800:])
    again = run(*asked, "--most", "1", typed="y\n")
    # X bills no post twice on one day: neither the ledger nor the budget counts it again.
    assert "Of the month's budget for X $40.99 are left." in again.stdout
    assert "Queued 1000 posts, for $0.00." in again.stdout, again.output
    assert "$40.99 are left" in run(*asked, typed="n\n").stdout
    shown = run("coverage").stdout
    assert f"{MENTIONS.key}: whole" in shown
    assert "fetched later: 2026-11-21 08:50 to 2026-11-21 09:31" in shown
    assert x.wired.units_table.book("2026-11-21", "a1", "listening", 1_230, 5_000)
    budget = run("budget").stdout
    assert "mentions: $" in budget
    assert "YouTube, today in California: 1,230 of the 10,000 units of a key: 1,230 for listening" in budget
    assert "from $45.00 on: only the newest mentions are read, at intervals" in budget


def test_x_counts_what_there_was_and_each_count_is_booked_first(x: SimulatedX, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.ops.listening.counts.wire_as", coverage.wire_as)
    x.clock.advance(hours=2)
    asked = run("coverage", "--count", typed="n\n")
    assert asked.exit_code != 0
    assert "for $0.010 at most?" in asked.output
    counted = run("coverage", "--count", "--yes").stdout
    assert "Counted from 2026-11-15 00:00 to 2026-11-21 11:00 UTC:" in counted
    assert f"{MENTIONS.key}: X counts 1000, 800 were delivered (80.0%)" in counted
    assert "x#search#nimbus air: X counts 1000, 0 were delivered (0.0%)" in counted
    assert "$4.02 so far" in run("budget").stdout
    # Of the days that are asked for, and no others.
    before = run("coverage", "--count", "--yes", "--from", "2026-11-19", "--to", "2026-11-20").stdout
    assert "Counted from 2026-11-19 00:00 to 2026-11-21 00:00 UTC:" in before
    assert f"{MENTIONS.key}: X counts 0, 0 were delivered" in before
    assert "$4.03 so far" in run("budget").stdout
    refused = run("coverage", "--count", "--yes", "--from", "2026-11-01", "--to", "2026-11-05")
    assert (refused.exit_code, "full hours of the last 7 days" in refused.output) == (EXIT_UNUSABLE, True)
    assert "$4.03 so far" in run("budget").stdout


def test_a_stretch_of_another_network_is_fetched_for_nothing(x: SimulatedX) -> None:
    with BlueskyServer(BLUESKY, x.clock) as server:
        account = SocialAccount("bluesky", BLUESKY, "NimbusAir", host=server.url)
        reddit = SocialAccount("reddit", "nimbusair_care", "NimbusAir", ("nimbus",))
        x.wired.accounts_table.write(accounts_as_toml([account, reddit]), x.clock())
        heard = StreamListener(account, MemorySecret({BLUESKY: server.password}), x.clock)
        x.wired.social_networks = lambda _: heard.network
        began = x.clock()
        server.mention("lost my bag")
        x.clock.advance(hours=2)
        asked = ("backfill", "--source", f"bluesky#mentions#{BLUESKY}", "--from", f"{began:%Y-%m-%dT%H:%MZ}")
        until = ("--to", f"{began + timedelta(hours=1):%Y-%m-%dT%H:%MZ}")
        before = len(x.queue.mentions)
        fetched = run(*asked, *until, typed="y\n")
        assert "It costs nothing." in fetched.stdout, fetched.output
        assert "Queued 1 posts, for $0.00." in fetched.stdout
        assert [one.baseline for one in x.queue.mentions[before:]] == [True]
        refused = run("backfill", "--source", "reddit#threads#nimbusair_care", *asked[3:], *until, "--yes")
        assert (refused.exit_code, "only the fetcher knows" in refused.output) == (EXIT_UNUSABLE, True)
        x.wired.accounts_table.write("", x.clock())


def test_what_of_a_stretch_cannot_be_had_is_said(x: SimulatedX) -> None:
    with FacebookServer("nimbusair", x.clock) as server:
        account = SocialAccount("facebook", "nimbusair", "NimbusAir", host=server.url)
        x.wired.accounts_table.write(accounts_as_toml([account]), x.clock())
        heard = StreamListener(account, MemorySecret({"nimbusair": server.token}), x.clock)
        x.wired.social_networks = lambda _: heard.network
        began, post = x.clock(), server.post("Where is my bag?", "Jane Doe")
        for number in range(30):
            server.comment(f"reply {number}", post, "Bob")
        server.inject("comments", NOT_PERMITTED)
        x.clock.advance(hours=1)
        asked = ("--from", f"{began:%Y-%m-%dT%H:%MZ}", "--to", f"{x.clock():%Y-%m-%dT%H:%MZ}", "--yes")
        fetched = run("backfill", "--source", heard.streams[0].key, *asked)
        assert "Queued 26 posts" in fetched.stdout, fetched.output
        assert "Not all of it can be had: Facebook denied access to the post" in fetched.stdout
        x.wired.accounts_table.write("", x.clock())


@pytest.mark.engine
def test_the_commands_ask_the_stack_that_is_deployed(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = running.cloud
    monkeypatch.setattr("infra.cli.deployed_stack.open_stack", lambda *_, **__: (cloud.engine, cloud.stack))
    shown = run("coverage", "--from", "2026-11-20", "--to", "2026-11-21").stdout
    assert shown.startswith("2026-11-20 to 2026-11-21 (UTC)\nx#mentions#NimbusAir: ")
    assert "The month will cost about $" in run("budget").stdout
    refused = run("backfill", "--source", "nothing", "--from", "2026-11-20", "--to", "2026-11-21")
    assert (refused.exit_code, "no source that is listened to" in refused.output) == (EXIT_UNUSABLE, True)


@pytest.mark.parametrize(
    ("source", "start", "end", "says"),
    [
        ("x#mentions#Zephyr", "2026-11-21", "2026-11-21T01:00", "There are x#mentions#NimbusAir"),
        ("bluesky#mentions#a.example", "2026-11-21", "2026-11-21T01:00", "There are x#mentions#NimbusAir"),
        (MENTIONS.key, "2026-11-21T09:00", "2026-11-21T08:00", "must begin before it ends"),
        ("x#search#nimbus air", "2026-11-01", "2026-11-02", "serves what was written since 2026-11-14"),
    ],
)
def test_what_cannot_be_fetched_says_why(x: SimulatedX, source: str, start: str, end: str, says: str) -> None:
    refused = run("backfill", "--source", source, "--from", start, "--to", end, "--yes")
    assert (refused.exit_code, says in refused.output) == (EXIT_UNUSABLE, True), refused.output
