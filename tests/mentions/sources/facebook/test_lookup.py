"""What became of stored posts of Facebook: one that is gone has the Graph API refuse all that is asked for with it."""

from collections.abc import Iterator

import pytest

from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.lookup import Fate, Lookup
from earshot.mentions.sources.social.accounts import SocialAccount
from infra.local.social.facebook import DELETED, EXPIRED, FAILS, NOT_PERMITTED, FacebookServer, too_often
from infra.local.social.faults import HANGS, NOT_JSON, Fault
from tests.fakes import FakeClock
from tests.mentions.sources.social.lookups import lookup_of, stored
from tests.mentions.sources.social.stream_listener import MemorySecret, StreamListener

ACCOUNT, BY_ID = "nimbusair", ""


@pytest.fixture
def server() -> Iterator[FacebookServer]:
    with FacebookServer(ACCOUNT, FakeClock()) as server:
        yield server


def account_on(server: FacebookServer, name: str = ACCOUNT) -> SocialAccount:
    return SocialAccount("facebook", name, "NimbusAir", host=server.url)


def heard(server: FacebookServer) -> dict[str, Mention]:
    return stored(StreamListener(account_on(server), MemorySecret({ACCOUNT: server.token}), server.now))


def lookup(server: FacebookServer, seconds: float = 60.0) -> Lookup:
    return lookup_of(server.now, server.token, account_on(server), seconds=seconds)


def test_one_that_is_gone_hides_no_other_and_an_edit_is_noticed(server: FacebookServer) -> None:
    wall = server.post("You lost my bag", "Jane Doe")
    ours, deleted, narrowed = server.post("Hello"), server.post("gone soon", "Joe"), server.post("for friends", "Ann")
    tagged = server.tag("Nimbus lost mine", "Eve")
    server.tag("Nimbus is late", "Kim")
    below, taken, edited = (server.comment(f"me too {n}", wall, "Bob") for n in range(3))
    posts = heard(server)
    assert len(posts) == 9
    server.delete(deleted)
    server.delete(taken)
    server.denied = {tagged["id"]}
    narrowed["privacy"] = {"value": "ALL_FRIENDS"}
    below["is_hidden"] = True  # by the page: its author is owed an answer all the same
    server.edit(edited, "it came back")
    found = lookup(server).look_up(list(posts.values()))
    assert found.gone == {
        deleted["id"]: Fate.DELETED,
        taken["id"]: Fate.DELETED,
        tagged["id"]: Fate.PROTECTED,
        narrowed["id"]: Fate.PROTECTED,
    }
    assert found.served == {wall["id"], ours["id"], posts["Nimbus is late"].id, below["id"], edited["id"]}
    assert {id: one.text for id, one in found.edited.items()} == {edited["id"]: "it came back"}
    (newer,) = found.edited.values()
    known = Mention.from_record(posts["me too 2"].to_record() | {"text": newer.text, "edit_ids": list(newer.edit_ids)})
    assert lookup(server).look_up([known]).edited == {}


def test_a_permission_that_is_withdrawn_says_nothing_of_what_others_wrote(server: FacebookServer) -> None:
    wall, ours = server.post("You lost my bag", "Jane Doe"), server.post("Hello")
    posts = heard(server)
    server.denied = {wall["id"]}
    server.inject("tagged", NOT_PERMITTED)
    with pytest.raises(SourceError) as refused:
        lookup(server).look_up([posts["You lost my bag"], posts["Hello"]])
    assert refused.value.status is SourceStatus.FORBIDDEN
    # It is asked once a run whether it is so.
    assert server.asked.count("tagged") == 2
    assert lookup(server).look_up([posts["Hello"]]).served == {ours["id"]}


def test_one_object_of_another_kind_keeps_no_other_from_being_looked_up(server: FacebookServer) -> None:
    deleted, kept, photo = (server.post(f"bag {number}", "Jane Doe") for number in range(3))
    below = server.comment("me too", kept, "Bob")
    posts = heard(server)
    server.delete(deleted)
    server.photos = {photo["id"]}
    found = lookup(server).look_up(list(posts.values()))
    assert (found.gone, found.served) == ({deleted["id"]: Fate.DELETED}, {kept["id"], below["id"]})
    with pytest.raises(SourceError) as refused:
        lookup(server).look_up([posts["bag 2"]])
    assert refused.value.status is SourceStatus.MISCONFIGURED


