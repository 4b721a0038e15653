"""The rules of the sweep: what is removed, and what no fault of a network ever removes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.cases.removal.sweep.asking import CONFIRMED_AFTER, CONTROLS, MANY_CONFIRMED_AFTER
from earshot.cases.removal.sweep.outcome import MANY
from earshot.cases.removal.sweep.purse import LOOKUPS, OWED
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.lookup import Fate, NewerText
from tests.cases.removal.sweep_fakes import HOUR, NOW, Bookings, swept
from tests.fakes import START, a_judgement, a_mention


def test_what_is_gone_twice_is_removed_once_and_its_neighbours_are_not() -> None:
    it = swept()
    it.network.gone = {"2": Fate.DELETED, "3": Fate.PROTECTED}
    assert (it.run(NOW).removed, it.posts.removed) == (0, [])
    assert it.run(NOW + CONFIRMED_AFTER / 2).removed == 0
    assert sorted(it.run(NOW + HOUR).removed for _ in "12") == [0, 2]
    assert sorted(it.posts.removed) == [("2", "deleted"), ("3", "protected")]
    assert not it.state.suspects


def test_what_comes_back_in_between_stays() -> None:
    it = swept()
    it.network.gone = {"2": Fate.DELETED}
    it.run(NOW)
    it.network.gone = {}
    it.run(NOW + HOUR)
    it.network.gone = {"2": Fate.DELETED}
    assert it.run(NOW + 2 * HOUR).removed == 0


def test_a_receipt_whose_run_died_after_the_last_item_gets_its_end() -> None:
    it = swept()
    it.network.gone = {"2": Fate.DELETED}
    it.run(NOW)
    del it.posts.stored["x#2"]
    it.run(NOW + HOUR)
    assert (it.posts.finished, it.state.suspects) == ([("x#2", "deleted")], {})


@pytest.mark.parametrize("status", [SourceStatus.RATE_LIMITED, SourceStatus.UNAVAILABLE, SourceStatus.UNAUTHORISED])
def test_a_refusal_removes_nothing_and_takes_nothing_back(status: SourceStatus) -> None:
    it = swept()
    it.network.gone = {"2": Fate.DELETED}
    it.run(NOW)
    it.network.fails = SourceError(status, "no")
    outcome = it.run(NOW + HOUR)
    assert (outcome.status, outcome.removed, list(it.state.suspects)) == (status, 0, ["x#2"])
    it.network.fails = None
    assert it.run(NOW + 2 * HOUR).removed == 1


def test_a_post_of_which_nothing_is_said_stays() -> None:
    it = swept()
    it.network.silent = {"2"}
    assert [it.run(NOW + hours * HOUR).removed for hours in range(3)] == [0, 0, 0]


@pytest.mark.parametrize("count", [3, 60])
def test_where_all_is_gone_nothing_is_removed_and_that_is_said(count: int) -> None:
    it = swept(count)
    it.network.gone = {str(id): Fate.DELETED for id in range(1, count + 1)}
    outcomes = [it.run(NOW + hours * HOUR) for hours in range(0, 48, 6)]
    assert it.posts.removed == []
    assert all("nothing is removed" in outcome.message for outcome in outcomes[1:])
    # Access is back, with what really went.
    it.network.gone = {"1": Fate.DELETED}
    it.run(NOW + 50 * HOUR)
    assert [id for id, _ in it.posts.removed] == ["1"]


def test_the_brands_own_post_shows_that_a_small_network_serves() -> None:
    it = swept(1)
    own = StoredMention(a_mention("9", own=True), a_judgement(), START)
    it.posts.stored[own.mention.key] = own
    it.network.gone = {"1": Fate.DELETED}
    it.run(NOW)
    assert it.run(NOW + HOUR).removed == 1


def test_when_most_is_gone_the_network_has_hours_to_recover() -> None:
    count = 2 * MANY
    it = swept(count)
    it.network.gone = {str(id): Fate.DELETED for id in range(1, count - 1)}
    it.run(NOW)
    assert it.run(NOW + MANY_CONFIRMED_AFTER - HOUR).removed == 0
    assert it.run(NOW + MANY_CONFIRMED_AFTER).removed == count - 2


def test_posts_of_which_nothing_is_said_do_not_hide_that_most_is_gone() -> None:
    it = swept(60)
    it.network.gone = {str(id): Fate.DELETED for id in range(36, 61)}
    it.network.silent = {str(id) for id in range(16, 36)}
    it.run(NOW, calls=3)
    assert it.state.suspects
    assert it.run(NOW + HOUR).removed == 0


def test_a_run_that_is_cut_goes_on_and_comes_to_the_end() -> None:
    it = swept(40)
    it.network.most = 4
    for hours in range(24):
        it.run(NOW + hours * HOUR, calls=3)
    asked = {id for call in it.network.calls for id in call}
    assert asked == {str(id) for id in range(1, 41)}
    assert it.state.place is None


def test_an_edited_post_is_judged_again_with_its_newest_text() -> None:
    it = swept()
    it.network.edited = {"4": NewerText("now it says this", ("15",))}
    it.run(NOW)
    assert [(one.id, one.text, one.version_id, one.edited_at) for one in it.sent] == [
        ("4", "now it says this", "15", NOW)
    ]


def test_of_an_author_who_is_gone_all_is_asked_for_at_once() -> None:
    it = swept(12)
    for key, post in it.posts.stored.items():
        # All but two are old: only a walk would come to them.
        if post.mention.id not in ("11", "12"):
            old = replace(post.mention, created_at=START - timedelta(days=20))
            it.posts.stored[key] = replace(post, mention=old)
    it.network.gone = dict.fromkeys(("4", "8", "12"), Fate.PROTECTED)
    it.run(START + HOUR, calls=4)
    assert {"x#4", "x#8", "x#12"} == set(it.state.suspects)


def test_x_is_asked_for_what_its_share_pays_and_what_is_gone_costs_nothing() -> None:
    it = swept(500, bookings=Bookings())
    it.network.most = 100
    it.network.gone = {"500": Fate.DELETED}
    outcome = it.run(NOW)
    assert it.bookings is not None
    day = f"{NOW:%Y-%m-%d}"
    # A tenth of $50, over the days of the month that are left; each that is served is $0.005.
    for_today = 5_000_000 // (30 - NOW.day + 1)
    assert it.bookings[LOOKUPS, day] == it.bookings["x", day] == 5_000 * (outcome.asked - 1)
    assert for_today - 5_000 <= it.bookings[LOOKUPS, day] <= for_today
    assert "used up" in outcome.message
    # What was gone is asked for all the same, with a few posts that show that X serves any.
    assert it.run(NOW + HOUR).removed == 1
    assert it.bookings[LOOKUPS, day] <= for_today + CONTROLS * 5_000


def test_what_was_read_today_is_looked_up_for_nothing_and_a_spent_budget_stops_the_rest() -> None:
    it = swept(20, bookings=Bookings())
    assert it.run(START + HOUR).asked == 20
    assert it.bookings is not None
    assert not any(it.bookings.values())
    later = swept(20, bookings=Bookings({("x", f"{NOW:%Y-%m}"): 40_000_000}))
    assert later.run(NOW).asked == 0


def test_without_money_what_was_gone_is_still_confirmed_and_a_few_at_most_are_paid() -> None:
    it = swept(300, bookings=Bookings())
    assert it.bookings is not None
    it.network.gone = {str(id): Fate.DELETED for id in range(150, 301)}
    it.run(START + HOUR)
    month = f"{NOW:%Y-%m}"
    it.bookings["x", month] = it.bookings["x", f"{NOW:%Y-%m-%d}"] = 50_000_000
    # Access was out of order: all are there. Only so many are paid for that nobody has agreed to.
    it.network.gone = {}
    it.run(NOW)
    assert it.bookings["x", month] - 50_000_000 <= OWED * 5_000
    assert len(it.state.suspects) >= 51
    really = {key.removeprefix("x#") for key in list(it.state.suspects)[:2]}
    it.network.gone = dict.fromkeys(really, Fate.DELETED)
    for hours in range(1, 4):
        it.run(NOW + hours * HOUR)
    assert {id for id, _ in it.posts.removed} == really
