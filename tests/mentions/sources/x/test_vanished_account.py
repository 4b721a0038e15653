"""An account that was suspended, deleted or protected: X answers 200 with errors only, and that is no empty page."""

import json
from typing import Any

import pytest

from earshot.mentions.feeds import Feed, FeedKind
from earshot.mentions.source_state import SourceStatus
from infra.local.x.faults import XFault
from tests.fakes import START
from tests.mentions.fakes import NIMBUS, post
from tests.mentions.listener import MENTIONS, Listener

OWN = Feed(FeedKind.OWN, "NimbusAir")
SEARCH = Feed(FeedKind.SEARCH, "nimbus air")
SUSPENDED = {
    "value": NIMBUS.id,
    "detail": f"User has been suspended: [{NIMBUS.id}].",
    "title": "Forbidden",
    "resource_type": "user",
    "parameter": "id",
    "resource_id": NIMBUS.id,
    "type": "https://api.twitter.com/2/problems/resource-not-found",
}
# As version 2.167 declares it: neither value nor parameter need be there.
PROTECTED = {
    "detail": f"Sorry, you are not authorized to see the user with id: [{NIMBUS.id}].",
    "title": "Authorization Error",
    "resource_type": "user",
    "resource_id": NIMBUS.id,
    "type": "https://api.x.com/2/problems/not-authorized-for-resource",
}


def answer(**body: Any) -> XFault:
    return XFault(200, json.dumps(body).encode())


@pytest.fixture
def known(listener: Listener) -> Listener:
    """A listener that has read the account's feeds once."""
    listener.api.add(post(1, "We are here", minutes=-1, author=NIMBUS))
    listener.run_all([MENTIONS, OWN])
    listener.queue.mentions.clear()
    return listener


@pytest.mark.parametrize("feed", [MENTIONS, OWN], ids=lambda feed: feed.kind)
def test_an_account_that_vanished_is_a_state_of_its_own_until_it_is_back(known: Listener, feed: Feed) -> None:
    api = known.api
    archive = api.archive
    accounts, handles, posts = dict(archive.accounts), dict(archive.handles), dict(archive.posts)
    api.close_account("NimbusAir")
    for _ in range(20):
        state = known.run(feed, minutes=1).state
        assert (state.status, state.status.is_success) == (SourceStatus.ACCOUNT_GONE, False)
    assert "@NimbusAir" in state.message
    assert f"[{NIMBUS.id}]" in state.message
    assert "settings" in state.message
    assert state.last_success_at == START
    assert state.is_silent(known.clock.now)
    archive.accounts, archive.handles, archive.posts = accounts, handles, posts
    author = NIMBUS if feed is OWN else None
    api.add(post(2, minutes=5, **({"author": author} if author else {})))
    assert known.run(feed, minutes=1).state.status is SourceStatus.OK
    assert known.queue.ids == ["1000002"]


@pytest.mark.parametrize("error", [SUSPENDED, PROTECTED, {"parameter": "id"}])
@pytest.mark.parametrize("more", [{}, {"meta": {"result_count": 0}}])
def test_every_error_about_the_account_itself_is_meant(
    known: Listener, error: dict[str, Any], more: dict[str, Any]
) -> None:
    known.api.inject(answer(errors=[error], **more))
    assert known.run(minutes=1).state.status is SourceStatus.ACCOUNT_GONE


def test_an_error_about_somebody_else_is_a_note_on_an_empty_page(known: Listener) -> None:
    known.api.inject(answer(errors=[PROTECTED | {"resource_id": "77"}], meta={"result_count": 0}))
    state = known.run(minutes=1).state
    assert state.status is SourceStatus.OK
    assert "Authorization Error" in state.notes[0]


@pytest.mark.parametrize("body", [{}, {"errors": [{"title": "Odd"}]}, {"includes": {}}])
@pytest.mark.parametrize("feed", [MENTIONS, SEARCH], ids=lambda feed: feed.kind)
def test_an_answer_that_has_neither_posts_nor_their_number_is_no_page(
    known: Listener, feed: Feed, body: dict[str, Any]
) -> None:
    known.run(feed)
    known.api.inject(answer(**body))
    assert known.run(feed, minutes=1).state.status is SourceStatus.UNAVAILABLE
