"""What X may answer instead of a page of posts, and the state that each answer leads to."""

from datetime import timedelta

import pytest

from earshot.mentions.feeds import Feed, FeedKind
from earshot.mentions.source_state import SourceStatus
from infra.local.x.faults import (
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
from tests.mentions.fakes import post
from tests.mentions.listener import Listener

SEARCH = Feed(FeedKind.SEARCH, "nimbus air")
NO_OBJECT = XFault(503, b'["Over capacity"]')
STRANGE_RESET = problem(429, "Too Many Requests", "Slow down", **{"x-rate-limit-reset": "soon"})
BAD_QUERY = problem(400, "Invalid Request", "Ambiguous use of and")
GONE = problem(404, "Not Found", "No such user")
HANG = XFault(hang=2.0)


@pytest.mark.parametrize(
    "fault, status, message",
    [
        (UNAUTHORISED, SourceStatus.UNAUTHORISED, "rejected the bearer token: Unauthorized."),
        (OUT_OF_CREDIT, SourceStatus.OUT_OF_CREDIT, "out of credit"),
        (FORBIDDEN, SourceStatus.FORBIDDEN, "not attached to a project"),
        (RATE_LIMITED, SourceStatus.RATE_LIMITED, "Fetching continues at 09:16:00 UTC"),
        (STRANGE_RESET, SourceStatus.UNAVAILABLE, "could not be read"),
        (BAD_QUERY, SourceStatus.MISCONFIGURED, "Ambiguous use of and. Check the handles"),
        (GONE, SourceStatus.MISCONFIGURED, "No such user"),
        (SERVER_ERROR, SourceStatus.UNAVAILABLE, "status 500: Something went wrong."),
        (UNAVAILABLE, SourceStatus.UNAVAILABLE, "status 503"),
        (NO_OBJECT, SourceStatus.UNAVAILABLE, "could not be read"),
        (NOT_JSON, SourceStatus.UNAVAILABLE, "not JSON"),
        (XFault(200, b"[]"), SourceStatus.UNAVAILABLE, "not a JSON object"),
        (XFault(200, b'{"data": "x"}'), SourceStatus.UNAVAILABLE, "not a page of posts"),
        (RESET, SourceStatus.UNAVAILABLE, "could not be reached (ConnectionError)"),
        (HANG, SourceStatus.UNAVAILABLE, "could not be reached (ReadTimeout)"),
    ],
)
def test_an_error_on_the_third_page_sets_the_status_and_loses_no_post(
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


def test_x_is_not_called_before_its_rate_limit_is_reset(listener: Listener) -> None:
    reset = int((START + timedelta(minutes=4)).timestamp())
    listener.api.inject(problem(429, "Too Many Requests", "Slow", **{"x-rate-limit-reset": str(reset)}))
    listener.run()
    calls = len(listener.api.calls)
    assert listener.run(minutes=3).skipped
    assert listener.state().status is SourceStatus.RATE_LIMITED
    assert len(listener.api.calls) == calls
    assert listener.run(minutes=1).state.status is SourceStatus.BASELINE


def test_a_start_time_that_x_rejects_is_replaced_by_seven_days_ago(listener: Listener) -> None:
    listener.api.add(post(1, "nimbus air!", minutes=-1))
    listener.run(SEARCH)
    listener.api.add(post(2, "nimbus air?", minutes=5))
    listener.api.inject(stale_since_id())
    outcome = listener.run(SEARCH, minutes=10)
    assert outcome.state.status is SourceStatus.STALE_CHECKPOINT
    assert listener.queue.ids == ["1000001", "1000002"]
    assert outcome.state.gap is None


def test_a_start_time_that_x_rejects_twice_is_a_failure(listener: Listener) -> None:
    listener.run(SEARCH)
    listener.api.inject(stale_since_id(), stale_since_id())
    outcome = listener.run(SEARCH, minutes=10)
    assert outcome.state.status is SourceStatus.MISCONFIGURED
    assert outcome.state.last_success_at == START


def test_partial_errors_become_notes_and_the_posts_are_enqueued(listener: Listener) -> None:
    listener.api.add(post(1, minutes=-1))
    listener.api.inject(None, PARTIAL)
    outcome = listener.run()
    assert outcome.queued == 1
    assert outcome.state.notes == ("X left out 1 of the referenced posts or users: Not Found Error",)


def test_an_unknown_handle_is_named_in_the_message(listener: Listener) -> None:
    outcome = listener.run(Feed(FeedKind.MENTIONS, "Nimbsu"))
    assert outcome.state.status is SourceStatus.MISCONFIGURED
    assert "@Nimbsu" in outcome.state.message
