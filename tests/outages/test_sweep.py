"""The sweep, where X hangs, trickles, resets or answers garbage, and where the table does not answer."""

from collections.abc import Iterator

import pytest

from earshot.cases.removal.sweep.state import sweep_key
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


def test_a_table_that_does_not_answer_ends_it_in_time(earshot: World) -> None:
    with earshot.broken("dynamodb", Fault.HANG):
        done = earshot.call("sweep", TICK)
    assert done.error is not None
    assert done.is_in_time
