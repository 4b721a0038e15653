"""The rules of fetching, through the real Tweepy against the X stand-in."""

from datetime import timedelta

import pytest

from earshot.errors import ConflictError
from earshot.mentions.feeds import Feed, FeedKind
from earshot.mentions.queue import QueueError
from earshot.mentions.source_state import SourceStatus
from infra.local.x.faults import (
    EMPTY,
    FORBIDDEN,
    NOT_JSON,
    OUT_OF_CREDIT,
    PARTIAL,
    RATE_LIMITED,
    RESET,
    SERVER_ERROR,
    UNAUTHORISED,
    UNAVAILABLE,
    XFault,
    problem,
    stale_since_id,
)
from tests.fakes import START
from tests.mentions.fakes import JANE, NIMBUS, post
from tests.mentions.listener import MENTIONS, Listener

SEARCH = Feed(FeedKind.SEARCH, "nimbus air")
OWN = Feed(FeedKind.OWN, "NimbusAir")
NO_OBJECT = XFault(503, b'["Over capacity"]')
STRANGE_RESET = problem(429, "Too Many Requests", "Slow down", **{"x-rate-limit-reset": "soon"})
BAD_QUERY = problem(400, "Invalid Request", "Ambiguous use of and")
GONE = problem(404, "Not Found", "No such user")
HANG = XFault(hang=1.0)


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


def test_a_baseline_that_is_cut_goes_on_as_a_baseline(listener: Listener) -> None:
    listener.api.largest_page = 5
    listener.api.add(*(post(n, minutes=n - 60) for n in range(12)))
    listener.api.inject(None, None, SERVER_ERROR)
    assert listener.run().queued == 5
    listener.api.add(post(12, minutes=0.5))
    listener.run(minutes=1)
    marked = {mention.id: mention.baseline for mention in listener.queue.mentions}
    assert marked == {str(1_000_000 + n): n < 12 for n in range(13)}


def test_posts_are_queued_oldest_first_and_once(listener: Listener) -> None:
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
    assert listener.run().waited
    assert listener.api.calls == []
    assert not listener.run(minutes=3).waited


def test_a_lease_lost_meanwhile_stops_the_checkpoint(listener: Listener) -> None:
    listener.api.add(post(1, minutes=-1))
    send = listener.queue.send

    def slow_send(mentions: object) -> int:
        listener.sources.leases[MENTIONS.key] = ("another", listener.clock.now)
        return send(mentions)

    listener.queue.send = slow_send
    with pytest.raises(ConflictError, match="x#mentions#NimbusAir"):
        listener.run()
    assert MENTIONS.key not in listener.sources.checkpoints


def test_a_queue_that_refuses_keeps_the_checkpoint_and_frees_the_lease(listener: Listener) -> None:
    listener.api.add(post(1, minutes=-1))
    listener.queue.refuses = True
    with pytest.raises(QueueError):
        listener.run()
    listener.queue.refuses = False
    listener.run(minutes=1)
    assert listener.queue.ids == ["1000001"]


@pytest.mark.parametrize(
    "fault, status, message",
    [
        (UNAUTHORISED, SourceStatus.UNAUTHORISED, "refuses the bearer token: Unauthorized."),
        (OUT_OF_CREDIT, SourceStatus.OUT_OF_CREDIT, "out of credit"),
        (FORBIDDEN, SourceStatus.FORBIDDEN, "not attached to a project"),
        (RATE_LIMITED, SourceStatus.RATE_LIMITED, "Nothing is read before 09:16:00 UTC"),
        (STRANGE_RESET, SourceStatus.UNAVAILABLE, "nobody can read"),
        (BAD_QUERY, SourceStatus.MISCONFIGURED, "Ambiguous use of and. Check the handles"),
        (GONE, SourceStatus.MISCONFIGURED, "No such user"),
        (SERVER_ERROR, SourceStatus.UNAVAILABLE, "status 500: Something went wrong."),
        (UNAVAILABLE, SourceStatus.UNAVAILABLE, "status 503"),
        (NO_OBJECT, SourceStatus.UNAVAILABLE, "nobody can read"),
        (NOT_JSON, SourceStatus.UNAVAILABLE, "no JSON"),
        (XFault(200, b"[]"), SourceStatus.UNAVAILABLE, "no object"),
        (XFault(200, b'{"data": "x"}'), SourceStatus.UNAVAILABLE, "no page of posts"),
        (RESET, SourceStatus.UNAVAILABLE, "could not be reached (ConnectionError)"),
        (HANG, SourceStatus.UNAVAILABLE, "could not be reached (ReadTimeout)"),
    ],
)
def test_a_fault_on_the_third_page_ends_in_a_named_state_and_loses_no_post(
    listener: Listener, fault: XFault, status: SourceStatus, message: str
) -> None:
    listener.run()
    listener.api.largest_page = 5
    listener.api.add(*(post(n, minutes=n / 100) for n in range(23)))
    # A refused token is asked for again before it is given up.
    listener.api.inject(None, None, *[fault] * (1 + (fault is UNAUTHORISED)))
    outcome = listener.run(minutes=1)
    assert outcome.state.status is status
    assert message in outcome.state.message
    assert outcome.queued == 10
    assert outcome.state.last_success_at == START
    for _ in range(3):
        listener.run(minutes=6)
    assert listener.state().status is SourceStatus.OK
    assert sorted(listener.queue.ids) == [str(1_000_000 + n) for n in range(23)]


