"""X's old and new names of fields: whichever X accepts, everything is heard, and which it is can be seen."""

import json
from collections.abc import Iterator

import pytest

from earshot.mentions.feeds import Feed, FeedKind
from earshot.mentions.source_state import SourceStatus
from earshot.mentions.sources.x.vocabulary import Vocabulary
from infra.local.x.api import XApi
from infra.local.x.description import ApiVersion
from infra.local.x.faults import FORBIDDEN, RATE_LIMITED, XFault
from tests.fakes import FakeClock
from tests.mentions.fakes import JANE, NIMBUS, post
from tests.mentions.listener import MENTIONS, Listener

FEEDS = (MENTIONS, Feed(FeedKind.OWN, "NimbusAir"), Feed(FeedKind.SEARCH, "nimbus air"))
BAD_FIELDS = {
    "errors": [{"parameters": {"tweet.fields": ["lang"]}, "message": "[tweet.fields] is not one of [id,start_time]"}],
    "title": "Invalid Request",
    "detail": "One or more parameters to your request was invalid.",
    "type": "https://api.twitter.com/2/problems/invalid-request",
}
# As version 2.167 declares it.
BAD_FIELD = {
    "type": "https://api.x.com/2/problems/invalid-request",
    "title": "Invalid Request",
    "detail": "The parameter is not declared",
    "parameter": "post.fields",
    "value": "lang",
}


@pytest.fixture(params=list(Vocabulary))
def listener(clock: FakeClock, version: ApiVersion, request: pytest.FixtureRequest) -> Iterator[Listener]:
    """A listener that asks in either words first."""
    with XApi(handles=["NimbusAir"], until=clock, version=version) as api:
        yield Listener(api, clock, words=request.param)


def calls_of_posts(listener: Listener) -> list[int]:
    return [call.status for call in listener.api.calls if "username" not in call.path]


def refusal(body: dict[str, object]) -> XFault:
    return XFault(400, json.dumps(body).encode())


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.kind)
def test_every_feed_is_heard_whichever_words_x_accepts_and_x_is_asked_in_wrong_ones_once(
    listener: Listener, feed: Feed
) -> None:
    listener.api.add(post(1, "@NimbusAir nimbus air", minutes=-1), post(2, "nimbus air", minutes=-1, author=NIMBUS))
    assert listener.run(feed).state.status is SourceStatus.BASELINE
    accepted = Vocabulary.POST if listener.api.version is ApiVersion.V2_167 else Vocabulary.TWEET
    assert listener.checkpoint(feed).vocabulary == accepted
    assert calls_of_posts(listener) == ([200] if listener.words is accepted else [400, 200])
    state = listener.run(feed, minutes=1).state
    assert state.status is SourceStatus.OK
    assert accepted in state.message
    assert calls_of_posts(listener).count(400) <= 1
    assert listener.queue.ids


def test_names_that_x_drops_while_it_is_listened_to_lose_no_post_and_are_told(listener: Listener) -> None:
    listener.run()
    before = listener.api.version
    listener.api.version = ApiVersion.V2_166 if before is ApiVersion.V2_167 else ApiVersion.V2_167
    listener.api.largest_page = 5
    listener.api.add(*(post(n, minutes=n / 100) for n in range(12)))
    state = listener.run(minutes=1).state
    assert sorted(listener.queue.ids) == [str(1_000_000 + n) for n in range(12)]
    assert state.status is SourceStatus.OK
    assert any("X refused" in note and "accepted" in note for note in state.notes)
    refused = calls_of_posts(listener).count(400)
    assert listener.run(minutes=1).state.notes == ()
    assert calls_of_posts(listener).count(400) == refused


@pytest.mark.parametrize("body", [BAD_FIELDS, BAD_FIELD, {"detail": "expansions: unknown value"}])
def test_names_that_are_refused_in_both_words_are_a_state_of_their_own_that_blames_no_setting(
    listener: Listener, body: dict[str, object]
) -> None:
    listener.run()
    listener.api.add(post(1, minutes=0.5))
    listener.api.inject(refusal(body), refusal(body))
    state = listener.run(minutes=1).state
    assert state.status is SourceStatus.INCOMPATIBLE
    assert "update Earshot" in state.message
    assert "handles" not in state.message
    assert listener.run(minutes=1).state.status is SourceStatus.OK
    assert listener.queue.ids == ["1000001"]


def test_a_refusal_of_another_parameter_is_not_asked_again(listener: Listener) -> None:
    listener.run()
    calls = len(listener.api.calls)
    body = {"errors": [{"parameters": {"max_results": ["3"]}, "message": "see start_time, tweet.fields, expansions"}]}
    listener.api.inject(refusal(body))
    assert listener.run(minutes=1).state.status is SourceStatus.MISCONFIGURED
    assert len(listener.api.calls) == calls + 1


def test_reposts_and_quotes_are_known_by_their_authors_though_no_expansion_brings_them(listener: Listener) -> None:
    old = post(1, "@NimbusAir lost my bag", minutes=-60 * 24 * 30)
    sale = post(2, "Sale!", minutes=-60 * 24 * 30, author=NIMBUS)
    listener.api.add(old, sale)
    listener.run()
    listener.api.add(
        post(3, "RT", minutes=1, reposted_id=old.id), post(4, "@NimbusAir what a joke", minutes=1, quoted_id=sale.id)
    )
    listener.run(minutes=2)
    heard = {mention.id: mention for mention in listener.queue.mentions}
    assert heard[old.id].author == JANE
    assert heard[old.id].baseline
    assert heard["1000003"].text == old.text
    assert heard["1000004"].quotes_brand
    lookups = [call for call in listener.api.calls if call.path == "/2/tweets"]
    assert len(lookups) == (listener.api.version is ApiVersion.V2_167)


@pytest.mark.parametrize("version", [ApiVersion.V2_167])
def test_a_look_up_that_is_refused_for_good_loses_no_mention_and_one_that_may_succeed_is_tried_again(
    listener: Listener,
) -> None:
    listener.run()
    sale = post(2, "Sale!", minutes=-60, author=NIMBUS)
    listener.api.add(sale, post(4, "@NimbusAir what a joke", minutes=1, quoted_id=sale.id))
    listener.api.inject(None, RATE_LIMITED)
    assert listener.run(minutes=2).state.status is SourceStatus.RATE_LIMITED
    assert listener.queue.ids == []
    listener.api.inject(None, FORBIDDEN)
    outcome = listener.run(minutes=16)
    assert outcome.state.status is SourceStatus.OK
    assert "does not say who wrote 1" in outcome.state.notes[0]
    assert listener.queue.ids == ["1000004"]


def test_a_checkpoint_of_an_earlier_release_begins_with_no_words(listener: Listener) -> None:
    listener.run()
    del listener.sources.checkpoints[MENTIONS.key]["vocabulary"]
    assert listener.run(minutes=1).state.status is SourceStatus.OK
