"""One notifier at a time, whoever dies or stalls: no alert waits longer than a dead one's lease, none comes twice.

Each shard of the stream delivers its records in order, and again where a notifier died with them, as Lambda does.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from earshot.alerting.alert import Alert
from earshot.alerting.dispatch import notify
from earshot.alerting.notifier import POLL_SECONDS
from earshot.alerting.notifier_lock import LEASE
from earshot.cases.case.ladder import Alerting
from earshot.cases.incidents.detection import Detection
from earshot.cases.store.case_file import AlertOutcome
from earshot.mentions.mention import Author
from earshot.triage.judgement import Reason
from tests.alerting.team import Team
from tests.fakes import a_judgement, a_mention
from tests.memory_log import Killed, Mortal

# A dead notifier's lease, the look after its end, and the rounding of both.
BOUND = LEASE + timedelta(seconds=2 * POLL_SECONDS)
SHARDS = 3


class Stream(Team):
    """The stream of critical cases, and notifiers in processes of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.shards: dict[int, list[str]] = defaultdict(list)
        self.opened: dict[str, datetime] = {}
        self.in_flight: set[str] = set()
        self.processes, self.deaths, self.waited = count(1), 0, 0
        self.stalled = timedelta(0)
        self.meanwhile: list[tuple[int, Callable[[], None]]] = []

    def a_case(self, shard: int) -> str:
        number = f"{len(self.opened) + 1}"
        author = Author(f"u{number}", f"u{number}", followers=10)
        post = {"conversation_id": number, "author": author, "created_at": self.clock()}
        reasons = (Reason("stake.danger", 85, "..."),)
        self.hear(
            a_mention(number, f"@NimbusAir matter{number}", **post), replace(a_judgement(urgency=85), reasons=reasons)
        )
        key = f"x-{number}-u{number}-nimbusair"
        self.opened[key] = self.clock()
        self.shards[shard].append(key)
        return key

    def deliver(self, shard: int, dies_before: int | None = None) -> None:
        """Hand a shard's records over until they are done. The first notifier dies before its call of that number."""
        while batch := tuple(self.shards[shard]):
            try:
                self.invoke(batch, dies_before)
            except Killed:
                self.deaths, dies_before = self.deaths + 1, None
                self.in_flight |= {key for key in self.opened if self._is_sending(key)}
                continue
            self.shards[shard] = self.shards[shard][len(batch) :]

    def invoke(self, batch: tuple[str, ...], dies_before: int | None = None) -> None:
        lock = self.lock.of(f"process {next(self.processes)}")
        work = replace(self.work, lock=lock, wait=self._wait, publish=self._send, is_incident=lambda _: False)
        if dies_before is not None:
            mortal = Mortal(dies_before)
            names = ("enqueue", "acquire", "hold", "save_state", "release", "abandon")
            dying = type("Lock", (), {name: staticmethod(mortal(getattr(lock, name))) for name in names})
            store = mortal.store(self.store)
            work = replace(work, store=store, log=store, lock=dying, publish=mortal(self._send))
        assert notify(batch, work).failed.keys() <= self.opened.keys()

    def look(self) -> Detection:
        """No incident takes the place of the cases."""
        return Detection()

    def _wait(self) -> bool:
        self.waited += 1
        self.clock.advance(seconds=POLL_SECONDS)
        return True

    def _send(self, alert: Alert, at: datetime) -> str:
        if self.meanwhile:
            seconds, act = self.meanwhile.pop(0)
            before = self.clock()
            act()
            self.clock.advance(seconds=seconds)
            self.stalled += self.clock() - before
        return self._publish(alert, at)

    def _is_sending(self, key: str) -> bool:
        return any(one["outcome"] is AlertOutcome.SENDING for one in self.store.alerts.get(key, {}).values())

    def told_after(self, key: str) -> timedelta:
        return min(at for at, alert in self.sent if key in alert.case_ids) - self.opened[key]

    @property
    def repeated(self) -> int:
        """How many messages about one case came more than once on a channel."""
        sent = Counter((case, alert.channel) for _, alert in self.sent for case in alert.case_ids)
        return sum(number - 1 for number in sent.values())