def test_after_a_rate_limit_x_is_not_called_until_it_says(listener: Listener) -> None:
    reset = int((START + timedelta(minutes=4)).timestamp())
    listener.api.inject(problem(429, "Too Many Requests", "Slow", **{"x-rate-limit-reset": str(reset)}))
    listener.run()
    calls = len(listener.api.calls)
    assert listener.run(minutes=3).waited
    assert listener.state().status is SourceStatus.RATE_LIMITED
    assert len(listener.api.calls) == calls
    assert listener.run(minutes=1).state.status is SourceStatus.BASELINE


def test_a_window_that_x_calls_stale_is_read_from_seven_days_back(listener: Listener) -> None:
    listener.api.add(post(1, "nimbus air!", minutes=-1))
    listener.run(SEARCH)
    listener.api.add(post(2, "nimbus air?", minutes=5))
    listener.api.inject(stale_since_id())
    outcome = listener.run(SEARCH, minutes=10)
    assert outcome.state.status is SourceStatus.STALE_CHECKPOINT
    assert listener.queue.ids == ["1000001", "1000002"]
    assert outcome.state.gap is None


def test_a_window_that_stays_stale_is_no_success(listener: Listener) -> None:
    listener.run(SEARCH)
    listener.api.inject(stale_since_id(), stale_since_id())
    outcome = listener.run(SEARCH, minutes=10)
    assert outcome.state.status is SourceStatus.MISCONFIGURED
    assert outcome.state.last_success_at == START


def test_a_search_left_alone_for_nine_days_says_what_may_be_missing(listener: Listener) -> None:
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


def test_a_quiet_search_is_not_stale_however_old_its_last_post(listener: Listener) -> None:
    listener.api.add(post(1, "nimbus air", minutes=-5))
    listener.run(SEARCH)
    for _ in range(4):
        assert listener.run(SEARCH, days=3).state.status is SourceStatus.OK


def test_more_mentions_than_x_serves_are_a_gap_that_is_told(listener: Listener) -> None:
    listener.api.add(post(0, minutes=-1))
    listener.run()
    listener.api.add(*(post(n, minutes=n / 20) for n in range(1, 1_000)))
    outcome = listener.run(hours=1)
    assert outcome.state.status is SourceStatus.STALE_CHECKPOINT
    assert "800 newest" in outcome.state.gap.why
    assert outcome.state.gap.start == START - timedelta(minutes=1)
    assert outcome.state.gap.end == START + timedelta(minutes=10)
    assert len(listener.queue.ids) == 801


def test_a_sweep_cut_by_time_goes_on_where_it_stopped(listener: Listener) -> None:
    listener.run()
    listener.api.largest_page = 5
    listener.api.add(*(post(n, minutes=n / 100) for n in range(30)))
    listener.pages = 2
    first = listener.run(minutes=1)
    assert first.queued == 10
    assert "next run goes on" in first.state.message
    listener.run(minutes=1)
    assert listener.api.calls[-2].params["end_time"] == "2026-11-21T09:00:13Z"
    for _ in range(4):
        listener.run(minutes=1)
    assert len(listener.queue.ids) == len(set(listener.queue.ids)) == 30


