"""History is what was written before a feed began; everything later is news, however late X shows it."""

from datetime import timedelta
from itertools import permutations

import pytest

from earshot.cases.case.ladder import Alerting
from earshot.mentions.feeds import Feed, FeedKind
from earshot.mentions.source_state import SourceStatus
from infra.local.x.description import ApiVersion
from infra.local.x.faults import FORBIDDEN, OUT_OF_CREDIT, SERVER_ERROR, UNAUTHORISED, UNAVAILABLE, XFault
from tests.cases.test_classifier import classify
from tests.fakes import START, MemoryStore
from tests.mentions.fakes import post
from tests.mentions.listener import MENTIONS, Listener

OWN = Feed(FeedKind.OWN, "NimbusAir")
SEARCH = Feed(FeedKind.SEARCH, "nimbus air")
TEXT = "@NimbusAir Nimbus Air lost my suitcase, I am stranded and furious"
FEEDS = pytest.mark.parametrize("feed", [MENTIONS, SEARCH], ids=lambda feed: feed.kind)


@pytest.fixture(params=[ApiVersion.V2_166])
def version(request: pytest.FixtureRequest) -> ApiVersion:
    """Nothing here depends on the names of fields."""
    return request.param


def heard(listener: Listener) -> dict[str, bool]:
    """Whether each post that was queued was history."""
    return {mention.id: mention.baseline for mention in listener.queue.mentions}


# ------------------------------------------------------------------------------------------------- indexed late


@FEEDS
@pytest.mark.parametrize("minutes", [1, 5, 9, 60])
def test_a_feed_that_never_had_a_post_loses_none_that_is_indexed_late(
    listener: Listener, feed: Feed, minutes: int
) -> None:
    listener.run(feed)
    listener.api.add(post(1, TEXT, minutes=0.5, visible_at=START + timedelta(minutes=minutes)))
    for _ in range(minutes + 1):
        listener.run(feed, minutes=1)
    assert heard(listener) == {"1000001": False}


@FEEDS
def test_a_post_that_is_indexed_nine_minutes_late_is_found_though_others_came_since(
    listener: Listener, feed: Feed
) -> None:
    listener.run(feed)
    listener.api.add(post(100, TEXT, minutes=1, visible_at=START + timedelta(minutes=10)))
    listener.api.add(*(post(n, TEXT, minutes=n) for n in range(1, 12)))
    for _ in range(12):
        listener.run(feed, minutes=1)
    assert "1000100" in listener.queue.ids
    assert len(listener.queue.ids) == len(set(listener.queue.ids)) == 12


def test_a_search_that_never_had_a_post_is_read_as_far_back_as_x_allows(listener: Listener) -> None:
    listener.run(SEARCH)
    for _ in range(10):
        assert listener.run(SEARCH, days=1).state.status is SourceStatus.OK
    assert all(call.status == 200 for call in listener.api.calls)


# ---------------------------------------------------------------------------------------------- when a feed begins


@FEEDS
@pytest.mark.parametrize("fault", [SERVER_ERROR, UNAVAILABLE, XFault(200, b"{}")])
def test_what_is_written_after_the_first_run_is_news_though_x_failed_in_it(
    listener: Listener, feed: Feed, fault: XFault
) -> None:
    listener.api.add(post(1, TEXT, minutes=-1), post(2, TEXT, minutes=0.5))
    for _ in range(3):
        listener.api.inject(fault)
        listener.run(feed, seconds=20)
        listener.api.faults.clear()
    listener.run(feed, minutes=1)
    assert heard(listener) == {"1000001": True, "1000002": False}


@FEEDS
@pytest.mark.parametrize("fault", [UNAUTHORISED, FORBIDDEN, OUT_OF_CREDIT])
def test_a_feed_begins_when_its_setup_is_complete(listener: Listener, feed: Feed, fault: XFault) -> None:
    listener.api.add(post(1, TEXT, minutes=30), post(2, TEXT, minutes=60.5))
    for _ in range(2):
        listener.api.inject(fault, fault)
        listener.run(feed)
        listener.api.faults.clear()
    listener.run(feed, hours=1)
    listener.run(feed, minutes=1)
    assert heard(listener) == {"1000001": True, "1000002": False}


@FEEDS
def test_a_feed_that_has_begun_is_not_begun_again_by_a_token_that_expires(listener: Listener, feed: Feed) -> None:
    listener.run(feed)
    listener.api.add(post(1, TEXT, minutes=0.5))
    listener.api.inject(UNAUTHORISED, UNAUTHORISED)
    listener.run(feed, minutes=1)
    listener.run(feed, hours=1)
    assert heard(listener) == {"1000001": False}


