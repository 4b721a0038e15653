"""Reddit, heard over HTTP from the stand-in: what becomes a mention, what is not for Earshot, what faults do."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from earshot.mentions.source_state import SourceStatus
from earshot.mentions.sources.reddit.network import PAGE_SIZE
from earshot.mentions.sources.social import reader
from earshot.mentions.sources.social.accounts import SocialAccount
from infra.local.social.faults import HANGS, NOT_JSON, Fault
from infra.local.social.reddit import (
    BANNED,
    BLOCKED,
    FAILS,
    NO_SUCH_COMMUNITY,
    PRIVATE,
    RedditServer,
    refusal,
    too_often,
)
from tests.fakes import START, FakeClock
from tests.mentions.sources.social.stream_listener import MemorySecret, StreamListener

ACCOUNT, BRAND = "nimbusair_care", "NimbusAir_Care"
NEW, COMMENTS = "/r/travel/new", "/r/travel/comments"


@pytest.fixture
def server() -> Iterator[RedditServer]:
    with RedditServer(FakeClock()) as server:
        yield server


def listener(server: RedditServer, words: tuple[str, ...] = ("nimbus air",)) -> StreamListener:
    account = SocialAccount("reddit", ACCOUNT, "NimbusAir", words, server.url, ("travel",), ("nimbusair",))
    return StreamListener(account, MemorySecret({ACCOUNT: server.credential}), server.now)


@pytest.fixture
def heard(server: RedditServer) -> StreamListener:
    """The account, read once, so that what comes is news."""
    heard = listener(server)
    assert heard.run() == []
    server.now.advance(minutes=1)
    return heard


def test_a_submission_has_its_title_its_author_and_where_to_answer(server: RedditServer, heard: StreamListener) -> None:
    post = server.submit("Nimbus Air lost my bag", "Jane_Doe", said="Three days & <nothing>.", num_crossposts=3)
    (mention,) = heard.run(seconds=30)
    assert (mention.key, mention.conversation_id, mention.in_reply_to_id) == (
        f"reddit#{post['name']}",
        mention.id,
        None,
    )
    assert (mention.author.id, mention.author.label, mention.author.followers) == ("jane_doe", "@Jane_Doe", None)
    assert mention.text == "Nimbus Air lost my bag\n\nThree days & <nothing>."
    assert mention.link == f"https://www.reddit.com{post['permalink']}"
    assert (mention.created_at, mention.baseline, mention.reposts) == (START + timedelta(minutes=1), False, 3)
    assert (mention.brand, mention.own, mention.quotes_brand) == ("NimbusAir", False, False)
    assert heard.run(minutes=1) == []
    assert server.agents == {f"aws-lambda:earshot:1 (by /u/{ACCOUNT})"}


def test_what_is_below_a_submission_about_the_brand_is_heard_and_the_rest_is_not(
    server: RedditServer, heard: StreamListener
) -> None:
    about, other = server.submit("Nimbus Air lost my bag"), server.submit("Where to eat in Rome?", "ann")
    mine = server.comment("Mine as well!", about, "joe")
    server.comment("Which flight?", mine, "ann")
    server.comment("Pizza.", other, "joe")
    server.comment("Not with nimbus  air though", other, "sue")
    link = server.submit("Nimbus air in the news", "bob", is_self=False, url="https://news.example/1")
    mentions = {one.text: one for one in heard.run(minutes=1)}
    assert set(mentions) == {
        "Nimbus Air lost my bag",
        "Mine as well!",
        "Which flight?",
        "Not with nimbus  air though",
        "Nimbus air in the news\n\nhttps://news.example/1",
    }
    which = mentions["Which flight?"]
    assert (which.conversation_id, which.in_reply_to_id, which.in_reply_to_user_id) == (
        about["name"],
        mine["name"],
        "joe",
    )
    assert heard.not_kept == {"not about the brand": 1}
    assert link["name"] in heard.queue.ids


def test_the_brand_answers_and_the_customer_goes_on_in_one_conversation(
    server: RedditServer, heard: StreamListener
) -> None:
    asked = server.submit("Nimbus Air lost my bag")
    answer = server.comment("We are looking for it.", asked, BRAND)
    server.comment("Still nothing!", answer)
    server.comment("Hello", server.submit("Rebooking?", "ann", "NimbusAir"), "joe")
    server.submit("u/NimbusAir_Care where is my refund?", "sue")
    mentions = {one.text: one for one in heard.run(minutes=1)}
    own, more = mentions["We are looking for it."], mentions["Still nothing!"]
    assert (own.own, own.in_reply_to_id, own.in_reply_to_user_id) == (True, asked["name"], "jane_doe")
    assert (more.in_reply_to_id, more.in_reply_to_user_id, more.quotes_brand) == (own.id, ACCOUNT, True)
    assert {own.conversation_id, more.conversation_id} == {asked["name"]}
    # In its own community who begins a thread speaks to the brand; who answers others there does not.
    assert (mentions["Rebooking?"].quotes_brand, mentions["Hello"].quotes_brand) == (True, False)
    assert mentions["u/NimbusAir_Care where is my refund?"].quotes_brand


def test_threads_elsewhere_are_followed_where_they_are_about_the_brand(
    server: RedditServer, heard: StreamListener
) -> None:
    found = server.submit("nimbus air again", community="rants")
    joined = server.submit("Best airlines?", "ann", "flights")
    said = server.comment("All but one", joined, "bob")
    answer = server.comment("Have you tried us?", said, BRAND)
    assert {one.text for one in heard.run(minutes=1)} == {"nimbus air again", "Have you tried us?"}
    server.comment("Same here", found, "joe")
    server.comment("Never again!", answer, "bob")
    server.comment("Boats are nicer", joined, "sue")
    assert {one.text: one.quotes_brand for one in heard.run(minutes=1)} == {"Same here": False, "Never again!": True}
    heard.run(minutes=1)
    before = len(server.asked)
    assert heard.run(minutes=1) == []
    # What has no new comments is not read: that the numbers are the same is asked for all at once.
    assert [path for path in server.asked[before:] if path.startswith("/comments/")] == []


def test_what_a_failed_run_read_of_a_thread_is_read_again(server: RedditServer, heard: StreamListener) -> None:
    found = server.submit("nimbus air again", community="rants")
    heard.run(minutes=1)
    server.comment("Same here", found, "joe")
    heard.queue.refuses = True
    with pytest.raises(Exception, match="refused"):
        heard.run(minutes=1)
    heard.queue.refuses = False
    assert [one.text for one in heard.run(minutes=1)] == ["Same here"]


def test_a_thread_that_is_not_served_holds_up_no_other(server: RedditServer, heard: StreamListener) -> None:
    first, other = (server.submit("nimbus air again", community=name) for name in ("rants", "closed"))
    heard.run(minutes=1)
    for thread in (first, other):
        server.comment(f"Same in {thread['subreddit']}", thread, "joe")
    path = f"/comments/{other['name'].removeprefix('t3_')}"
    server.inject(path, PRIVATE)
    assert [one.text for one in heard.run(minutes=1)] == ["Same in rants"]
    assert heard.state("threads").status is SourceStatus.OK
    # It is asked for again a while later: it may have been closed by mistake.
    assert heard.run(minutes=1) == []
    assert [one.text for one in heard.run(minutes=15)] == ["Same in closed"]


def test_what_was_deleted_or_removed_is_not_kept(server: RedditServer, heard: StreamListener) -> None:
    about = server.submit("Nimbus Air lost my bag")
    server.delete(server.comment("I take it back", about, "joe"))
    server.submit("Nimbus Air is bad", removed_by_category="moderator")
    server.submit("Nimbus Air is worse", "[deleted]")
    assert {(one.text, one.author.label) for one in heard.run(minutes=1)} == {
        ("Nimbus Air lost my bag", "@jane_doe"),
        ("Nimbus Air is worse", "Deleted account"),
    }
    assert heard.not_kept == {"deleted": 1, "removed": 1}
    assert heard.dead_letters.letters == []


def test_an_edited_post_is_one_post_with_a_newer_text(server: RedditServer, heard: StreamListener) -> None:
    post = server.submit("Nimbus Air lost my bag", said="Since Monday.")
    (first,) = heard.run(minutes=1)
    server.edit(post, "Since Monday, with my medicine in it.")
    (edited,) = heard.run(minutes=1)
    assert (edited.id, edited.created_at, len(edited.edit_ids)) == (first.id, first.created_at, 1)
    assert (edited.asked_at, edited.text[-15:]) == (START + timedelta(minutes=2), "medicine in it.")


def test_a_post_that_cannot_be_read_costs_no_other(server: RedditServer, heard: StreamListener) -> None:
    server.submit("Nimbus Air good")
    server.submit("Nimbus Air no time", created_utc="yesterday")
    server.submit("Nimbus Air no link", permalink=7)
    assert [one.text for one in heard.run(minutes=1)] == ["Nimbus Air good"]
    assert len({key for key, _, _ in heard.dead_letters.letters}) == 2
    letters = len(heard.dead_letters.letters)
    assert heard.run(minutes=1) == []
    assert len(heard.dead_letters.letters) == letters


def test_a_token_that_ended_is_renewed_within_the_run(server: RedditServer, heard: StreamListener) -> None:
    assert server.tokens_given == 1
    server.end_tokens()
    server.submit("Nimbus Air lost my bag")
    assert len(heard.run(minutes=1)) == 1
    heard.run(days=1)
    assert server.tokens_given == 3
    assert heard.state("community").status is SourceStatus.OK


def test_an_app_that_was_revoked_is_told_and_not_asked_for_each_minute(
    server: RedditServer, heard: StreamListener
) -> None:
    server.end_tokens()
    server.secret = "another"
    heard.run(minutes=1)
    state = heard.state("own")
    assert (state.status, "earshot sources add reddit nimbusair_care" in state.message) == (
        SourceStatus.UNAUTHORISED,
        True,
    )
    assert heard.secret.credentials[ACCOUNT].partition(":")[2] not in state.message
    asked = server.asked.count("token")
    heard.run(minutes=1)
    assert server.asked.count("token") == asked
    heard.secret.credentials[ACCOUNT] = server.credential
    server.submit("Nimbus Air lost my bag")
    assert len(heard.run(minutes=15)) == 1


def test_a_rate_limit_is_waited_for_as_long_as_it_says(server: RedditServer, heard: StreamListener) -> None:
    server.inject(NEW, too_often(240.0))
    server.submit("Nimbus Air lost my bag")
    until = heard.clock.now + timedelta(minutes=5)
    heard.run(minutes=1)
    assert (heard.state("community").status, heard.state("community").until) == (SourceStatus.RATE_LIMITED, until)
    heard.run(minutes=5)
    assert heard.state("community").status is SourceStatus.OK


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (FAILS, SourceStatus.UNAVAILABLE),
        (NOT_JSON, SourceStatus.UNAVAILABLE),
        (HANGS, SourceStatus.UNAVAILABLE),
        (BLOCKED, SourceStatus.FORBIDDEN),
        (PRIVATE, SourceStatus.FORBIDDEN),
        (BANNED, SourceStatus.ACCOUNT_GONE),
        (NO_SUCH_COMMUNITY, SourceStatus.ACCOUNT_GONE),
        (refusal(400, "Bad Request"), SourceStatus.MISCONFIGURED),
    ],
    ids=["fails", "not json", "hangs", "blocked", "private", "banned", "unknown", "refused"],
)
def test_a_fault_of_one_community_is_its_state_and_loses_nothing(
    server: RedditServer, heard: StreamListener, fault: Fault, status: SourceStatus
) -> None:
    server.comment("nimbus air lost mine", server.submit("Lost bags", "ann"), "joe")
    server.inject(COMMENTS, fault)
    assert heard.run(minutes=1) == []
    assert heard.state("comments").status is status
    assert heard.state("own").status is SourceStatus.OK
    assert len(heard.run(minutes=1)) == 1
    assert heard.state("comments").status is SourceStatus.OK


def test_a_crowd_is_read_over_several_runs(
    server: RedditServer, heard: StreamListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_PAGES", 2)
    about = server.submit("Nimbus Air lost my bag")
    for number in range(4 * PAGE_SIZE):
        server.comment(f"complaint {number}", about, f"user_{number}")
        server.now.advance(seconds=1)
    heard.run()
    heard.run(minutes=1)
    heard.run(minutes=1)
    assert len(set(heard.queue.ids)) == 4 * PAGE_SIZE + 1
    assert heard.checkpoint("comments").holes == ()


def test_more_than_reddit_lists_is_a_gap(
    server: RedditServer, heard: StreamListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("earshot.mentions.sources.reddit.network.MOST_LISTED", 200)
    server.most_listed = 150
    about = server.submit("Nimbus Air lost my bag")
    for number in range(200):
        server.comment(f"complaint {number}", about, f"user_{number}")
        server.now.advance(seconds=1)
    heard.run()
    state = heard.state("comments")
    assert (state.status, state.gap is not None and "Reddit lists" in state.gap.why) == (
        SourceStatus.STALE_CHECKPOINT,
        True,
    )
