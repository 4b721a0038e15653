"""Bluesky, heard over HTTP from the stand-in: what becomes a mention, how a session lives, what faults do."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from earshot.mentions.ledger.coverage import Coverage, coverage_of
from earshot.mentions.source_state import SourceStatus
from earshot.mentions.sources.bluesky.network import PAGE_SIZE
from earshot.mentions.sources.social import reader
from earshot.mentions.sources.social.accounts import SocialAccount
from infra.local.social.bluesky import FAILS, TAKEN_DOWN, BlueskyServer, refusal, too_often
from infra.local.social.faults import HANGS, NOT_JSON, Fault
from tests.fakes import START, FakeClock
from tests.mentions.sources.social.stream_listener import MemorySecret, StreamListener

ACCOUNT = "nimbusair.bsky.social"


@pytest.fixture
def server() -> Iterator[BlueskyServer]:
    with BlueskyServer(ACCOUNT, FakeClock()) as server:
        yield server


@pytest.fixture
def heard(server: BlueskyServer) -> StreamListener:
    """The account, read once, so that what comes is news."""
    account = SocialAccount("bluesky", ACCOUNT, "NimbusAir", ("nimbus air",), server.url)
    listener = StreamListener(account, MemorySecret({ACCOUNT: server.password}), server.now)
    assert listener.run() == []
    server.now.advance(minutes=1)
    return listener


def test_a_mention_has_its_reach_and_where_to_answer(server: BlueskyServer, heard: StreamListener) -> None:
    server.followers["did:plc:" + "janexxxxxxxxxxxxxxxxxxxx"] = 12_000
    view = server.mention("you lost my bag", name="Jane\nDoe", reposts=3)
    (mention,) = heard.run(seconds=30)
    did, key = view["author"]["did"], view["uri"].rpartition("/")[2]
    assert (mention.key, mention.conversation_id) == (f"bluesky#{did}.{key}", f"{did}.{key}")
    assert (mention.author.handle, mention.author.label) == ("jane.example", "Jane Doe (@jane.example)")
    assert (mention.author.followers, mention.reposts, mention.language) == (12_000, 3, "en")
    assert (mention.text, mention.brand) == (f"@{ACCOUNT} you lost my bag", "NimbusAir")
    assert mention.link == f"https://bsky.app/profile/{did}/post/{key}"
    assert (mention.created_at, mention.baseline, mention.quotes_brand) == (START + timedelta(minutes=1), False, True)
    assert heard.run(minutes=1) == []


def test_the_brand_answers_and_the_customer_goes_on_in_one_conversation(
    server: BlueskyServer, heard: StreamListener
) -> None:
    asked = server.mention("where is my bag?")
    answer = server.post("We are looking for it.", by=ACCOUNT, reply_to=asked)
    server.post("Still nothing, and I fly tomorrow!", reply_to=answer)
    server.post("They answer nobody", by="joe.example", quote=answer)
    mentions = {one.text: one for one in heard.run(minutes=1)}
    first, own, more, quote = (mentions[text] for text in sorted(mentions, key=lambda text: mentions[text].id[-11:]))
    assert (own.own, own.in_reply_to_id, own.in_reply_to_user_id) == (True, first.id, first.author.id)
    assert (more.in_reply_to_id, more.quotes_brand, more.own) == (own.id, True, False)
    assert {one.conversation_id for one in (first, own, more)} == {first.id}
    assert (quote.quoted_id, quote.quotes_brand, quote.conversation_id) == (own.id, True, quote.id)


def test_a_post_that_only_names_the_brand_is_found_and_links_are_whole(
    server: BlueskyServer, heard: StreamListener
) -> None:
    said = "Nimbus Air “helps”: example.com/a..."
    start = len(said.encode()) - len("example.com/a...")
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.com/a/long/way"}
    facets = [{"index": {"byteStart": start, "byteEnd": len(said.encode())}, "features": [link]}]
    broken = [{"index": {"byteStart": "x"}, "features": [link]}, {"index": {"byteStart": 5, "byteEnd": 999}}, 7]
    server.post(said, record={"facets": [*facets, *broken]})
    (mention,) = heard.run(minutes=1)
    assert (mention.text, mention.quotes_brand) == ("Nimbus Air “helps”: https://example.com/a/long/way", False)


def test_what_moderators_hide_or_authors_delete_is_not_kept(server: BlueskyServer, heard: StreamListener) -> None:
    server.mention("buy followers", labels=["spam"])
    server.mention("hidden", labels=["!hide"])
    server.delete(server.mention("deleted"))
    kept = server.mention("my dog was hurt on board", labels=["graphic-media"])
    kept["author"]["labels"] = [{"src": kept["author"]["did"], "val": "spam"}]  # of himself
    assert [one.text[-5:] for one in heard.run(minutes=1)] == ["board"]
    assert heard.not_kept == {"labelled as spam": 1, "hidden by moderators": 1, "deleted": 1}


def test_what_was_there_before_is_history(server: BlueskyServer) -> None:
    server.mention("last year", created_at=START - timedelta(days=400))
    server.mention("an hour ago", created_at=START - timedelta(hours=1))
    account = SocialAccount("bluesky", ACCOUNT, "NimbusAir", (), server.url)
    fresh = StreamListener(account, MemorySecret({ACCOUNT: server.password}), server.now)
    assert [one.baseline for one in fresh.run()] == [True, True]
    assert fresh.state().status is SourceStatus.BASELINE
    server.mention("from the future", created_at=START + timedelta(days=400))
    (mention,) = fresh.run(minutes=1)
    assert (mention.created_at, mention.baseline) == (START, False)  # as Bluesky took it in


def test_a_clock_that_is_set_back_makes_no_complaint_history(server: BlueskyServer, heard: StreamListener) -> None:
    server.mention("my phone is years behind", created_at=START - timedelta(days=900))
    server.mention("my phone is an hour behind", created_at=START - timedelta(hours=1))
    mentions = {one.text[-12:]: one for one in heard.run(seconds=30)}
    behind, hour = mentions["years behind"], mentions[" hour behind"]
    assert (behind.baseline, behind.created_at) == (False, START + timedelta(minutes=1))  # as Bluesky took it in
    assert (hour.baseline, hour.created_at) == (False, START - timedelta(hours=1))


def test_what_the_brand_repeats_hides_no_answer_below_it(server: BlueskyServer, heard: StreamListener) -> None:
    asked = server.mention("where is my bag?")
    server.post("We are looking for it.", by=ACCOUNT, reply_to=asked)
    for _ in range(PAGE_SIZE):
        server.repost(asked)
    assert any(one.own for one in heard.run(minutes=1))
    assert heard.dead_letters.letters == []
    assert heard.run(minutes=1) == []


def test_who_answers_another_account_of_the_brand_speaks_to_it(server: BlueskyServer) -> None:
    account = SocialAccount("bluesky", ACCOUNT, "NimbusAir", ("nimbus air",), server.url)
    other = SocialAccount("bluesky", "nimbushelp.example", "NimbusAir")
    heard = StreamListener(account, MemorySecret({ACCOUNT: server.password}), server.now, others=(other,))
    heard.run()
    server.now.advance(minutes=1)
    advice = server.post("Write to us here.", by="nimbushelp.example")
    for number in range(2):
        server.post(f"Nimbus Air has no answer {number}", reply_to=advice)
        (mention,) = heard.run(minutes=1)
        assert mention.quotes_brand
    assert server.asked.count("getProfiles") == 3  # of the author in each run, and once of the brand's


def test_a_name_that_is_no_address_is_not_looked_up_with_the_others(
    server: BlueskyServer, heard: StreamListener
) -> None:
    server.mention("nameless")["uri"] = "\ud800"
    server.mention("good")
    assert [one.text[-4:] for one in heard.run(minutes=1)] == ["good"]
    assert heard.state().status is SourceStatus.OK


def test_a_post_that_cannot_be_read_costs_no_other(server: BlueskyServer, heard: StreamListener) -> None:
    server.mention("good")
    server.mention("no text")["record"]["text"] = 7
    server.post("a nimbus air post", by="joe." + "x" * 300)["author"]["displayName"] = "\ud800"
    server.mention("no author")["author"] = {"did": "", "handle": 7}
    server.mention("odd root")["record"]["reply"] = {"root": {"uri": "at://x"}, "parent": {"uri": "http://y"}}
    good, nameless = heard.run(minutes=1)
    assert (good.text[-4:], nameless.author.handle) == ("good", None)
    assert len(heard.dead_letters.letters) == 3
    assert heard.run(minutes=1) == []
    assert len(heard.dead_letters.letters) == 3


def test_one_session_is_kept_through_cold_starts_and_renewed(server: BlueskyServer, heard: StreamListener) -> None:
    heard.start()
    heard.run(minutes=1)
    assert server.sign_ins == 1
    server.end_session()
    server.mention("after two hours")
    assert len(heard.run(hours=2)) == 1
    assert (server.sign_ins, server.asked.count("refreshSession")) == (1, 1)
    # Another instance renews it meanwhile: this one takes what that has kept.
    other = StreamListener(heard.account, heard.secret, heard.clock)
    server.end_session()
    other.run()
    heard.run(minutes=1)
    assert (server.sign_ins, server.asked.count("refreshSession")) == (1, 2)


def test_a_revoked_password_is_not_tried_again_every_minute(server: BlueskyServer, heard: StreamListener) -> None:
    server.revoke()
    heard.run(minutes=1)
    state = heard.state()
    assert (state.status, state.until) == (SourceStatus.UNAUTHORISED, heard.clock.now + timedelta(minutes=15))
    assert "earshot sources add bluesky" in state.message
    assert heard.secret.credentials[ACCOUNT] not in state.message
    tried = server.sign_ins
    for _ in range(5):
        heard.run(minutes=1)
    assert server.sign_ins == tried
    server.password = heard.secret.credentials[ACCOUNT]
    server.mention("heard later")
    assert len(heard.run(minutes=15)) == 1


def test_a_rate_limit_is_waited_for_as_long_as_it_says(server: BlueskyServer, heard: StreamListener) -> None:
    until = heard.clock.now + timedelta(minutes=4)
    server.inject("listNotifications", too_often(until))
    server.mention("still there")
    assert heard.run(minutes=1) == []
    assert (heard.state().status, heard.state().until) == (SourceStatus.RATE_LIMITED, until)
    asked = server.asked.count("listNotifications")
    heard.run(minutes=1)
    assert server.asked.count("listNotifications") == asked
    assert len(heard.run(minutes=3)) == 1


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (FAILS, SourceStatus.UNAVAILABLE),
        (NOT_JSON, SourceStatus.UNAVAILABLE),
        (HANGS, SourceStatus.UNAVAILABLE),
        (TAKEN_DOWN, SourceStatus.ACCOUNT_GONE),
        (refusal(400, "InvalidRequest", "no such parameter"), SourceStatus.MISCONFIGURED),
        (refusal(403, "Forbidden"), SourceStatus.FORBIDDEN),
        (refusal(501, "MethodNotImplemented"), SourceStatus.INCOMPATIBLE),
    ],
    ids=lambda value: str(getattr(value, "status", value)),
)
def test_a_fault_is_a_state_and_loses_nothing(
    server: BlueskyServer, heard: StreamListener, fault: Fault, status: SourceStatus
) -> None:
    server.mention("during the fault")
    server.inject("getPosts", fault)
    heard.run(minutes=1)
    assert heard.state().status is status
    assert heard.state("own").status is SourceStatus.OK
    assert len(heard.run(minutes=1)) == 1
    assert heard.state().status is SourceStatus.OK


def test_a_crowd_is_read_newest_first_over_several_runs(
    server: BlueskyServer, heard: StreamListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_PAGES", 2)
    for number in range(5 * PAGE_SIZE):
        server.mention(f"complaint {number}")
        server.now.advance(seconds=1)
    began = heard.clock.now - timedelta(seconds=500)
    first = heard.run()
    assert {one.text for one in first} == {f"@{ACCOUNT} complaint {number}" for number in range(300, 500)}
    assert heard.state().notes
    assert heard.state().message == "The newest posts are fetched."
    # The ledger knows what is still to be read.
    kept = heard.sources.kept(heard.key())
    assert (kept.ledger.open.entry.capped, kept.ledger.read_to) == (1, heard.clock.now)
    (waiting,) = coverage_of(heard.key(), kept, began, heard.clock.now, heard.clock.now).missing
    assert (waiting.start, waiting.end) == (began, began + timedelta(seconds=300))
    server.mention("fresh emergency")
    second = heard.run()
    assert any("emergency" in one.text for one in second)  # what is new never waits for what is old
    heard.run(minutes=1)
    last = heard.run(minutes=1)
    total = [one.id for one in heard.queue.mentions]
    assert (len(set(total)), len(total)) == (501, 501), len(last)
    assert heard.checkpoint().holes == ()
    covered = coverage_of(heard.key(), heard.sources.kept(heard.key()), began, heard.clock.now, heard.clock.now)
    assert covered.coverage is Coverage.WHOLE
    assert heard.state().gap is None
    times = [one.created_at for one in heard.queue.mentions[:200]]
    assert all(earlier <= later for earlier, later in pairwise(times))


def test_a_place_that_bluesky_no_longer_knows_is_a_gap(
    server: BlueskyServer, heard: StreamListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_PAGES", 1)
    for number in range(PAGE_SIZE + 50):
        server.mention(f"complaint {number}")
    heard.run(minutes=1)
    (hole,) = heard.checkpoint().holes
    server.inject(f"listNotifications?{hole.cursor}", refusal(400, "InvalidRequest", "Malformed cursor"))
    heard.run(minutes=1)
    state = heard.state()
    assert (state.status, heard.checkpoint().holes) == (SourceStatus.STALE_CHECKPOINT, ())
    assert state.gap is not None


def test_all_that_could_never_be_read_is_in_the_ledger(
    server: BlueskyServer, heard: StreamListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_PAGES", 1)
    monkeypatch.setattr(reader, "MAX_HOLES", 0)
    lost = []
    for _ in range(2):
        began = heard.clock.now
        for number in range(2 * PAGE_SIZE):
            server.mention(f"complaint {number}")
            server.now.advance(seconds=10)
        heard.run()
        lost.append((began, heard.clock.now - timedelta(seconds=10 * PAGE_SIZE)))
        heard.clock.advance(minutes=30)
    now = heard.clock.now
    missed = coverage_of(heard.key(), heard.sources.kept(heard.key()), START, lost[-1][1], now).missing
    assert [gap.end for gap in missed] == [end for _, end in lost]
    assert all(gap.start <= began for gap, (began, _) in zip(missed, lost, strict=True))
