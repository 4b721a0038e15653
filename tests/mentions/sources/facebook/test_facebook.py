"""A page on Facebook, heard over HTTP from the stand-in: posts, comments, authors that are withheld, what faults do."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from earshot.mentions.source_state import SourceStatus
from earshot.mentions.sources.facebook.network import COMMENTS_OF_A_PAGE, COMMENTS_SHOWN
from earshot.mentions.sources.social.accounts import SocialAccount
from infra.local.social.facebook import (
    DELETED,
    EXPIRED,
    FAILS,
    NOT_PERMITTED,
    OLD_VERSION,
    FacebookServer,
    refusal,
    too_often,
)
from infra.local.social.faults import HANGS, NOT_JSON, Fault
from tests.fakes import START, FakeClock
from tests.mentions.sources.social.stream_listener import MemorySecret, StreamListener

ACCOUNT, PAGE = "nimbusair", FacebookServer.page_id


@pytest.fixture
def server() -> Iterator[FacebookServer]:
    with FacebookServer(ACCOUNT, FakeClock()) as server:
        yield server


@pytest.fixture
def heard(server: FacebookServer) -> StreamListener:
    """The account, read once, so that what comes is news."""
    account = SocialAccount("facebook", ACCOUNT, "NimbusAir", (), server.url)
    heard = StreamListener(account, MemorySecret({ACCOUNT: server.token}), server.now)
    assert heard.run() == []
    server.now.advance(minutes=1)
    return heard


def test_a_post_of_a_visitor_and_one_that_tags_the_page(server: FacebookServer, heard: StreamListener) -> None:
    post = server.post("You lost my bag & nobody answers", "Jane Doe", shares={"count": 3})
    server.tag("Never again with Nimbus Air", "Joe")
    mentions = {one.text: one for one in heard.run(seconds=30)}
    mention, tagged = mentions["You lost my bag & nobody answers"], mentions["Never again with Nimbus Air"]
    assert (mention.key, mention.conversation_id) == (f"facebook#{post['id']}", post["id"])
    assert (mention.author.label, mention.author.followers, mention.reposts) == ("Jane Doe", None, 3)
    assert (mention.link, mention.own) == (post["permalink_url"], False)
    assert (mention.created_at, mention.baseline) == (START + timedelta(minutes=1), False)
    assert (mention.quotes_brand, tagged.quotes_brand) == (True, True)
    assert heard.run(minutes=1) == []


def test_comments_are_a_conversation_in_which_each_speaks_to_somebody(
    server: FacebookServer, heard: StreamListener
) -> None:
    post = server.post("Happy holidays from all of us")
    asked = server.comment("Where is my bag?", post, "Jane Doe")
    server.now.advance(seconds=1)
    other = server.comment("Mine is lost, too", asked, "Joe")
    server.now.advance(seconds=1)
    server.comment("we are looking for it.", other, calls="Joe")
    server.now.advance(seconds=1)
    server.comment("And yours is on its way.", asked)
    server.now.advance(seconds=1)
    server.comment("thanks", asked, "Joe", calls="Nimbus Air")
    server.comment("poor you", asked, "Ann", calls="Jane Doe")
    mentions = {one.text: one for one in heard.run(minutes=1)}
    ids = {said: one.id for said, one in mentions.items()}
    assert {said: one.in_reply_to_id for said, one in mentions.items() if one.in_reply_to_id} == {
        "Where is my bag?": post["id"],
        "Mine is lost, too": asked["id"],
        "Joe we are looking for it.": other["id"],
        "And yours is on its way.": asked["id"],
        "Nimbus Air thanks": ids["And yours is on its way."],
        "Jane Doe poor you": asked["id"],
    }
    assert {said for said, one in mentions.items() if one.quotes_brand} == {"Where is my bag?", "Nimbus Air thanks"}
    assert {one.text for one in mentions.values() if one.own} == {
        "Happy holidays from all of us",
        "Joe we are looking for it.",
        "And yours is on its way.",
    }
    assert {one.conversation_id for one in mentions.values()} == {post["id"]}
    assert heard.run(minutes=1) == []


def test_authors_that_are_withheld_are_each_somebody_of_their_own(
    server: FacebookServer, heard: StreamListener
) -> None:
    server.withheld = {"Jane Doe", "Joe"}
    post = server.tag("Never again", "Jane Doe")
    asked = server.comment("Same here", post, "Joe")
    server.comment("And again", post, "Joe")
    server.comment("So sorry!", post)
    server.comment("Write to us", asked)
    mentions = {one.text: one for one in heard.run(minutes=1)}
    named = {said: one.author for said, one in mentions.items() if not one.own}
    assert len({author.id for author in named.values()}) == 3
    assert {author.label for author in named.values()} == {"Name withheld by Facebook"}
    assert mentions["So sorry!"].in_reply_to_user_id == named["Never again"].id
    assert mentions["Write to us"].in_reply_to_user_id == named["Same here"].id


def test_whom_the_page_calls_by_a_name_that_is_withheld_is_not_guessed(
    server: FacebookServer, heard: StreamListener
) -> None:
    server.withheld = {"Jane Doe", "Joe"}
    post = server.post("Happy holidays")
    alone, crowded = server.comment("Where is my bag?", post, "Jane Doe"), server.comment("And mine?", post, "Ann")
    server.comment("Mine as well", crowded, "Joe")
    server.comment("we found it.", alone, calls="Jane Doe")
    server.comment("we found yours.", crowded, calls="Joe")
    mentions = {one.text: one for one in heard.run(minutes=1)}
    # Nobody else has written there.
    assert mentions["Jane Doe we found it."].in_reply_to_id == alone["id"]
    assert mentions["Joe we found yours."].in_reply_to_id is None


def test_comments_on_older_posts_are_heard_and_a_crowd_is_read_to_its_end(
    server: FacebookServer, heard: StreamListener
) -> None:
    post = server.post("Happy holidays")
    for number in range(30):
        server.post(f"later post {number}")
    heard.run(minutes=1)
    server.now.advance(days=3)
    for number in range(COMMENTS_OF_A_PAGE + 60):
        server.comment(f"complaint {number}", post, f"Visitor {number}")
    assert len({one.id for one in heard.run(minutes=1)}) == COMMENTS_OF_A_PAGE + 60
    assert heard.run(minutes=1) == []
    assert heard.checkpoint("page").holes == ()


def test_comments_that_are_denied_are_a_gap_and_hold_up_no_others(
    server: FacebookServer, heard: StreamListener
) -> None:
    posts = [server.post("Happy holidays"), server.post("Happy new year")]
    heard.run(minutes=1)
    for number in range(COMMENTS_SHOWN + 5):
        for post in posts:
            server.comment(f"complaint {number}", post, f"Visitor {number}")
    server.inject("comments", NOT_PERMITTED)
    assert len(heard.run(minutes=1)) == 2 * (COMMENTS_SHOWN + 5) - 5
    state = heard.state("page")
    assert (state.status, state.gap is not None) == (SourceStatus.STALE_CHECKPOINT, True)
    assert "pages_read_user_content" in state.message
    assert len(heard.run(minutes=1)) == 5


def test_only_what_is_public_is_kept(server: FacebookServer, heard: StreamListener) -> None:
    hidden = server.tag("for friends", "Joe", privacy={"value": "ALL_FRIENDS"})
    server.comment("a friend's comment", hidden, "Ann")
    server.post("hidden", "Joe", is_hidden=True)
    server.post("a draft", is_published=False)
    server.post("public", "Jane Doe")
    assert [one.text for one in heard.run(minutes=1)] == ["public"]
    assert sum(heard.not_kept.values()) >= 2
    assert heard.dead_letters.letters == []


def test_tagged_posts_are_heard_where_their_comments_are_not_shown(
    server: FacebookServer, heard: StreamListener
) -> None:
    server.tag("Never again", "Joe")
    server.inject("tagged", NOT_PERMITTED)
    assert [one.text for one in heard.run(minutes=1)] == ["Never again"]
    assert heard.state().status is SourceStatus.OK


def test_a_post_that_cannot_be_read_costs_no_other(server: FacebookServer, heard: StreamListener) -> None:
    post = server.post("good", "Jane Doe")
    server.post("no time", "Joe")["created_time"] = "yesterday"
    server.comment("no time", post, "Joe")["created_time"] = None
    server.comment("good comment", post, "Joe")
    assert sorted(one.text for one in heard.run(minutes=1)) == ["good", "good comment"]
    assert len(heard.dead_letters.letters) == 2
    assert heard.run(minutes=1) == []
    assert len(heard.dead_letters.letters) == 2


def test_a_token_of_another_page_is_refused_with_the_remedy(server: FacebookServer) -> None:
    account = SocialAccount("facebook", "zephyr", "NimbusAir", (), server.url)
    heard = StreamListener(account, MemorySecret({"zephyr": server.token}), server.now)
    heard.run()
    assert heard.state("page").status is SourceStatus.MISCONFIGURED
    assert "that of the page nimbusair" in heard.state("page").message
    server.inject("me", refusal(100, "(#100) Tried accessing nonexisting field (username) on node type (User)"))
    heard.run(minutes=1)
    assert heard.state("page").status is SourceStatus.MISCONFIGURED
    by_number = SocialAccount("facebook", PAGE, "NimbusAir", (), server.url)
    heard = StreamListener(by_number, MemorySecret({PAGE: server.token}), server.now)
    heard.run()
    assert heard.state("page").status is SourceStatus.BASELINE


def test_a_new_token_is_taken_within_the_run_and_an_expired_one_is_told(
    server: FacebookServer, heard: StreamListener
) -> None:
    server.token = "another-token-that-is-valid-now"
    heard.run(minutes=1)
    assert heard.state("page").status is SourceStatus.UNAUTHORISED
    assert "earshot sources add facebook nimbusair" in heard.state("page").message
    assert heard.secret.credentials[ACCOUNT] not in heard.state("page").message
    heard.secret.credentials[ACCOUNT] = server.token
    server.post("heard later", "Jane Doe")
    assert len(heard.run(minutes=1)) == 1


@pytest.mark.parametrize(("fault", "minutes"), [(too_often(32, 25), 25), (too_often(4), 15), (too_often(80001, 0), 15)])
def test_a_rate_limit_is_waited_for_as_long_as_it_says(
    server: FacebookServer, heard: StreamListener, fault: Fault, minutes: int
) -> None:
    server.inject("feed", fault)
    server.post("still there", "Jane Doe")
    assert heard.run(minutes=1) == []
    state = heard.state("page")
    assert (state.status, state.until) == (SourceStatus.RATE_LIMITED, heard.clock.now + timedelta(minutes=minutes))
    assert len(heard.run(minutes=minutes)) == 1


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (FAILS, SourceStatus.UNAVAILABLE),
        (NOT_JSON, SourceStatus.UNAVAILABLE),
        (HANGS, SourceStatus.UNAVAILABLE),
        (EXPIRED, SourceStatus.UNAUTHORISED),
        (NOT_PERMITTED, SourceStatus.FORBIDDEN),
        (DELETED, SourceStatus.ACCOUNT_GONE),
        (OLD_VERSION, SourceStatus.INCOMPATIBLE),
        (refusal(100, "Invalid parameter"), SourceStatus.MISCONFIGURED),
    ],
    ids=["fails", "not json", "hangs", "expired", "permission", "deleted", "version", "refused"],
)
def test_a_fault_is_a_state_and_loses_nothing(
    server: FacebookServer, heard: StreamListener, fault: Fault, status: SourceStatus
) -> None:
    server.post("during the fault", "Jane Doe")
    server.inject("feed", fault)
    assert heard.run(minutes=1) == []
    assert heard.state("page").status is status
    assert heard.state().status is SourceStatus.OK
    assert len(heard.run(minutes=1)) == 1
    assert heard.state("page").status is SourceStatus.OK