def test_an_empty_page_with_a_token_is_not_the_end(listener: Listener) -> None:
    listener.run()
    listener.api.largest_page = 5
    listener.api.add(*(post(n, minutes=n / 100) for n in range(12)))
    listener.api.inject(EMPTY)
    assert listener.run(minutes=1).queued == 7


def test_partial_errors_are_noted_and_the_posts_taken(listener: Listener) -> None:
    listener.api.add(post(1, minutes=-1))
    listener.api.inject(None, PARTIAL)
    outcome = listener.run()
    assert outcome.queued == 1
    assert outcome.state.notes == ("X could not give 1 of what was asked: Not Found Error",)


def test_a_handle_that_x_does_not_know_is_named(listener: Listener) -> None:
    outcome = listener.run(Feed(FeedKind.MENTIONS, "Nimbsu"))
    assert outcome.state.status is SourceStatus.MISCONFIGURED
    assert "@Nimbsu" in outcome.state.message


def test_the_account_is_looked_up_once(listener: Listener) -> None:
    for _ in range(3):
        listener.run(minutes=1)
    assert sum("by/username" in call.path for call in listener.api.calls) == 1


def test_a_post_that_is_no_mention_goes_to_the_dead_letters_once_and_its_neighbours_are_queued(
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


def test_the_brands_own_posts_are_read_as_own(listener: Listener) -> None:
    listener.api.add(post(1, "I am stuck @NimbusAir", minutes=-5))
    listener.api.add(post(2, "@jane We are on it.", minutes=-1, author=NIMBUS, in_reply_to_id="1000001"))
    listener.run(OWN)
    (own,) = listener.queue.mentions
    assert (own.own, own.brand, own.in_reply_to_id) == (True, "NimbusAir", "1000001")


def test_an_original_written_before_listening_began_pages_nobody_when_it_is_reposted(listener: Listener) -> None:
    old = post(1, "@NimbusAir lost my bag", minutes=-60 * 24 * 30)
    listener.api.add(old)
    listener.run()
    listener.api.add(post(2, "RT", minutes=1, author=JANE, reposted_id=old.id))
    listener.run(minutes=2)
    assert [(mention.id, mention.baseline) for mention in listener.queue.mentions] == [
        ("1000001", True),
        ("1000002", False),
    ]


def test_a_repost_storm_brings_its_original_once(listener: Listener) -> None:
    listener.run()
    listener.api.add(post(1, "@NimbusAir lost my bag", minutes=-60 * 24 * 30))
    for n in range(2, 12):
        listener.api.add(post(n, "RT", minutes=n / 2, reposted_id="1000001"))
        listener.run(seconds=30)
    listener.run(minutes=2)
    assert listener.queue.ids.count("1000001") == 1


def test_reading_stops_before_the_budget_is_exceeded(listener: Listener) -> None:
    listener.api.largest_page = 5
    listener.api.add(*(post(n, minutes=-n) for n in range(20)))
    listener.limit = 100_000  # $0.10: the account ($0.01) and 18 posts
    listener.run()
    for _ in range(3):
        outcome = listener.run(minutes=1)
    assert outcome.state.status is SourceStatus.OVER_BUDGET
    assert "X_MONTHLY_SPEND_LIMIT" in outcome.state.message
    assert listener.sources.spent("x", "2026-11") <= 100_000
    read = len(listener.queue.ids)
    listener.limit = 1_000_000
    listener.run(minutes=1)
    assert len(listener.queue.ids) > read


def test_posts_read_again_the_same_day_are_not_paid_again(listener: Listener) -> None:
    listener.api.add(*(post(n, minutes=-n / 10) for n in range(4)))
    for _ in range(5):
        listener.run(minutes=1)
    assert listener.sources.spent("x", "2026-11") == 10_000 + 4 * 5_000
    listener.run(days=1)
    assert listener.sources.spent("x", "2026-11") == 10_000 + 8 * 5_000


def test_staff_are_told_when_four_fifths_are_spent(listener: Listener) -> None:
    listener.limit = 10_000_000
    listener.sources.spend("x", "2026-11", 8_000_000)
    (note,) = listener.run().state.notes
    assert "80 %" in note
    assert "$8.01 of $10.00" in note
