"""Reddit, where somebody begins many threads about the brand: the others are read all the same, as far as it goes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from earshot.mentions.source_state import SourceStatus
from earshot.mentions.sources.reddit import followed, network
from earshot.mentions.sources.social.accounts import SocialAccount
from infra.local.social.reddit import RedditServer
from tests.fakes import START, FakeClock
from tests.mentions.sources.social.stream_listener import MemorySecret, StreamListener

ACCOUNT = "nimbusair_care"


@pytest.fixture
def server() -> Iterator[RedditServer]:
    with RedditServer(FakeClock()) as server:
        yield server


@pytest.fixture
def heard(server: RedditServer) -> StreamListener:
    """The account, read once, so that what comes is news."""
    account = SocialAccount("reddit", ACCOUNT, "NimbusAir", ("nimbus air",), server.url)
    heard = StreamListener(account, MemorySecret({ACCOUNT: server.credential}), server.now)
    assert heard.run() == []
    return heard


@pytest.mark.parametrize("is_cold", [False, True], ids=["the same process", "after a cold start"])
def test_a_hundred_threads_of_one_troll_push_nobody_elses_out(
    server: RedditServer, heard: StreamListener, is_cold: bool
) -> None:
    hers = server.submit("Nimbus Air lost my bag", "jane", "askx")
    heard.run(minutes=1)
    for number in range(250):
        server.submit(f"Nimbus Air sucks {number}", "troll", "askx")
    while heard.run(minutes=1):
        pass
    if is_cold:
        heard.start()
    server.comment("Mine as well, and my medicine is in it", hers, "joe")
    said = [one.text for _ in range(12) for one in heard.run(minutes=1)]
    assert said == ["Mine as well, and my medicine is in it"]
    assert heard.state("threads").gap is None


def test_what_a_run_does_not_come_to_is_capped_in_the_ledger_and_read_by_the_next(
    server: RedditServer, heard: StreamListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followed, "READ_IN_A_RUN", 3)
    threads = [server.submit(f"Nimbus Air {number}", f"user{number}", "askx") for number in range(8)]
    for _ in range(8):
        heard.run(minutes=1)
    for thread in threads:
        server.comment(f"more on {thread['title']}", thread, "joe")
    key = heard.key("threads")
    before = heard.sources.ledgers[key].open.entry.capped
    runs = [[one.text for one in heard.run(minutes=1)] for _ in range(8)]
    assert (len(runs[0]), sum(map(len, runs)), len({text for run in runs for text in run})) == (3, 8, 8)
    assert heard.sources.ledgers[key].open.entry.capped > before
    assert heard.state("threads").gap is None


def test_threads_that_never_rest_keep_no_new_one_from_being_read(
    server: RedditServer, heard: StreamListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followed, "READ_IN_A_RUN", 4)
    trolled = [server.submit(f"Nimbus Air sucks {number}", "troll", "askx") for number in range(6)]
    for _ in range(6):
        heard.run(minutes=1)
    hers = server.submit("Nimbus Air lost my bag", "jane", "askx")
    server.comment("Mine as well, and my medicine is in it", hers, "joe")
    said: list[str] = []
    for number in range(8):
        for thread in trolled:
            server.comment(f"lol {number}", thread, "troll")
        said += [one.text for one in heard.run(minutes=1)]
    assert "Mine as well, and my medicine is in it" in said
    assert len([text for text in said if text.startswith("lol")]) > 30


def test_a_thread_that_had_no_turn_within_the_hour_that_is_read_again_is_missed() -> None:
    threads, hour = followed.FollowedThreads(), timedelta(hours=1)
    threads.follow("t3_new", START)
    assert threads.turn({"t3_new": "1"}, START, hour).lost == ""
    assert "in an hour" in threads.turn({"t3_new": "2"}, START + hour + timedelta(minutes=1), hour).lost


def test_threads_that_are_too_many_to_follow_are_a_gap(
    server: RedditServer, heard: StreamListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followed, "MOST_FOLLOWED", 5)
    for number in range(7):
        server.submit(f"Nimbus Air {number}", "troll", "askx")
    heard.run(minutes=1)  # the search finds them
    heard.run(minutes=1)
    assert heard.state("threads").status is SourceStatus.STALE_CHECKPOINT
    assert "there were more" in heard.state("threads").message


def test_comments_that_a_thread_does_not_show_are_looked_up_as_far_as_they_are_new(
    server: RedditServer, heard: StreamListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "MOST_IN_THREAD", 50)
    top = server.submit("Nimbus Air lost my bag", "jane", "askx")
    heard.run(minutes=1)
    said = server.comment("first", top, "joe")
    for number in range(25):
        said = server.comment(f"level {number}", said, "joe")
    # Deeper than a thread is shown, and than what stands below its deepest comment.
    assert len({one.text for one in heard.run(minutes=1)}) == 26
    server.comment("My insulin was in it", top, "joe")
    for number in range(120):
        server.comment(f"lol {number}", top, "troll")
    new = [one.text for one in heard.run(minutes=1)]
    assert (len(new), "My insulin was in it" in new) == (121, True)
    assert heard.state("threads").gap is None
    asked = server.asked.count("/api/info")
    server.now.advance(hours=3)
    server.comment("and mine", top, "ann")
    assert [one.text for one in heard.run(minutes=2)] == ["and mine"]
    # Of what is not shown the newest hundred: they are old.
    assert server.asked.count("/api/info") - asked <= 3


def test_more_deep_branches_than_are_followed_are_a_gap(
    server: RedditServer, heard: StreamListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "_MOST_DEEPER", 2)
    top = server.submit("Nimbus Air lost my bag", "jane", "askx")
    heard.run(minutes=1)
    for branch in range(3):
        said = server.comment(f"branch {branch}", top, "joe")
        for number in range(10):
            said = server.comment(f"branch {branch}, level {number}", said, "joe")
    said = [one.text for one in heard.run(minutes=1)]
    assert (len(said), len(set(said))) == (32, 32)
    assert "does not show" in heard.state("threads").message


def test_a_listing_that_does_not_go_on_where_it_was_read_to_is_a_gap(
    server: RedditServer, heard: StreamListener
) -> None:
    posts = [server.submit(f"Nimbus Air {number}", f"user{number}", "askx") for number in range(150)]
    server.vanishes = posts[50]["name"]  # the last of the first page
    assert len(heard.run(minutes=1)) == 100
    assert "did not go on" in heard.state("search").message
