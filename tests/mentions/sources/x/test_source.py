"""The X client: its requests, its token, and what it must never log."""

import logging

import pytest

from earshot.mentions.feeds import Feed, FeedKind, PageRequest, feeds_of
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.x.source import query_for
from infra.local.x.description import ApiVersion
from infra.local.x.faults import UNAUTHORISED
from tests.fakes import START
from tests.mentions.fakes import post
from tests.mentions.listener import MENTIONS, Listener

SEARCH = Feed(FeedKind.SEARCH, "nimbus air")


def test_the_keys_of_feeds() -> None:
    keys = [feed.key for feed in feeds_of(("NimbusAir",), ("lost bag",))]
    assert keys == ["x#mentions#NimbusAir", "x#own#NimbusAir", "x#search#lost bag"]


def test_the_parameters_of_a_request(listener: Listener) -> None:
    listener.source().read(SEARCH, PageRequest(START, size=50, token=None), None)
    (call,) = listener.api.calls
    assert call.path == "/2/tweets/search/recent"
    assert call.params["query"] == '"nimbus air"'
    assert call.params["start_time"] == "2026-11-21T09:00:00Z"
    assert call.params["max_results"] == "50"
    is_old = listener.api.version is ApiVersion.V2_166
    name, note = ("tweet.fields", "note_tweet") if is_old else ("post.fields", "note_post")
    assert {note, "lang", "conversation_id"} <= set(call.params[name].split(","))
    assert "since_id" not in call.params


@pytest.mark.parametrize(
    "term, query",
    [("#nimbus", "#nimbus"), ("lost  bag", '"lost bag"'), ("bag OR -from:x", '"bag OR -from:x"'), ('"a"', '"a"')],
)
def test_a_term_is_searched_for_literally(term: str, query: str) -> None:
    assert query_for(term) == query


@pytest.mark.parametrize("term", ["quotes:NimbusAir", "quotes:@NimbusAir", "Quotes:NimbusAir"])
def test_quotes_of_an_account_are_searched_for_by_the_address_of_its_posts(term: str) -> None:
    assert query_for(term) == '(url:"x.com/NimbusAir/status" OR url:"twitter.com/NimbusAir/status") is:quote'


@pytest.mark.parametrize("term", ["quotes:", "quotes:a b", "quotes:a) OR (b", "my quotes:NimbusAir"])
def test_what_is_no_handle_after_quotes_is_an_ordinary_term(term: str) -> None:
    assert query_for(term) == f'"{term}"'


def test_a_term_that_is_too_long_is_an_error() -> None:
    with pytest.raises(SourceError, match="longer than the 512") as raised:
        query_for("nimbus " * 80)
    assert raised.value.status is SourceStatus.MISCONFIGURED


def test_a_rotated_token_is_read_once_and_used(listener: Listener) -> None:
    asked = []

    def token(fresh: bool = False) -> str:
        asked.append(fresh)
        return listener.api.token if fresh else "the-token-of-yesterday"

    listener.token = token
    listener.api.add(post(1, minutes=-1))
    assert listener.run().queued == 1
    assert asked == [False, True]


def test_a_rejected_token_is_read_again_only_once(listener: Listener) -> None:
    listener.api.inject(*[UNAUTHORISED] * 4)
    source = listener.source()
    for _ in range(2):
        with pytest.raises(SourceError):
            source.user_id("NimbusAir")
    assert len(listener.api.calls) == 3


def test_the_token_is_never_logged(listener: Listener, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("tweepy", "tweepy.client", "urllib3"):
        caplog.set_level(logging.DEBUG, logger=name)
    listener.api.inject(UNAUTHORISED)
    listener.run()
    listener.token = lambda fresh=False: "secret-with\na-line-break"
    assert "InvalidHeader" in listener.run(MENTIONS, minutes=1).state.message
    # What tweepy says at DEBUG would be seen here, whoever else has silenced what lies below it.
    logging.getLogger("tweepy").debug("heard")
    assert "heard" in caplog.text
    everything = caplog.text + "".join(state.message for state in listener.sources.state_of.values())
    assert listener.api.token not in everything
    assert "secret-with" not in everything
