"""What became of stored posts of Reddit, as it tells by their names."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.lookup import Fate, Lookup
from earshot.mentions.sources.social.accounts import SocialAccount
from infra.local.social.faults import HANGS, NOT_JSON, Fault
from infra.local.social.reddit import BLOCKED, FAILS, RedditServer, refusal, too_often
from tests.fakes import START, FakeClock
from tests.mentions.sources.social.lookups import lookup_of, stored
from tests.mentions.sources.social.stream_listener import MemorySecret, StreamListener

ACCOUNT, INFO = "nimbusair_care", "/api/info"


@pytest.fixture
def server() -> Iterator[RedditServer]:
    with RedditServer(FakeClock()) as server:
        yield server


def account_on(server: RedditServer, name: str = ACCOUNT) -> SocialAccount:
    return SocialAccount("reddit", name, "NimbusAir", ("nimbus air",), server.url, ("travel",), ("nimbusair",))


def heard(server: RedditServer) -> dict[str, Mention]:
    return stored(StreamListener(account_on(server), MemorySecret({ACCOUNT: server.credential}), server.now))


def lookup(server: RedditServer, seconds: float = 60.0) -> Lookup:
    return lookup_of(server.now, server.credential, account_on(server), seconds=seconds)


def test_what_was_deleted_removed_closed_or_edited_is_told_of_each(server: RedditServer) -> None:
    top = server.submit("Nimbus Air lost my bag", said="No answer")
    deleted, removed, edited, kept = (server.comment(f"nimbus air {n}", top, f"user{n}") for n in range(4))
    server.comment("nimbus air closed", top, "leaver")
    hidden = server.submit("Nimbus Air again", "mod_food")
    private = server.submit("Nimbus Air forum", community="nimbusair")
    posts = heard(server)
    assert len(posts) == 8
    server.delete(deleted)
    server.remove(removed)
    server.remove(hidden)
    server.close_account("leaver")
    server.private = {"nimbusair"}
    server.now.advance(minutes=5)
    server.edit(edited, "nimbus air found it")
    found = lookup(server).look_up(list(posts.values()))
    assert found.gone == {
        deleted["name"]: Fate.DELETED,
        removed["name"]: Fate.HIDDEN,
        hidden["name"]: Fate.HIDDEN,
        posts["nimbus air closed"].id: Fate.AUTHOR_GONE,
        private["name"]: Fate.PROTECTED,
    }
    assert found.served == {top["name"], edited["name"], kept["name"]}
    (newer,) = found.edited.values()
    assert (newer.text, newer.edited_at) == ("nimbus air found it", START + timedelta(minutes=5))
    assert server.asked.count(INFO) - server.asked[: server.asked.index("token", 1)].count(INFO) == 1


def test_an_edit_that_reddit_does_not_mark_is_noticed_once(server: RedditServer) -> None:
    top = server.submit("Nimbus Air lost my bag", said="No answer")
    (post,) = heard(server).values()
    top["selftext"] = "No answer for three days"  # within three minutes of writing it
    first, again = (lookup(server).look_up([post]).edited[post.id] for _ in range(2))
    assert (first.text, first.edit_ids) == ("Nimbus Air lost my bag\n\nNo answer for three days", again.edit_ids)
    top["selftext"] = "No answer"
    known = Mention.from_record(post.to_record() | {"text": first.text, "edit_ids": list(first.edit_ids)})
    back = lookup(server).look_up([known]).edited[post.id]
    assert (back.text, len(set(back.edit_ids))) == (post.text, 2)


def test_what_was_read_without_its_author_stays(server: RedditServer) -> None:
    server.submit("Nimbus Air lost my bag", "leaver")
    server.close_account("leaver")
    (post,) = heard(server).values()
    assert lookup(server).look_up([post]).served == {post.id}


@pytest.mark.parametrize("unreadable", [{"kind": "t3", "data": {}}, {"kind": "t3"}, "surprise", None])
def test_what_cannot_be_read_in_an_answer_is_not_taken_for_deleted(server: RedditServer, unreadable: Any) -> None:
    for number in range(3):
        server.submit(f"Nimbus Air {number}", f"user{number}")
    first, second, third = heard(server).values()
    nobody = {"kind": "t3", "data": {"name": second.id, "title": second.text}}
    gone = {"kind": "t3", "data": {"name": third.id, "author": "[deleted]", "selftext": "[deleted]"}}
    server.inject(INFO, Fault(200, {"kind": "Listing", "data": {"children": [unreadable, nobody, gone]}}))
    found = lookup(server).look_up([first, second, third])
    assert (found.served, found.gone) == ({second.id}, {third.id: Fate.DELETED})


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (too_often(90), SourceStatus.RATE_LIMITED),
        (refusal(403, "Forbidden"), SourceStatus.FORBIDDEN),
        (BLOCKED, SourceStatus.FORBIDDEN),
        (FAILS, SourceStatus.UNAVAILABLE),
        (NOT_JSON, SourceStatus.UNAVAILABLE),
        (HANGS, SourceStatus.UNAVAILABLE),
        (Fault(200, {"kind": "Listing", "data": {}}), SourceStatus.UNAVAILABLE),
        (Fault(200, ["surprise"]), SourceStatus.UNAVAILABLE),
    ],
    ids=["rate", "denied", "blocked", "fails", "not json", "hangs", "no list", "other json"],
)
def test_a_fault_says_nothing_of_a_post(server: RedditServer, fault: Fault, status: SourceStatus) -> None:
    server.submit("Nimbus Air lost my bag")
    (post,) = heard(server).values()
    server.inject(INFO, fault)
    with pytest.raises(SourceError) as refused:
        lookup(server, seconds=10.5).look_up([post])
    assert refused.value.status is status


def test_an_app_that_is_refused_is_stood_in_for_by_another(server: RedditServer) -> None:
    server.submit("Nimbus Air lost my bag")
    (post,) = heard(server).values()
    accounts = (account_on(server), account_on(server, "second"))
    credentials = {ACCOUNT: "old:revoked", "second": server.credential}
    assert lookup_of(server.now, credentials, *accounts).look_up([post]).served == {post.id}
    with pytest.raises(SourceError) as refused:
        lookup_of(server.now, credentials, accounts[0]).look_up([post])
    assert refused.value.status is SourceStatus.UNAUTHORISED
