"""Mastodon, heard over HTTP from the stand-in: what becomes a mention, what is not for Earshot, what faults do."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from earshot.mentions.source_state import SourceStatus
from earshot.mentions.sources.mastodon.network import PAGE_SIZE
from earshot.mentions.sources.social import reader
from earshot.mentions.sources.social.accounts import SocialAccount
from infra.local.social.faults import HANGS, NOT_JSON, Fault
from infra.local.social.mastodon import FAILS, GONE, OUT_OF_SCOPE, REVOKED, MastodonServer, refusal, too_often
from tests.fakes import START, FakeClock
from tests.mentions.sources.social.stream_listener import MemorySecret, StreamListener

ACCOUNT = "care@nimbus.example"


@pytest.fixture
def server() -> Iterator[MastodonServer]:
    with MastodonServer(ACCOUNT, FakeClock()) as server:
        yield server


@pytest.fixture
def heard(server: MastodonServer) -> StreamListener:
    """The account, read once, so that what comes is news."""
    account = SocialAccount("mastodon", ACCOUNT, "NimbusAir", ("nimbus air", "#nimbusair"), server.url)
    listener = StreamListener(account, MemorySecret({ACCOUNT: server.token}), server.now)
    assert listener.run() == []
    server.now.advance(minutes=1)
    return listener


def test_a_mention_has_its_reach_its_warning_and_where_to_answer(server: MastodonServer, heard: StreamListener) -> None:
    said = "you lost my bag & <3 nobody answers"
    status = server.mention(said, name="Jane\nDoe", followers=12_000, reposts=3, warning="rant, long")
    (mention,) = heard.run(seconds=30)
    assert (mention.key, mention.conversation_id) == (f"mastodon#{status['id']}@nimbus.example", mention.id)
    assert (mention.author.id, mention.author.label) == ("jane@other.example", "Jane Doe (@jane@other.example)")
    assert (mention.author.followers, mention.reposts, mention.language) == (12_000, 3, "en")
    assert mention.text == f"CW: rant, long\n\n@care {said}"
    assert mention.link == f"{server.url}/@jane@other.example/{status['id']}"
    assert (mention.created_at, mention.baseline) == (START + timedelta(minutes=1), False)
    assert (mention.brand, mention.own) == ("NimbusAir", False)
    assert heard.run(minutes=1) == []


def test_the_brand_answers_and_the_customer_goes_on_in_one_conversation(
    server: MastodonServer, heard: StreamListener
) -> None:
    asked = server.mention("where is my bag?")
    answer = server.post("We are looking for it.", ACCOUNT, mentions=["jane@other.example"], reply_to=asked)
    server.mention("Still nothing!", reply_to=answer)
    server.post("They answer nobody", "joe@nimbus.example", quote=answer)
    mentions = {one.text: one for one in heard.run(minutes=1)}
    first, own = mentions["@care where is my bag?"], mentions["@jane We are looking for it."]
    more, quote = mentions["@care Still nothing!"], mentions["They answer nobody"]
    assert (own.own, own.in_reply_to_id, own.in_reply_to_user_id) == (True, first.id, "jane@other.example")
    assert (more.in_reply_to_id, more.in_reply_to_user_id, more.quotes_brand) == (own.id, ACCOUNT, True)
    assert {one.conversation_id for one in (first, own, more)} == {first.id}
    assert (quote.quoted_id, quote.quotes_brand, quote.author.id) == (own.id, True, "joe@nimbus.example")


def test_who_speaks_to_another_account_of_the_brand_speaks_to_it(server: MastodonServer) -> None:
    help = "help@nimbus.example"
    account = SocialAccount("mastodon", ACCOUNT, "NimbusAir", ("nimbus air",), server.url)
    other = SocialAccount("mastodon", help, "NimbusAir")
    heard = StreamListener(account, MemorySecret({ACCOUNT: server.token}), server.now, others=(other,))
    heard.run()
    server.now.advance(minutes=1)
    advice = server.post("Write to us here.", help)
    server.post("nimbus air has no answer", mentions=[help], reply_to=advice)
    server.post("nimbus air lost my bag", mentions=[help])
    server.post("nimbus air again", quote=advice)
    server.post("nimbus air is late, says joe", mentions=["joe@other.example", help])
    mentions = {one.text: one.quotes_brand for one in heard.run(minutes=1)}
    assert mentions == {
        "@help nimbus air has no answer": True,
        "@help nimbus air lost my bag": True,
        "nimbus air again": True,
        "@joe @help nimbus air is late, says joe": True,
    }


def test_who_answers_the_brand_without_naming_it_answers_it(server: MastodonServer, heard: StreamListener) -> None:
    answer = server.post("nimbus air: we are looking for it.", ACCOUNT)
    server.post("nimbus air still has nothing", reply_to=answer)
    *_, mention = heard.run(minutes=1)
    assert (mention.in_reply_to_user_id, mention.quotes_brand) == (ACCOUNT, True)


def test_a_cold_start_finds_where_a_conversation_began(server: MastodonServer, heard: StreamListener) -> None:
    asked = server.mention("where is my bag?")
    between = server.post("mine as well", "joe@other.example", reply_to=asked)
    heard.run(minutes=1)
    heard.start()
    server.mention("any news?", "joe@other.example", reply_to=between)
    (mention,) = heard.run(minutes=1)
    assert mention.conversation_id == f"{asked['id']}@nimbus.example"


def test_hashtags_and_searches_are_heard_and_a_post_is_one_post(server: MastodonServer, heard: StreamListener) -> None:
    server.post("Stranded by #NimbusAir again")
    server.mention("I tell everybody about Nimbus Air")
    mentions = heard.run(minutes=1)
    assert sorted((one.text, one.quotes_brand) for one in mentions) == [
        ("@care I tell everybody about Nimbus Air", True),
        ("Stranded by #NimbusAir again", False),
    ]


def test_only_what_is_public_is_kept(server: MastodonServer, heard: StreamListener) -> None:
    for visibility in ("private", "direct", "", "unlisted"):
        server.mention(f"{visibility} complaint", visibility=visibility)
    assert [one.text for one in heard.run(minutes=1)] == ["@care unlisted complaint"]
    assert heard.not_kept["not public"] == 3
    assert heard.dead_letters.letters == []
    assert heard.run(minutes=1) == []


def test_an_edited_status_is_one_post_with_a_newer_text(server: MastodonServer, heard: StreamListener) -> None:
    status = server.mention("you lost my bag")
    (first,) = heard.run(minutes=1)
    server.edit(status, "@care you lost my bag, with my medicine in it")
    (edited,) = heard.run(minutes=1)
    assert (edited.id, edited.created_at, len(edited.edit_ids)) == (first.id, first.created_at, 1)
    assert (edited.asked_at, edited.text[-14:]) == (START + timedelta(minutes=2), "medicine in it")


def test_what_is_deleted_before_it_was_read_is_not_kept(server: MastodonServer, heard: StreamListener) -> None:
    asked = server.mention("where is my bag?")
    heard.run(minutes=1)
    heard.start()
    server.delete(server.mention("I take it back", reply_to=asked))
    assert heard.run(minutes=1) == []
    assert heard.not_kept == {"deleted": 1}


def test_a_status_that_cannot_be_read_costs_no_other(server: MastodonServer, heard: StreamListener) -> None:
    server.mention("good")
    server.mention("no text")["content"] = None
    server.mention("no time")["created_at"] = "yesterday"
    server.mention("no author")["account"] = {"id": 7}
    assert [one.text for one in heard.run(minutes=1)] == ["@care good"]
    assert len(heard.dead_letters.letters) == 3
    assert heard.run(minutes=1) == []
    assert len(heard.dead_letters.letters) == 3


def test_a_token_of_another_account_is_refused_with_the_remedy(server: MastodonServer) -> None:
    account = SocialAccount("mastodon", "sales@nimbus.example", "NimbusAir", (), server.url)
    listener = StreamListener(account, MemorySecret({account.account: server.token}), server.now)
    listener.run()
    assert listener.state().status is SourceStatus.MISCONFIGURED
    assert "that of care@nimbus.example" in listener.state().message


def test_a_new_token_is_taken_within_the_run_and_a_revoked_one_is_told(
    server: MastodonServer, heard: StreamListener
) -> None:
    server.token = "another-token-that-is-valid-now"
    heard.run(minutes=1)
    assert (heard.state().status, server.account in heard.state().message) == (SourceStatus.UNAUTHORISED, True)
    assert heard.secret.credentials[ACCOUNT] not in heard.state().message
    heard.secret.credentials[ACCOUNT] = server.token
    server.mention("heard later")
    assert len(heard.run(minutes=1)) == 1


def test_a_rate_limit_is_waited_for_as_long_as_it_says(server: MastodonServer, heard: StreamListener) -> None:
    until = heard.clock.now + timedelta(minutes=4)
    server.inject("notifications", too_often(until))
    server.mention("still there")
    assert heard.run(minutes=1) == []
    assert (heard.state().status, heard.state().until) == (SourceStatus.RATE_LIMITED, until)
    assert len(heard.run(minutes=4)) == 1


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (FAILS, SourceStatus.UNAVAILABLE),
        (NOT_JSON, SourceStatus.UNAVAILABLE),
        (HANGS, SourceStatus.UNAVAILABLE),
        (REVOKED, SourceStatus.UNAUTHORISED),
        (OUT_OF_SCOPE, SourceStatus.FORBIDDEN),
        (GONE, SourceStatus.ACCOUNT_GONE),
        (refusal(422, "Validation failed"), SourceStatus.MISCONFIGURED),
        (Fault(301, b"", {"Location": "https://moved.example"}), SourceStatus.MISCONFIGURED),
    ],
    ids=lambda value: str(getattr(value, "status", value)),
)
def test_a_fault_is_a_state_and_loses_nothing(
    server: MastodonServer, heard: StreamListener, fault: Fault, status: SourceStatus
) -> None:
    asked = server.mention("an answer to what was never read")
    heard.run(minutes=1)
    heard.start()
    server.mention("during the fault", reply_to=asked)
    server.inject("context", fault)
    heard.run(minutes=1)
    assert heard.state().status is status
    assert heard.state("own").status is SourceStatus.OK
    assert len(heard.run(minutes=1)) == 1
    assert heard.state().status is SourceStatus.OK


def test_a_crowd_is_read_over_several_runs(
    server: MastodonServer, heard: StreamListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_PAGES", 2)
    for number in range(5 * PAGE_SIZE):
        server.mention(f"complaint {number} about nimbus air")
        server.now.advance(seconds=1)
    assert {one.text.split()[2] for one in heard.run()} >= {str(number) for number in range(120, 200)}
    heard.run(minutes=1)
    heard.run(minutes=1)
    total = [one.id for one in heard.queue.mentions]
    assert len(set(total)) == 5 * PAGE_SIZE
    assert (heard.checkpoint().holes, heard.checkpoint("search").holes) == ((), ())
