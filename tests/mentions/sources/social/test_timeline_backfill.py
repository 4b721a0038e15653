"""A stretch that was missed on a network beside X: what is fetched of it, and how far back all is read."""

from datetime import datetime, timedelta

import pytest

from earshot.mentions.source_state import SourceError
from earshot.mentions.sources.social.accounts import SocialAccount
from earshot.mentions.sources.timeline_backfill import read_stretch
from infra.local.social import bluesky as faults
from infra.local.social.bluesky import BlueskyServer
from infra.local.social.facebook import NOT_PERMITTED, FacebookServer
from infra.local.social.reddit import RedditServer
from infra.local.social.youtube import YouTubeServer
from tests.fakes import START, FakeClock
from tests.mentions.sources.social.stream_listener import MemorySecret, StreamListener

HOUR = timedelta(hours=1)
NAME = "nimbusair.bsky.social"


def minute(number: int) -> datetime:
    return START + timedelta(minutes=number)


def on_bluesky(server: BlueskyServer, posts: int) -> StreamListener:
    """A post a minute since ``START``, of which the fetcher heard none."""
    for number in range(posts):
        server.mention(f"lost bag {number}")
        server.now.advance(minutes=1)
    account = SocialAccount("bluesky", NAME, "NimbusAir", host=server.url)
    return StreamListener(account, MemorySecret({NAME: server.password}), server.now)


def test_all_of_the_stretch_is_fetched_and_nothing_beside_it() -> None:
    with BlueskyServer(NAME, FakeClock()) as server:
        heard = on_bluesky(server, 250)
        part = read_stretch(heard.network, heard.streams[0], minute(10), minute(40))
        assert {one.text for one in part.mentions} == {f"@{NAME} lost bag {number}" for number in range(10, 40)}
        assert (part.read_from, part.is_done, part.problem, part.cost) == (minute(10), True, None, 0)
        # What is further back than all that there is, is not there.
        part = read_stretch(heard.network, heard.streams[0], START - HOUR, minute(5))
        assert (len(part.mentions), part.read_from, part.is_done) == (5, START - HOUR, True)


def test_what_was_read_before_a_fault_is_kept_and_where_to_go_on_is_said() -> None:
    with BlueskyServer(NAME, FakeClock()) as server:
        heard = on_bluesky(server, 250)
        server.inject("listNotifications", faults.FAILS)
        with pytest.raises(SourceError):
            read_stretch(heard.network, heard.streams[0], START, minute(240))
        first = heard.network.page(heard.streams[0], None, START)
        server.inject(f"listNotifications?{first.cursor}", faults.FAILS)
        part = read_stretch(heard.network, heard.streams[0], START, minute(240))
        assert (part.is_done, part.problem is None) == (False, False)
        assert {one.created_at for one in part.mentions} == {one.at for one in first.entries if one.at < minute(240)}
        assert part.read_from == min(one.at for one in first.entries)


def test_of_threads_all_or_nothing_is_known_to_be_read() -> None:
    with YouTubeServer("nimbusair", FakeClock()) as server:
        asked = server.comment("Where is my bag?")
        for number in range(8):
            server.now.advance(minutes=1)
            server.reply(f"reply {number}", asked, f"user{number}")
        account = SocialAccount("youtube", "nimbusair", "NimbusAir", host=server.url)
        heard = StreamListener(account, MemorySecret({"nimbusair": server.key}), server.now)
        part = read_stretch(heard.network, heard.streams[0], minute(2), minute(5))
        assert {one.text for one in part.mentions} == {"reply 1", "reply 2", "reply 3"}
        assert (part.read_from, part.is_done) == (minute(2), True)


def test_a_thread_that_is_denied_keeps_no_other_from_being_fetched() -> None:
    with FacebookServer("nimbusair", FakeClock()) as server:
        for number in range(30):
            post = server.post(f"Where is bag {number}?", "Jane Doe")
            server.now.advance(minutes=1)
        for number in range(30):
            server.comment(f"reply {number}", post, "Bob")
        server.inject("comments", NOT_PERMITTED)
        account = SocialAccount("facebook", "nimbusair", "NimbusAir", host=server.url)
        heard = StreamListener(account, MemorySecret({"nimbusair": server.token}), server.now)
        part = read_stretch(heard.network, heard.streams[0], START, minute(30))
        assert {one.text for one in part.mentions} == {f"Where is bag {number}?" for number in range(30)}
        # What was said below it is not known to be read.
        assert (part.read_from, part.is_done, part.problem is None) == (minute(30), True, False)


def test_what_a_listing_does_not_have_any_more_is_not_filled() -> None:
    with RedditServer(FakeClock()) as server:
        server.most_listed = 950
        for number in range(1_000):
            server.submit(f"Nimbus Air {number}", f"user{number}")
            server.now.advance(seconds=6)
        account = SocialAccount("reddit", "nimbusair_care", "NimbusAir", ("nimbus air",), server.url)
        heard = StreamListener(account, MemorySecret({"nimbusair_care": server.credential}), server.now)
        search = next(one for one in heard.streams if one.kind == "search")
        part = read_stretch(heard.network, search, START, minute(60))
        assert (part.read_from, part.is_done) == (minute(5), True)
        assert part.problem is not None
        assert min(one.created_at for one in part.mentions) == minute(5)