def test_a_first_run_that_x_delays_reads_all_that_is_news_and_not_only_its_three_pages(listener: Listener) -> None:
    listener.api.largest_page = 5
    listener.api.add(*(post(n, TEXT, minutes=n - 30) for n in range(60)))
    listener.api.inject(None, SERVER_ERROR)
    listener.run()
    listener.run(minutes=40)
    listener.run(minutes=1)
    news = {id for id, is_history in heard(listener).items() if not is_history}
    assert news == {str(1_000_000 + n) for n in range(30, 60)}
    assert not listener.state().gap


def test_a_first_run_that_x_delays_until_more_was_written_than_it_serves_searches_for_the_rest(
    listener: Listener,
) -> None:
    listener.api.inject(None, SERVER_ERROR)
    listener.run()
    listener.api.add(*(post(n, TEXT, minutes=n / 100) for n in range(1, 900)))
    assert listener.run(minutes=40).state.gap is None
    assert heard(listener) == {str(1_000_000 + n): False for n in range(1, 900)}


@FEEDS
def test_history_that_is_met_again_stays_history_though_the_newest_post_was_deleted(
    listener: Listener, feed: Feed
) -> None:
    listener.api.add(*(post(n, TEXT, minutes=-n) for n in range(1, 30)))
    listener.run(feed)
    for n in range(1, 30):
        del listener.api.archive.posts[str(1_000_000 + n)]
        listener.run(feed, minutes=1)
    assert all(heard(listener).values())
    assert len(listener.queue.ids) == 29


# ------------------------------------------------------------------------------------------------------- two feeds


@pytest.mark.parametrize("order", list(permutations([MENTIONS, SEARCH])), ids=lambda order: order[0].kind)
@pytest.mark.parametrize("is_one_run", [True, False])
@pytest.mark.parametrize("seconds", [-20, 20])
def test_a_new_search_term_silences_nothing_that_another_feed_brings_as_news(
    listener: Listener, order: tuple[Feed, ...], is_one_run: bool, seconds: int
) -> None:
    """The term begins at minute 5; the post is written shortly before, or after, and each feed finds it."""
    listener.run(MENTIONS)
    listener.api.add(post(1, TEXT, minutes=5 + seconds / 60))
    listener.clock.advance(minutes=5)
    listener.run_all(order) if is_one_run else [listener.run(feed) for feed in order]
    listener.run_all(order, minutes=1)
    found = listener.queue.mentions
    assert False in {mention.baseline for mention in found}
    for delivered in permutations([*found, *found]):
        for batches in ([delivered], [[mention] for mention in delivered]):
            store = MemoryStore()
            for batch in batches:
                classify(store, *batch)
            (case,) = store.cases
            assert (case.posts.is_history, case.ladder.alerting) == (False, Alerting.DUE)


def test_a_post_that_two_feeds_bring_in_one_run_is_queued_and_booked_once(listener: Listener) -> None:
    feeds = [MENTIONS, OWN, SEARCH]
    listener.run_all(feeds)
    listener.api.add(*(post(n, TEXT, minutes=n / 100) for n in range(80)))
    spent = listener.sources.spent("x", "2026-11")
    outcomes = listener.run_all(feeds, minutes=1)
    assert [outcome.queued for outcome in outcomes] == [80, 0, 0]
    assert [outcome.posts_read for outcome in outcomes] == [80, 0, 80]
    assert len(listener.queue.ids) == 80
    assert listener.sources.spent("x", "2026-11") == spent + 80 * 5_000
    assert sum(outcome.queued for outcome in listener.run_all(feeds, minutes=1)) == 0


def test_history_of_one_feed_does_not_stand_for_the_news_of_another(listener: Listener) -> None:
    listener.run(MENTIONS)
    listener.api.add(post(1, TEXT, minutes=4.5))
    listener.run_all([SEARCH, MENTIONS], minutes=5)
    assert [mention.baseline for mention in listener.queue.mentions] == [True, False]
    listener.queue.mentions.clear()
    listener.api.add(post(2, TEXT, minutes=6))
    listener.run_all([MENTIONS, SEARCH, Feed(FeedKind.SEARCH, "suitcase")], minutes=2)
    assert heard(listener) == {"1000002": False, "1000001": True}
