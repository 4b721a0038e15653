"""What became of stored comments of YouTube, as it tells by their ids, and what that costs."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.lookup import Fate, Lookup
from earshot.mentions.sources.social.accounts import SocialAccount
from earshot.mentions.sources.youtube.units import LOOK_UPS, key_name, pacific_day
from infra.local.social.faults import HANGS, NOT_JSON, Fault
from infra.local.social.youtube import BUSY, FAILS, QUOTA_EXCEEDED, TOO_OFTEN, YouTubeServer, refusal
from tests.fakes import START, FakeClock
from tests.mentions.sources.social.lookups import lookup_of, stored
from tests.mentions.sources.social.stream_listener import MemorySecret, MemoryUnits, StreamListener

ACCOUNT = "nimbusair"


@pytest.fixture
def server() -> Iterator[YouTubeServer]:
    with YouTubeServer(ACCOUNT, FakeClock()) as server:
        yield server


def account_on(server: YouTubeServer) -> SocialAccount:
    return SocialAccount("youtube", ACCOUNT, "NimbusAir", (), server.url)


def heard(server: YouTubeServer) -> dict[str, Mention]:
    return stored(StreamListener(account_on(server), MemorySecret({ACCOUNT: server.key}), server.now))


def lookup(server: YouTubeServer, units: MemoryUnits | None = None, seconds: float = 60.0) -> Lookup:
    return lookup_of(server.now, server.key, account_on(server), units=units, seconds=seconds)


@pytest.mark.parametrize("refuses_missing", [False, True], ids=["left out", "refused for all"])
def test_what_was_deleted_or_edited_is_told_of_each(server: YouTubeServer, refuses_missing: bool) -> None:
    deleted, edited, kept = (server.comment(f"bag {n}", f"user{n}") for n in range(3))
    for number in range(3):
        server.reply(f"reply {number}", kept, "joe")
    posts = heard(server)
    server.refuses_missing = refuses_missing
    server.delete(deleted)
    server.delete_reply(1, kept)
    server.now.advance(minutes=5)
    server.edit(edited, "found it")
    found = lookup(server).look_up(list(posts.values()))
    assert found.gone == {deleted["id"]: Fate.DELETED, posts["reply 1"].id: Fate.DELETED}
    assert found.served == {edited["id"], kept["id"], posts["reply 0"].id, posts["reply 2"].id}
    (newer,) = found.edited.values()
    assert (newer.text, newer.edited_at) == ("found it", START + timedelta(minutes=5))
    known = Mention.from_record(
        posts["bag 1"].to_record()
        | {"text": newer.text, "edit_ids": list(newer.edit_ids), "edited_at": "2026-11-21T09:05:00Z"}
    )
    assert lookup(server).look_up([known]).edited == {}


def test_a_name_in_a_comment_that_changes_by_itself_is_no_edit(server: YouTubeServer) -> None:
    comment = server.comment("@joe91 is right", "jane")
    posts = heard(server)
    comment["snippet"]["textDisplay"] = "@joe_the_pilot is right"
    found = lookup(server).look_up(list(posts.values()))
    assert (found.served, found.edited) == ({comment["id"]}, {})


@pytest.mark.parametrize("unreadable", [{"snippet": {}}, {"id": ["surprise"]}, "surprise", None])
def test_what_cannot_be_read_in_an_answer_is_not_taken_for_deleted(server: YouTubeServer, unreadable: Any) -> None:
    kept = server.comment("first")
    server.comment("second")
    posts = heard(server)
    server.inject("comments", Fault(200, {"items": [unreadable, kept]}))
    found = lookup(server).look_up(list(posts.values()))
    assert (found.served, found.gone) == ({kept["id"]}, {})


def test_of_what_is_denied_nothing_is_said(server: YouTubeServer) -> None:
    server.comment("first")
    server.comment("second")
    posts = heard(server)
    server.denied = {posts["first"].id}
    found = lookup(server).look_up(list(posts.values()))
    assert (found.served, found.gone) == ({posts["second"].id}, {})
    server.denied |= {posts["second"].id}
    with pytest.raises(SourceError) as refused:
        lookup(server).look_up(list(posts.values()))
    assert refused.value.status is SourceStatus.FORBIDDEN


def test_one_id_that_youtube_cannot_read_keeps_no_other_from_being_looked_up(server: YouTubeServer) -> None:
    deleted, _, odd = (server.comment(f"bag {number}", f"user{number}") for number in range(3))
    posts = heard(server)
    server.delete(deleted)
    server.unreadable = {odd["id"]}
    found = lookup(server).look_up(list(posts.values()))
    assert (found.gone, found.served) == ({deleted["id"]: Fate.DELETED}, {posts["bag 1"].id})
    with pytest.raises(SourceError) as refused:
        lookup(server).look_up([posts["bag 2"]])
    assert refused.value.status is SourceStatus.MISCONFIGURED


def test_what_was_answered_before_the_units_were_used_up_counts(server: YouTubeServer) -> None:
    comments = [server.comment(f"bag {number}", f"user{number}") for number in range(40)]
    posts = heard(server)
    server.refuses_missing = True
    for one in comments:
        server.delete(one)
    units = MemoryUnits()
    units[pacific_day(server.now()), key_name(server.key), "look-ups"] = LOOK_UPS.allowed(server.now()) - 20
    found = lookup(server, units).look_up(list(posts.values()))
    assert 0 < len(found.gone) < 40
    assert not found.served


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (QUOTA_EXCEEDED, SourceStatus.RATE_LIMITED),
        (TOO_OFTEN, SourceStatus.RATE_LIMITED),
        (refusal(401, "authError"), SourceStatus.UNAUTHORISED),
        (BUSY, SourceStatus.UNAVAILABLE),
        (FAILS, SourceStatus.UNAVAILABLE),
        (NOT_JSON, SourceStatus.UNAVAILABLE),
        (HANGS, SourceStatus.UNAVAILABLE),
        (Fault(200, {"kind": "youtube#commentListResponse"}), SourceStatus.UNAVAILABLE),
    ],
    ids=["quota", "rate", "key", "busy", "fails", "not json", "hangs", "no list"],
)
def test_a_fault_says_nothing_of_a_comment(server: YouTubeServer, fault: Fault, status: SourceStatus) -> None:
    server.comment("bag")
    (post,) = heard(server).values()
    server.inject("comments", fault)
    with pytest.raises(SourceError) as refused:
        lookup(server, seconds=10.5).look_up([post])
    assert refused.value.status is status


def test_look_ups_have_units_of_their_own_and_wait_when_they_are_used(server: YouTubeServer) -> None:
    server.comment("bag")
    (post,) = heard(server).values()
    now, units, calls = server.now(), MemoryUnits(), len(server.asked)
    assert lookup(server, units).look_up([post]).served == {post.id}
    key = pacific_day(now), key_name(server.key), "look-ups"
    assert (dict(units), len(server.asked) - calls) == ({key: 10}, 1)
    units[key] = LOOK_UPS.allowed(now)
    with pytest.raises(SourceError) as refused:
        lookup(server, units).look_up([post])
    assert (refused.value.status, len(server.asked) - calls) == (SourceStatus.RATE_LIMITED, 1)
    assert refused.value.until is not None
