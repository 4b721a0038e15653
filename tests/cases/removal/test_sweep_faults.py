"""What holds up a sweep, or fools it: little time, one stubborn post, one of two servers, an X that fails."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from earshot.cases.removal.sweep.asking import SweptNetwork
from earshot.cases.removal.sweep.purse import FreePurse
from earshot.cases.removal.sweep.runner import SweepRunner
from earshot.cases.removal.sweep.sweeper import Sweeper
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.lookup import Fate
from earshot.mentions.sources.youtube.units import LOOK_UPS
from tests.cases.removal.sweep_fakes import HOUR, NOW, Bookings, Network, swept


def test_a_walk_that_takes_all_the_time_of_each_run_holds_up_no_removal() -> None:
    it = swept(400)
    it.network.gone = {"400": Fate.DELETED}
    it.run(NOW, calls=3)
    outcome = it.run(NOW + HOUR, calls=3)
    assert ("time of a run" in outcome.message, it.posts.removed) == (True, [("400", "deleted")])


def test_a_post_that_cannot_be_removed_holds_up_no_other_and_waits() -> None:
    it = swept()
    it.network.gone = {"2": Fate.DELETED, "3": Fate.DELETED, "4": Fate.DELETED}
    it.run(NOW)
    it.posts.stubborn = "3"
    outcome = it.run(NOW + HOUR)
    assert ([str(one) for one in outcome.failed], sorted(id for id, _ in it.posts.removed)) == (
        ["it cannot be removed"],
        ["2", "4"],
    )
    it.posts.stubborn = ""
    assert (list(it.state.suspects), it.run(NOW + 2 * HOUR).removed) == (["x#3"], 1)


def test_what_one_server_serves_says_nothing_of_another() -> None:
    it = swept(12)
    it.network.of_second = {"3", "6", "9"}
    it.network.gone = dict.fromkeys(("3", "6", "9", "12"), Fate.DELETED)
    outcomes = [it.run(NOW + hours * HOUR) for hours in range(3)]
    assert it.posts.removed == [("12", "deleted")]
    assert "second.example serves none of the 3 posts" in outcomes[-1].message
    it.network.gone = dict.fromkeys(("3", "6"), Fate.DELETED)
    it.run(NOW + 3 * HOUR)
    assert sorted(id for id, _ in it.posts.removed) == ["12", "3", "6"]


def test_what_x_refuses_to_answer_is_not_paid_for() -> None:
    it = swept(200, bookings=Bookings())
    it.network.gone = {"200": Fate.DELETED}
    it.run(NOW)
    assert it.bookings is not None
    before = dict(it.bookings)
    it.network.fails = SourceError(SourceStatus.UNAVAILABLE, "down")
    for hours in range(1, 9):
        it.run(NOW + hours * HOUR)
    assert it.bookings == before


def test_of_calls_that_streams_are_read_with_a_run_takes_a_share() -> None:
    purse = FreePurse.of("mastodon")
    many = list(swept(80).posts.stored.values())
    assert [purse.take(many, owed=False) for _ in range(3)] == [80, 20, 0]
    assert purse.take(many[:5], owed=True) == 5


@pytest.mark.parametrize(
    ("network", "posts_a_call", "calls_a_day"),
    # What look-ups may take in the 24 runs of a day, without what is owed.
    [("reddit", 100, 24 * 60), ("youtube", 50, LOOK_UPS.a_day), ("facebook", 1, 4_800 - 3_000)],
)
def test_what_runs_take_is_within_what_the_network_allows_beside_its_streams(
    network: str, posts_a_call: int, calls_a_day: int
) -> None:
    many = list(swept(5_000).posts.stored.values())
    taken = FreePurse.of(network).take(many, owed=False)
    assert 0 < 24 * taken / posts_a_call <= calls_a_day


def test_another_network_begins_each_hour() -> None:
    it, order = swept(), list[str]()
    sweeper = Sweeper(it.posts, it.posts, it.sent.extend, lambda: True, lambda: True)
    nothing: Any = SimpleNamespace(asked=list)
    busy: Any = SimpleNamespace(acquire=lambda key, *_: order.append(key))  # by another run
    runner = SweepRunner(sweeper, nothing, nothing, busy, timedelta(days=30))
    networks = [SweptNetwork(name, Network()) for name in ("x", "bluesky", "reddit")]
    for hours in range(3):
        runner.run(networks, "run", NOW + hours * HOUR)
    assert {*order[::3]} == {"sweep#x", "sweep#bluesky", "sweep#reddit"}


def test_a_network_that_has_no_time_in_a_run_is_not_begun() -> None:
    it = swept()
    sweeper = Sweeper(it.posts, it.posts, it.sent.extend, lambda: False, lambda: True)
    nothing: Any = SimpleNamespace(asked=list)
    runner = SweepRunner(sweeper, nothing, nothing, nothing, timedelta(days=30))
    # The states of networks are not so much as read: what is due stays due.
    done = runner.run([SweptNetwork("x", Network())], "run", NOW)
    assert (done.outcomes, done.errors) == ({}, [])
