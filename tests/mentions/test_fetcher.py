"""One run after another over a feed, through the real Tweepy against the X stand-in."""

from datetime import timedelta

import pytest

from earshot.errors import ConflictError
from earshot.mentions.feeds import Feed, FeedKind
from earshot.mentions.queue import QueueError
from earshot.mentions.source_state import SourceStatus
from infra.local.x.faults import EMPTY, FORBIDDEN, SERVER_ERROR, XFault
from tests.fakes import START
from tests.mentions.fakes import JANE, NIMBUS, post
from tests.mentions.listener import MENTIONS, Listener

SEARCH = Feed(FeedKind.SEARCH, "nimbus air")
OWN = Feed(FeedKind.OWN, "NimbusAir")


def test_the_first_run_is_a_baseline_and_the_next_is_not(listener: Listener) -> None:
    listener.api.add(post(1, minutes=-60), post(2, minutes=-1))
    assert listener.run().state.status is SourceStatus.BASELINE
    listener.api.add(post(3, minutes=0.5))
    assert listener.run(minutes=1).state.status is SourceStatus.OK
    assert [(mention.id, mention.baseline) for mention in listener.queue.mentions] == [
        ("1000001", True),
        ("1000002", True),
        ("1000003", False),
    ]


def test_a_baseline_is_bounded_in_time_and_pages(listener: Listener) -> None:
    listener.api.largest_page = 5
    listener.api.add(post(1, minutes=-60 * 30), *(post(n, minutes=n - 100) for n in range(2, 40)))
    listener.run()
    assert listener.queue.ids == [str(1_000_000 + n) for n in range(25, 40)]
    assert listener.checkpoint().sweep is None


def test_a_baseline_that_was_cut_short_continues_as_a_baseline(listener: Listener) -> None:
    listener.api.largest_page = 5
    listener.api.add(*(post(n, minutes=n - 60) for n in range(12)))
    listener.api.inject(None, None, SERVER_ERROR)
    assert listener.run().queued == 5
    listener.api.add(post(12, minutes=0.5))
    listener.run(minutes=1)
    marked = {mention.id: mention.baseline for mention in listener.queue.mentions}
    assert marked == {str(1_000_000 + n): n < 12 for n in range(13)}


def test_posts_are_enqueued_once_and_oldest_first(listener: Listener) -> None:
    listener.run()
    listener.api.largest_page = 5
    listener.api.add(*(post(n, minutes=n / 10) for n in range(20)))
    for _ in range(5):
        listener.run(minutes=1)
    assert listener.queue.ids == [str(1_000_000 + n) for n in range(20)]


def test_a_post_that_x_indexes_late_is_found(listener: Listener) -> None:
    listener.run()
    late = post(1, minutes=1, visible_at=START + timedelta(minutes=4))
    listener.api.add(late, post(2, minutes=2))
    listener.run(minutes=3)
    assert listener.queue.ids == ["1000002"]
    listener.run(minutes=2)
    assert listener.queue.ids == ["1000002", "1000001"]


def test_an_index_that_lags_for_hours_loses_nothing(listener: Listener) -> None:
    listener.api.add(post(1, minutes=-1))
    listener.run()
    listener.api.add(*(post(n, minutes=n, visible_at=START + timedelta(hours=3)) for n in range(2, 90)))
    for _ in range(4):
        listener.run(hours=1)
    assert sorted(listener.queue.ids) == [str(1_000_000 + n) for n in range(1, 90)]


def test_a_second_run_at_the_same_time_does_nothing(listener: Listener) -> None:
    listener.sources.acquire(MENTIONS.key, "another", listener.clock.now, timedelta(minutes=2))
    assert listener.run().skipped
    assert listener.api.calls == []
    assert not listener.run(minutes=3).skipped


def test_a_run_that_lost_its_lease_saves_no_checkpoint(listener: Listener) -> None:
    listener.api.add(post(1, minutes=-1))
    send = listener.queue.send

    def slow_send(mentions: object) -> int:
        listener.sources.leases[MENTIONS.key] = ("another", listener.clock.now)
        return send(mentions)

    listener.queue.send = slow_send
    with pytest.raises(ConflictError, match="x#mentions#NimbusAir"):
        listener.run()
    assert MENTIONS.key not in listener.sources.checkpoints


def test_the_checkpoint_stays_and_the_lease_is_released_if_the_queue_fails(listener: Listener) -> None:
    listener.api.add(post(1, minutes=-1))
    listener.queue.refuses = True
    with pytest.raises(QueueError):
        listener.run()
    listener.queue.refuses = False
    listener.run(minutes=1)
    assert listener.queue.ids == ["1000001"]


def test_a_search_not_run_for_nine_days_reports_a_gap(listener: Listener) -> None:
    listener.run(SEARCH)
    listener.api.add(post(1, "nimbus air", minutes=60), post(2, "nimbus air", minutes=60 * 24 * 8))
    outcome = listener.run(SEARCH, days=9)
    assert outcome.state.status is SourceStatus.STALE_CHECKPOINT
    assert outcome.state.gap.start == START
    assert outcome.state.gap.end == START + timedelta(days=2, minutes=1)
    assert listener.queue.ids == ["1000002"]
    again = listener.run(SEARCH, minutes=1)
    assert again.state.status is SourceStatus.OK
    assert again.state.gap == outcome.state.gap


def test_a_search_without_new_posts_is_not_stale(listener: Listener) -> None:
    listener.api.add(post(1, "nimbus air", minutes=-5))
    listener.run(SEARCH)
    for _ in range(4):
        assert listener.run(SEARCH, days=3).state.status is SourceStatus.OK


