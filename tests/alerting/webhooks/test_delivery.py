"""Delivery to real receivers on loopback: to each until it accepts, once, and to none later because of another."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from json import dumps
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.alerting.webhooks.client import WebhookClient
from earshot.alerting.webhooks.delivery import MAX_ATTEMPT, WAITS, WebhookDelivery, retry_after
from earshot.alerting.webhooks.targets import read_targets
from tests.alerting.webhooks.receiver import CUT, HANG, Receiver, a_publication
from tests.fakes import CASE, START, FakeClock

ATTEMPTS = len(WAITS) + 1


@dataclass
class MemoryLog:
    """The delivery log, in a set; ``broken`` refuses to note."""

    noted: set[str] = field(default_factory=set)
    broken: bool = False

    def has(self, key):
        return key in self.noted

    def add(self, key, now):
        if self.broken:
            raise ConnectionError("https://dynamodb.example/T0K3N is down")
        self.noted.add(key)


class Office:
    """Receivers, and what delivers to them."""

    def __init__(self, stack):
        self.stack, self.clock, self.log = stack, FakeClock(), MemoryLog()
        self.receivers = []
        self.delivery = WebhookDelivery(self.log, WebhookClient(1, 0.3).post, self.clock, self.clock.pause)

    def receiver(self, *answers):
        self.receivers.append(self.stack.enter_context(Receiver(*answers)))
        return self.receivers[-1]

    def deliver(self, publication=None, seconds=55.0):
        targets = read_targets(dumps([one.entry() for one in self.receivers])).usable
        until = self.clock() + timedelta(seconds=seconds)
        done = self.delivery.deliver(publication or a_publication(), targets, until)
        taken = sorted(target.place for target in done.delivered)
        return taken, {target.place: reason for target, reason in done.failed}


@pytest.fixture
def office():
    with ExitStack() as stack:
        yield Office(stack)


def test_an_alert_reaches_every_target_and_nobody_twice(office):
    first, second = office.receiver(), office.receiver()
    assert office.deliver() == ([1, 2], {})
    assert office.deliver() == ([], {})
    assert len(first.requests) == len(second.requests) == 1
    assert first.requests[0].json["text"] == a_publication().text


def test_another_alert_is_delivered_as_well(office):
    receiver = office.receiver()
    office.deliver()
    assert office.deliver(a_publication(case_ids=("x-2-7-nimbusair",))) == ([1], {})
    assert [request.json["cases"] for request in receiver.requests] == [[CASE], ["x-2-7-nimbusair"]]


@pytest.mark.parametrize("passing", [503, 500, 429, 408, CUT])
def test_a_temporary_error_is_retried_under_one_id(office, passing):
    receiver = office.receiver(passing)
    assert office.deliver() == ([1], {})
    assert len(receiver.requests) == 2
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1
    assert office.clock() == START + WAITS[0]


@pytest.mark.parametrize("status", [404, 410, 400, 401, 403, 301, 307])
def test_a_permanent_error_is_given_up_at_once_with_the_remedy(office, status):
    receiver = office.receiver(status)
    taken, failed = office.deliver()
    assert taken == []
    assert failed[1].startswith(f"answered {status}")
    assert "correct its entry in the secret" in failed[1]
    assert len(receiver.requests) == 1
    assert office.clock() == START


def test_a_target_that_stays_down_is_left_for_later(office):
    receiver = office.receiver(*[503] * ATTEMPTS)
    assert office.deliver() == ([], {1: "answered 503; it is retried later"})
    assert len(receiver.requests) == ATTEMPTS
    assert office.deliver() == ([1], {})


def test_a_dead_target_delays_no_other_and_is_the_only_one_retried(office):
    dead, alive = office.receiver(*[CUT] * ATTEMPTS), office.receiver()
    taken, failed = office.deliver()
    assert taken == [2]
    assert failed[1].startswith("broke the connection")
    assert office.deliver() == ([1], {})
    assert (len(dead.requests), len(alive.requests)) == (ATTEMPTS + 1, 1)


def test_a_target_that_may_have_accepted_is_retried_in_a_later_run_only(office):
    slow, alive = office.receiver(HANG), office.receiver()
    assert office.deliver() == ([2], {1: "did not answer in time; it is retried later"})
    assert (len(slow.requests), len(alive.requests)) == (1, 1)
    assert office.deliver() == ([1], {})


def test_targets_are_served_at_the_same_time(office):
    """No post ends before all eight have begun: one after the other would never get past the barrier."""
    for _ in range(8):
        office.receiver()
    all_begun, post = Barrier(8), office.delivery.post

    def together(url, content, headers):
        all_begun.wait(timeout=30)
        return post(url, content, headers)

    office.delivery = WebhookDelivery(office.log, together, office.clock, office.clock.pause)
    assert office.deliver() == ([*range(1, 9)], {})


def test_a_target_that_asks_to_wait_is_given_the_time(office):
    office.receiver((429, {"Retry-After": "20"}))
    assert office.deliver() == ([1], {})
    assert office.clock() == START + timedelta(seconds=20)


def test_a_target_that_asks_for_more_time_than_there_is_is_left_for_later(office):
    receiver = office.receiver((429, {"Retry-After": "120"}))
    assert office.deliver() == ([], {1: "answered 429; it is retried later"})
    assert len(receiver.requests) == 1
    assert office.clock() == START


def test_no_attempt_is_begun_that_could_outlast_the_function(office):
    receiver = office.receiver(503, 503)
    office.deliver(seconds=(WAITS[0] + MAX_ATTEMPT).total_seconds())
    assert len(receiver.requests) == 2
    office.deliver(seconds=(WAITS[0] + MAX_ATTEMPT).total_seconds() - 0.1)
    assert len(receiver.requests) == 3


def test_a_delivery_that_cannot_be_logged_is_repeated_only_with_another(office):
    receiver = office.receiver()
    office.log.broken = True
    # Nothing failed, so Lambda does not call again.
    assert office.deliver() == ([1], {})
    office.log.broken = False
    assert office.deliver() == ([1], {})
    assert office.deliver() == ([], {})
    assert len(receiver.requests) == 2


def test_an_unexpected_error_stays_with_its_target_and_quotes_nothing(office):
    alive, post = office.receiver(), office.delivery.post
    office.receiver()

    def sometimes(url, content, headers):
        if url.startswith(alive.url):
            return post(url, content, headers)
        raise ValueError(url)

    office.delivery = WebhookDelivery(office.log, sometimes, office.clock, office.clock.pause)
    assert office.deliver() == ([1], {2: "ValueError"})


def test_a_date_to_wait_for_is_understood():
    assert retry_after(format_datetime(START + timedelta(seconds=90), usegmt=True), START) == timedelta(seconds=90)
    assert retry_after(format_datetime(START - timedelta(days=1), usegmt=True), START) == timedelta(0)
    assert retry_after(" 30 ", START) == timedelta(seconds=30)


@given(st.none() | st.text() | st.from_regex(r"-?\d{1,40}(\.\d+)?", fullmatch=True))
def test_whatever_a_target_asks_for_is_a_time_that_can_be_compared(header):
    assert timedelta(0) <= retry_after(header, START) <= timedelta(days=10_000_000 // 24)