def test_what_arrives_while_a_dead_notifier_holds_the_lock_is_told_when_its_lease_ends():
    stream = Stream()
    first = stream.a_case(0)
    # It has sent both messages of the first case, and not released the lock.
    with pytest.raises(Killed):
        stream.invoke((first,), dies_before=15)
    assert len(stream.sent) == 2
    second = stream.a_case(1)
    stream.deliver(1)
    assert stream.told_after(second) <= BOUND
    stream.deliver(0)
    assert stream.repeated == 0
    assert stream.store.conversation(first).case.ladder.alerting is Alerting.SENT


def test_what_a_dead_notifier_had_taken_out_of_the_queue_is_told_by_whoever_comes_next():
    stream = Stream()
    first, queued = stream.a_case(0), stream.a_case(1)
    stream.lock.enqueue([queued])
    with pytest.raises(Killed):
        stream.invoke((first,), dies_before=2)
    assert stream.lock.queued == set()
    third = stream.a_case(2)
    stream.deliver(2)
    assert stream.told_after(queued) == stream.told_after(third) <= BOUND


def test_nobody_waits_for_a_notifier_that_lives():
    stream = Stream()
    stream.a_case(0)
    second = stream.a_case(1)
    # While the first message is sent the records of another shard arrive; the holder renews its lease meanwhile.
    stream.meanwhile = [(0, lambda: stream.deliver(1))]
    work = stream.work
    stream._wait = lambda: stream.lock.of("process 1").hold(stream.clock.advance(seconds=1)) is None
    stream.deliver(0)
    assert stream.told_after(second) <= timedelta(seconds=2), "the holder has looked into the queue once more"
    assert stream.repeated == 0
    assert work.wait() is False, "without time to wait nobody waits"


def test_a_notifier_that_stalls_longer_than_its_lease_sends_nothing_of_what_another_has_sent():
    stream = Stream()
    stream.a_case(0)
    stream.a_case(1)
    stream.meanwhile = [(0, lambda: stream.deliver(1))]
    stream.deliver(0)
    assert stream.waited >= LEASE.total_seconds()
    assert stream.repeated == 0
    assert len({case for _, alert in stream.sent for case in alert.case_ids}) == 2


ACTS = st.tuples(st.integers(0, SHARDS - 1), st.none() | st.integers(0, 20), st.integers(0, 30) | st.none())


@settings(max_examples=80)
@given(acts=st.lists(ACTS, min_size=1, max_size=8), pauses=st.lists(st.integers(0, 25), min_size=8, max_size=8))
@example(acts=[(0, 15, None), (1, None, None)], pauses=[0] * 8)
@example(acts=[(0, None, 25), (1, 3, 0), (0, 9, None)], pauses=[1] * 8)
@pytest.mark.slow
def test_no_death_and_no_stall_loses_delays_or_repeats_an_alert(acts, pauses):
    """Each act: a case on a shard, whose notifier dies before a call, or stalls while another shard's case arrives."""
    stream = Stream()
    for (shard, dies_before, stall), pause in zip(acts, pauses, strict=False):
        stream.a_case(shard)
        if stall is not None:
            other = (shard + 1) % SHARDS

            def arrives(other: int = other) -> None:
                stream.a_case(other)
                stream.deliver(other)

            stream.meanwhile.append((stall, arrives))
        stream.deliver(shard, dies_before)
        stream.clock.advance(seconds=pause)
    told = {case for _, alert in stream.sent for case in alert.case_ids}
    late = {
        key
        for key in stream.opened
        if key not in told or stream.told_after(key) > stream.deaths * BOUND + stream.stalled
    }
    # What was being sent when a notifier died may have gone out: it is tried again when that has been said.
    assert late <= stream.in_flight
    stream.lock.me = "later"
    stream.minutes(4)
    assert {case for _, alert in stream.sent for case in alert.case_ids} == set(stream.opened)
    first_steps = Counter(
        (case, alert.channel) for _, alert in stream.sent if alert.rung == 1 for case in alert.case_ids
    )
    assert sum(number - 1 for number in first_steps.values()) <= stream.deaths