def test_more_mentions_than_x_serves_are_searched_for(listener: Listener) -> None:
    listener.api.add(post(0, minutes=-1))
    listener.run()
    listener.api.add(*(post(n, minutes=n / 20) for n in range(1, 1_000)))
    outcome = listener.run(hours=1)
    assert (outcome.state.status, outcome.state.gap) == (SourceStatus.OK, None)
    assert sorted(listener.queue.ids) == [str(1_000_000 + n) for n in range(1_000)]
    assert listener.sources.ledgers[MENTIONS.key].read_to == listener.clock.now


def test_a_crowd_that_no_run_can_read_is_read_by_several_and_each_post_once(listener: Listener) -> None:
    listener.run()
    listener.api.add(*(post(n, minutes=0.1 + n / 3_000) for n in range(1_100)))
    listener.pages = 10
    first = listener.run(minutes=2)
    assert "next run continues" in first.state.message
    (left,) = listener.sources.ledgers[MENTIONS.key].waiting
    assert left.start < START < left.end
    listener.pages = 1_000
    listener.api.add(post(5_000, minutes=2.5))
    listener.run(minutes=1)
    assert len(listener.queue.ids) == len(set(listener.queue.ids)) == 1_101
    assert listener.sources.ledgers[MENTIONS.key].waiting == ()
    assert listener.run(minutes=1).queued == 0


def test_more_mentions_than_x_serves_are_a_gap_where_it_refuses_the_search(listener: Listener) -> None:
    listener.api.add(post(0, minutes=-1))
    listener.run()
    listener.api.add(*(post(n, minutes=n / 20) for n in range(1, 1_000)))
    listener.api.inject(*[None] * 8, FORBIDDEN)
    outcome = listener.run(hours=1)
    assert outcome.state.status is SourceStatus.STALE_CHECKPOINT
    assert "800 newest" in outcome.state.gap.why
    assert outcome.state.gap.start == START - timedelta(minutes=11)
    assert outcome.state.gap.end == START + timedelta(minutes=10)
    assert len(listener.queue.ids) == 801


def test_a_sweep_that_ran_out_of_time_continues_where_it_stopped(listener: Listener) -> None:
    listener.run()
    listener.api.largest_page = 5
    listener.api.add(*(post(n, minutes=n / 100) for n in range(30)))
    listener.pages = 2
    first = listener.run(minutes=1)
    assert first.queued == 10
    assert "next run continues" in first.state.message
    listener.run(minutes=1)
    assert listener.api.calls[-2].params["end_time"] == "2026-11-21T09:00:13Z"
    for _ in range(4):
        listener.run(minutes=1)
    assert len(listener.queue.ids) == len(set(listener.queue.ids)) == 30


def test_an_empty_page_with_a_token_is_not_the_last_one(listener: Listener) -> None:
    listener.run()
    listener.api.largest_page = 5
    listener.api.add(*(post(n, minutes=n / 100) for n in range(12)))
    listener.api.inject(EMPTY)
    assert listener.run(minutes=1).queued == 7


def test_the_account_is_looked_up_once(listener: Listener) -> None:
    for _ in range(3):
        listener.run(minutes=1)
    assert sum("by/username" in call.path for call in listener.api.calls) == 1


def test_an_unreadable_post_is_dead_lettered_once_and_the_others_are_enqueued(
    listener: Listener,
) -> None:
    listener.run()
    page = b'{"data": [{"id": "7", "text": "no author"}, {"id": "8", "text": "@NimbusAir hi", "author_id": "1",'
    page += b' "created_at": "2026-11-21T09:00:30Z"}], "meta": {"result_count": 2}}'
    listener.api.inject(XFault(body=page), XFault(body=page))
    first, second = listener.run(minutes=1), listener.run(minutes=1)
    assert (first.queued, first.rejected, second.queued, second.rejected) == (1, 1, 0, 0)
    ((body, reason, error),) = listener.dead_letters.letters
    assert body == '{"id": "7", "text": "no author"}'
    assert "author_id" in reason
    assert error == "MentionError"


def test_the_brands_own_posts_are_marked_as_own(listener: Listener) -> None:
    listener.api.add(post(1, "I am stuck @NimbusAir", minutes=-5))
    listener.api.add(post(2, "@jane We are on it.", minutes=-1, author=NIMBUS, in_reply_to_id="1000001"))
    listener.run(OWN)
    (own,) = listener.queue.mentions
    assert (own.own, own.brand, own.in_reply_to_id) == (True, "NimbusAir", "1000001")


def test_a_repost_of_a_post_older_than_the_baseline_alerts_nobody(listener: Listener) -> None:
    old = post(1, "@NimbusAir lost my bag", minutes=-60 * 24 * 30)
    listener.api.add(old)
    listener.run()
    listener.api.add(post(2, "RT", minutes=1, author=JANE, reposted_id=old.id))
    listener.run(minutes=2)
    assert [(mention.id, mention.baseline) for mention in listener.queue.mentions] == [
        ("1000001", True),
        ("1000002", False),
    ]


def test_the_original_of_many_reposts_is_enqueued_once(listener: Listener) -> None:
    listener.run()
    listener.api.add(post(1, "@NimbusAir lost my bag", minutes=-60 * 24 * 30))
    for n in range(2, 12):
        listener.api.add(post(n, "RT", minutes=n / 2, reposted_id="1000001"))
        listener.run(seconds=30)
    listener.run(minutes=2)
    assert listener.queue.ids.count("1000001") == 1