def test_a_call_that_is_wrong_for_all_is_not_made_for_each(server: FacebookServer) -> None:
    photos = [server.post(f"bag {number}", "Jane Doe") for number in range(25)]
    posts, asked = heard(server), len(server.asked)
    server.photos = {one["id"] for one in photos}
    with pytest.raises(SourceError):
        lookup(server).look_up(list(posts.values()))
    assert len(server.asked) - asked < 12


def test_a_look_up_of_what_is_gone_takes_few_of_the_calls_that_the_page_is_read_with(server: FacebookServer) -> None:
    posts = [server.post(f"bag {number}", "Jane Doe") for number in range(lookup(server).most)]
    mentions = list(heard(server).values())
    for one in posts:
        server.delete(one)
    server.ids_asked = 0
    assert len(lookup(server).look_up(mentions).gone) == len(posts)
    assert server.ids_asked <= 4 * len(posts)


def test_what_was_answered_before_the_rate_limit_counts(server: FacebookServer) -> None:
    deleted, *_ = (server.post(f"bag {number}", "Jane Doe") for number in range(8))
    posts = heard(server)
    server.delete(deleted)
    # All, the half with it, a quarter of that, it alone; then its neighbour.
    server.inject(BY_ID, *[DELETED] * 4, too_often(32, 12))
    first, *_ = asked = [posts[f"bag {number}"] for number in range(8)]
    found = lookup(server).look_up(asked)
    assert (found.gone, found.served) == ({first.id: Fate.DELETED}, frozenset())


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (too_often(32, 12), SourceStatus.RATE_LIMITED),
        (EXPIRED, SourceStatus.UNAUTHORISED),
        (FAILS, SourceStatus.UNAVAILABLE),
        (NOT_JSON, SourceStatus.UNAVAILABLE),
        (HANGS, SourceStatus.UNAVAILABLE),
    ],
    ids=["rate", "token", "fails", "not json", "hangs"],
)
def test_a_fault_says_nothing_of_a_post(server: FacebookServer, fault: Fault, status: SourceStatus) -> None:
    server.post("You lost my bag", "Jane Doe")
    (post,) = heard(server).values()
    server.inject(BY_ID, *[fault] * 2)
    with pytest.raises(SourceError) as refused:
        lookup(server, seconds=10.5).look_up([post])
    assert refused.value.status is status


def test_an_answer_that_leaves_a_post_out_says_nothing_of_it(server: FacebookServer) -> None:
    server.post("You lost my bag", "Jane Doe")
    (post,) = heard(server).values()
    server.inject(BY_ID, Fault(200, {}))
    found = lookup(server).look_up([post])
    assert (found.served, found.gone) == (frozenset(), {})


def test_a_page_whose_token_ended_or_that_was_removed_loses_nothing_by_another(server: FacebookServer) -> None:
    server.post("You lost my bag", "Jane Doe")
    server.tag("Nimbus lost mine", "Eve")
    posts = heard(server)
    with FacebookServer("nimbuscargo", server.now, token="of-another-page") as other:
        other.page_id = "777"
        wall = other.post("Where is my crate?", "Kim")
        accounts = account_on(server), account_on(other, "nimbuscargo")
        second = stored(StreamListener(accounts[1], MemorySecret({"nimbuscargo": other.token}), server.now))
        tokens = {ACCOUNT: "ended", "nimbuscargo": other.token}
        both = [*posts.values(), *second.values()]
        other.delete(wall)
        # What is said at the other page is known; of the first one's posts nobody can tell.
        assert lookup_of(server.now, tokens, *accounts).look_up(both).gone == {wall["id"]: Fate.DELETED}
        assert lookup_of(server.now, tokens, accounts[1]).look_up([posts["You lost my bag"]]).gone == {}
        other.inject(BY_ID, DELETED)
        assert lookup_of(server.now, tokens | {ACCOUNT: server.token}, *accounts).look_up(both).served == {
            post.id for post in posts.values()
        }
