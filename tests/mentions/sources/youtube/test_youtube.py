"""YouTube, heard over HTTP from the stand-in: what becomes a mention, what it costs of the quota, what faults do."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from earshot.mentions.source_state import SourceStatus
from earshot.mentions.sources.social.accounts import SocialAccount, streams_of
from earshot.mentions.sources.social.pace import is_due
from earshot.mentions.sources.youtube.network import PAGE_SIZE
from earshot.mentions.sources.youtube.units import LISTENING, key_name, pacific_day
from infra.local.social.faults import HANGS, NOT_JSON, Fault
from infra.local.social.youtube import (
    BUSY,
    COMMENTS_DISABLED,
    FAILS,
    NO_SUCH_VIDEO,
    NOT_ENABLED,
    QUOTA_EXCEEDED,
    TOO_OFTEN,
    YouTubeServer,
    refusal,
)
from tests.fakes import START, FakeClock
from tests.mentions.sources.social.stream_listener import MemorySecret, StreamListener

ACCOUNT = "nimbusair"
ELSEWHERE = YouTubeServer.elsewhere


@pytest.fixture
def server() -> Iterator[YouTubeServer]:
    with YouTubeServer(ACCOUNT, FakeClock()) as server:
        yield server


@pytest.fixture
def heard(server: YouTubeServer) -> StreamListener:
    """The account, read once, so that what comes is news."""
    account = SocialAccount("youtube", ACCOUNT, "NimbusAir", (), server.url, (ELSEWHERE,))
    heard = StreamListener(account, MemorySecret({ACCOUNT: server.key}), server.now)
    assert heard.run() == []
    server.now.advance(minutes=1)
    return heard


def test_a_comment_has_its_author_its_reach_and_where_to_answer(server: YouTubeServer, heard: StreamListener) -> None:
    server.subscribers |= {server.channel_of("jane"): 12_000, server.channel_of("joe"): 3}
    comment = server.comment("You lost my bag & nobody answers", "jane")
    server.comment("Mine as well", "joe", ELSEWHERE)
    mentions = {one.text: one for one in heard.run(seconds=30)}
    mention, other = mentions["You lost my bag & nobody answers"], mentions["Mine as well"]
    assert (mention.key, mention.conversation_id) == (f"youtube#{comment['id']}", server.video)
    assert (mention.author.id, mention.author.label) == (server.channel_of("jane"), "@jane")
    assert (mention.author.followers, other.author.followers) == (12_000, None)
    assert mention.link == f"https://www.youtube.com/watch?v={server.video}&lc={comment['id']}"
    assert (mention.created_at, mention.baseline) == (START + timedelta(minutes=1), False)
    # On its own channel it is spoken to, elsewhere it is spoken of.
    assert (mention.quotes_brand, other.quotes_brand, mention.own) == (True, False, False)
    assert heard.run(minutes=1) == []


def test_whom_a_reply_answers_it_says_by_a_handle(server: YouTubeServer, heard: StreamListener) -> None:
    asked = server.comment("Where is my bag?", "jane")
    for number, (said, by) in enumerate(
        [
            ("Mine is lost, too", "joe.b"),
            ("We are looking for yours.", ACCOUNT),
            ("@joe.b we are looking for yours, too.", ACCOUNT),
            ("@nimbusair thank you", "joe.b"),
            ("Still nothing!", "jane"),
            ("@jane mine came today", "joe.b"),
        ]
    ):
        server.now.advance(seconds=number)
        server.reply(said, asked, by)
    mentions = {one.text: one for one in heard.run(minutes=1)}
    ids = {said: one.id for said, one in mentions.items()}
    answers = {said: one.in_reply_to_id for said, one in mentions.items() if one.in_reply_to_id}
    assert answers == {
        "Mine is lost, too": asked["id"],
        "We are looking for yours.": asked["id"],
        "@joe.b we are looking for yours, too.": ids["Mine is lost, too"],
        "@nimbusair thank you": ids["@joe.b we are looking for yours, too."],
        "Still nothing!": ids["@joe.b we are looking for yours, too."],
        "@jane mine came today": ids["Still nothing!"],
    }
    assert {said for said, one in mentions.items() if one.own} == {
        "We are looking for yours.",
        "@joe.b we are looking for yours, too.",
    }
    assert {said for said, one in mentions.items() if one.quotes_brand} == {
        "Where is my bag?",
        "@nimbusair thank you",
        "Still nothing!",
    }
    assert {one.conversation_id for one in mentions.values()} == {server.video}


def test_more_replies_than_a_thread_is_listed_with_are_read_once(server: YouTubeServer, heard: StreamListener) -> None:
    asked = server.comment("Where is my bag?", "jane")
    heard.run(minutes=1)
    for number in range(PAGE_SIZE + 20):
        server.reply(f"reply {number}", asked, f"user{number}")
    new = heard.run(minutes=1)
    assert len({one.id for one in new}) == PAGE_SIZE + 20
    assert {one.conversation_id for one in new} == {server.video}
    assert heard.run(minutes=1) == []
    calls = server.asked.count("comments")
    assert heard.run(minutes=1) == []
    assert server.asked.count("comments") == calls
    server.reply("one more", asked)
    assert [one.text for one in heard.run(minutes=1)] == ["one more"]
    assert [*heard.run(minutes=1), *heard.run(minutes=1)] == []
    # Their number is what it was.
    server.delete_reply(0, asked)
    server.reply("and another", asked)
    assert [one.text for one in heard.run(minutes=1)] == ["and another"]


def test_what_a_failed_run_read_of_a_thread_is_read_again(server: YouTubeServer, heard: StreamListener) -> None:
    asked = server.comment("Where is my bag?", "jane")
    heard.run(minutes=1)
    for number in range(7):
        server.reply(f"reply {number}", asked, f"user{number}")
    heard.queue.refuses = True
    for _ in range(2):
        with pytest.raises(Exception, match="refused"):
            heard.run(minutes=1)
    heard.queue.refuses = False
    assert len(heard.run(minutes=1)) == 7


def test_an_edited_comment_and_one_that_was_held_back(server: YouTubeServer, heard: StreamListener) -> None:
    comment = server.comment("You lost my bag")
    (first,) = heard.run(minutes=1)
    server.edit(comment, "You lost my bag, with my medicine in it")
    (edited,) = heard.run(minutes=1)
    assert (edited.id, edited.asked_at, len(edited.edit_ids)) == (first.id, START + timedelta(minutes=2), 1)
    server.now.advance(hours=20)
    # Comments that a moderator lets through are listed with the time at which they were written.
    late = server.comment("Held back")
    late["snippet"] |= {"publishedAt": "2026-11-21T10:00:00Z", "updatedAt": "2026-11-21T10:00:00Z"}
    assert [(one.text, one.baseline) for one in heard.run(minutes=1)] == [("Held back", False)]


def test_a_comment_that_cannot_be_read_costs_no_other(server: YouTubeServer, heard: StreamListener) -> None:
    asked = server.comment("good")
    server.comment("no time")["snippet"]["publishedAt"] = "yesterday"
    server.comment("no text")["snippet"]["textDisplay"] = None
    server.reply("no author", asked)["snippet"]["authorChannelId"] = None
    server.reply("no time", asked)["snippet"]["publishedAt"] = 7
    assert {(one.text, one.author.label) for one in heard.run(minutes=1)} == {("good", "@jane"), ("no author", "@jane")}
    assert len(heard.dead_letters.letters) == 3
    assert heard.run(minutes=1) == []
    assert len(heard.dead_letters.letters) == 3


@pytest.mark.parametrize("fault", [refusal(404, "commentNotFound"), refusal(403, "forbidden")])
def test_a_thread_that_is_deleted_or_closed_while_it_is_read_holds_up_no_other(
    server: YouTubeServer, heard: StreamListener, fault: Fault
) -> None:
    for name in ("first", "second"):
        asked = server.comment(name)
        for number in range(7):
            server.reply(f"{name} {number}", asked, f"user{number}")
    server.inject("comments", fault)
    assert len(heard.run(minutes=1)) == 2 + 7
    assert heard.state().status is SourceStatus.OK


def test_a_quiet_day_stays_within_the_quota() -> None:
    streams = streams_of([SocialAccount("youtube", ACCOUNT, "NimbusAir", (), "", tuple(f"{n:011}" for n in range(10)))])
    minutes = [START + timedelta(minutes=minute) for minute in range(24 * 60)]
    runs = sum(is_due(stream, minute) for minute in minutes for stream in streams)
    # Each reading is three calls at most.
    assert 3 * runs <= LISTENING.a_day


def test_units_that_are_used_up_for_now_are_waited_for(server: YouTubeServer, heard: StreamListener) -> None:
    for number in range(40):
        asked = server.comment(f"question {number}")
        for reply in range(6):
            server.reply(f"reply {reply}", asked, f"user{number}{reply}")
    # Another process has used what there is, but for a few.
    now = server.now()
    heard.units[pacific_day(now), key_name(server.key), "listening"] = LISTENING.allowed(now) - 20
    before, states = len(server.asked), list[str]()
    for _ in range(4):
        heard.run(minutes=1)
        states.append(heard.state().status)
    assert states[-1] == SourceStatus.RATE_LIMITED
    assert len(server.asked) - before <= 20 + 10 + 5 * 7  # what was there, was held, and what five minutes bring
    for _ in range(10):
        heard.run(minutes=3)
    assert len({one.id for one in heard.queue.mentions}) == 40 * 7
    assert heard.checkpoint().holes == ()


def test_a_new_key_is_taken_within_the_run_and_a_revoked_one_is_told(
    server: YouTubeServer, heard: StreamListener
) -> None:
    server.key = "another-key-that-is-valid-now"
    heard.run(minutes=1)
    assert heard.state().status is SourceStatus.UNAUTHORISED
    assert "earshot sources add youtube nimbusair" in heard.state().message
    assert heard.secret.credentials[ACCOUNT] not in heard.state().message
    heard.secret.credentials[ACCOUNT] = server.key
    server.comment("heard later")
    assert len(heard.run(minutes=1)) == 1


def test_a_channel_that_there_is_not_is_told(server: YouTubeServer) -> None:
    account = SocialAccount("youtube", "nimbus", "NimbusAir", (), server.url)
    heard = StreamListener(account, MemorySecret({"nimbus": server.key}), server.now)
    heard.run()
    assert heard.state().status is SourceStatus.ACCOUNT_GONE
    assert "knows no channel @nimbus" in heard.state().message


@pytest.mark.parametrize(
    ("fault", "status", "hours"),
    [
        (QUOTA_EXCEEDED, SourceStatus.RATE_LIMITED, 1),
        (TOO_OFTEN, SourceStatus.RATE_LIMITED, 1),
        (COMMENTS_DISABLED, SourceStatus.FORBIDDEN, 0),
        (NOT_ENABLED, SourceStatus.FORBIDDEN, 0),
        (NO_SUCH_VIDEO, SourceStatus.ACCOUNT_GONE, 0),
        (BUSY, SourceStatus.UNAVAILABLE, 0),
        (FAILS, SourceStatus.UNAVAILABLE, 0),
        (NOT_JSON, SourceStatus.UNAVAILABLE, 0),
        (HANGS, SourceStatus.UNAVAILABLE, 0),
        (refusal(400, "invalidParameter"), SourceStatus.MISCONFIGURED, 0),
    ],
    ids=["quota", "rate", "disabled", "not enabled", "no video", "busy", "fails", "not json", "hangs", "refused"],
)
def test_a_fault_of_one_video_is_its_state_and_loses_nothing(
    server: YouTubeServer, heard: StreamListener, fault: Fault, status: SourceStatus, hours: int
) -> None:
    server.comment("during the fault", "joe", ELSEWHERE)
    server.inject(f"commentThreads?{ELSEWHERE}", fault)
    assert heard.run(minutes=1) == []
    assert heard.state("video").status is status
    assert heard.state().status is SourceStatus.OK
    assert len(heard.run(minutes=1, hours=hours)) == 1
    assert heard.state("video").status is SourceStatus.OK
