"""The sweep, where a network hangs, trickles, resets or answers garbage, and where the table does not answer."""

import json
from collections.abc import Iterator

import boto3
import pytest

from earshot.cases.removal.sweep.state import sweep_key
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Author
from earshot.mentions.sources.social import client
from earshot.mentions.sources.social.accounts import SocialAccount, accounts_as_toml
from earshot.mentions.sources.social.table import AccountsTable
from tests.fakes import CASE, a_mention
from tests.outages.server import Fault, FaultyServer
from tests.outages.world import World, world

TICK = {"version": "2.0"}


@pytest.fixture
def earshot(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world(monkeypatch, SOCIAL_SECRET_ID="accounts") as one:
        yield one


def test_an_x_out_of_order_removes_nothing_and_is_a_state_in_time(earshot: World) -> None:
    earshot.made.hear(a_mention())
    for fault in Fault:
        earshot.rewire()
        # What was seen gone once waits for a second answer.
        earshot.made.clock.advance(hours=7)
        with FaultyServer(fault) as server:
            done = earshot.call("sweep", TICK, X_API_URL=server.url)
        assert (done.error, done.answer["removed"]) == (None, {"x": 0}), fault
        assert done.is_in_time, fault
        (state,) = earshot.made.sources.states([sweep_key("x")])
        assert not state.status.is_success, fault
    case = earshot.made.cases.conversation(CASE).case
    assert case is not None
    assert case.posts.headline.text == a_mention().text


POSTS = {
    "bluesky": ("nimbusair.bsky.social", "did:plc:abc.3kx"),
    "mastodon": ("care@nimbus.example", "112@nimbus.example"),
    "reddit": ("nimbusair_care", "t3_abc"),
    "youtube": ("nimbusair", "UgzAbc"),
    "facebook": ("nimbusair", "1029384756_9001"),
}


@pytest.mark.parametrize("network", POSTS)
def test_another_network_out_of_order_removes_nothing_and_is_a_state_in_time(
    earshot: World, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TOTAL_SECONDS", 0.3)  # of real time, in place of 13
    account, id = POSTS[network]
    post = a_mention(id, source=network, author=Author("7", "jane"), conversation_id=id)
    earshot.made.hear(post)
    secrets = boto3.client("secretsmanager")
    secrets.create_secret(Name="accounts", SecretString=json.dumps({network: {account: "an:app"}}))
    for fault in set(Fault) - {Fault.UNKNOWN}:
        earshot.rewire()
        earshot.made.clock.advance(hours=7)
        with FaultyServer(fault) as server:
            listed = accounts_as_toml([SocialAccount(network, account, "NimbusAir", host=server.url)])
            AccountsTable(earshot.made.client, "SourceTable").write(listed, earshot.made.clock())
            done = earshot.call("sweep", TICK, FEED_LOOPBACK="on")
            assert server.requests or fault is Fault.REFUSE
        assert (done.error, done.answer["removed"][network]) == (None, 0), fault
        assert done.is_in_time, fault
        (state,) = earshot.made.sources.states([sweep_key(network)])
        assert not state.status.is_success, fault
    stored = earshot.made.cases.post(post.key)
    assert isinstance(stored, StoredMention)
    assert stored.mention.text == post.text


def test_a_table_that_does_not_answer_ends_it_in_time(earshot: World) -> None:
    with earshot.broken("dynamodb", Fault.HANG):
        done = earshot.call("sweep", TICK)
    assert done.error is not None
    assert done.is_in_time
