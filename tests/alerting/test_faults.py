"""What a fault that lasts costs: minutes of delay, a message or two more than needed, and no alert."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from earshot.alerting.alert import Alert, Channel
from earshot.alerting.dispatch import notify
from earshot.alerting.due_alerts import RETRY_WAITS
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.status import Status
from earshot.errors import AlertRefusedError
from earshot.mentions.mention import Author
from earshot.triage.judgement import Reason
from tests.alerting.memory_lock import MemoryLock
from tests.alerting.team import Team
from tests.fakes import START, a_judgement, a_mention
from tests.memory_log import OneByOne

HIGH, CRITICAL = 65, 85
MINUTE = timedelta(minutes=1)
KEY = "x-1-u1-nimbusair"


class Log(OneByOne):
    """The team's log, of which some writes fail while ``is_down``."""

    def __init__(self, team: Team, *failing: str) -> None:
        self.is_down = False
        for name in ("read", "intend", "record"):
            call = getattr(team.store, name)
            setattr(self, name, self._failing(call) if name in failing else call)

    def _failing(self, call: Callable) -> Callable:
        def perhaps(*args):
            if self.is_down:
                raise ConnectionError("the table is down")
            return call(*args)

        return perhaps


class World(Team):
    """A team whose services fail for a while. As Lambda does, it hands over again what failed."""

    def __init__(self, fault: str) -> None:
        super().__init__()
        self.fault, self.is_down, self.asked = fault, False, 0
        failing = {"log": ("intend", "record"), "intention": ("intend",), "outcome": ("record",), "reading": ("read",)}
        self.log = self.flaky_log = Log(self, *failing.get(fault, ()))
        self._publish = self.publish

    def publish(self, alert: Alert, at: datetime) -> str:
        if self.is_down and self.fault == "refusal":
            raise AlertRefusedError("SNS throttles")
        if self.is_down and self.fault == "silence":
            raise ConnectionError("no answer, and nothing was sent")
        self.sent.append((at, alert))
        if self.is_down and self.fault == "lost answers":
            raise ConnectionError("no answer")
        return f"message-{len(self.sent)}"

    def a_case(self, number: int, urgency: int = CRITICAL, topic: str = "money") -> None:
        author = Author(f"u{number}", f"u{number}", followers=10)
        post = {"conversation_id": str(number), "author": author, "created_at": self.clock()}
        mention = a_mention(str(number), f"@NimbusAir matter{number} of mine{number}", **post)
        self.hear(mention, replace(a_judgement(urgency=urgency), reasons=(Reason(f"stake.{topic}", urgency, "..."),)))

    def fails_for(self, minutes: int) -> None:
        for self.is_down, number in ((True, minutes), (False, 0)):
            self.flaky_log.is_down = self.is_down
            self.pass_minutes(number)

    def pass_minutes(self, number: int) -> None:
        for _ in range(number):
            failed = self.notify().failed
            for _ in range(8):  # the stream's retries
                failed = {} if not failed else self.retry(failed)
            self.minute()
            self.clock.advance(minutes=1)

    def retry(self, failed: dict[str, Exception]) -> dict[str, Exception]:
        self._seen = {key: version for key, version in self._seen.items() if key not in failed}
        return self.notify().failed

    def times(self, number: int, channel: Channel, rung: int = 1) -> list[int]:
        """In which minutes a case was told of to a rung on one channel."""
        case_id = f"x-{number}-u{number}-nimbusair"
        told = [(at, one) for at, one in self.sent if one.channel is channel and one.rung == rung]
        return [round((at - START) / MINUTE) for at, one in told if case_id in one.case_ids]


FAULTS = ("log", "intention", "outcome", "reading", "refusal", "silence", "lost answers")


@pytest.mark.parametrize("minutes", [1, 3, 10, 60])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_lasts_loses_no_alert_and_multiplies_none(fault, minutes):
    world = World(fault)
    for number in (1, 2, 3):
        world.a_case(number, (CRITICAL, HIGH, CRITICAL)[number - 1], ("money", "outage", "journey")[number - 1])
    world.fails_for(minutes)
    world.pass_minutes(120)
    # Each rung has two steps, each of which is one message, and one more for each attempt that was not confirmed.
    most = 1 + {1: 2, 3: 3, 10: 3, 60: 5}[minutes]
    for number in (1, 2, 3):
        for rung in (1, 2, 3):
            for channel in Channel:
                told = world.times(number, channel, rung)
                assert told, f"case {number} is lost to rung {rung} by {channel}"
                assert len(told) <= most
        # What could be sent was sent once the fault was over: the wait after the last attempt at the latest.
        late = {"silence": RETRY_WAITS[{1: 0, 3: 1, 10: 1, 60: 3}[minutes]], "outcome": 0 * MINUTE}
        first = min(world.times(number, Channel.SMS))
        assert first <= minutes + late.get(fault, 3 * MINUTE) / MINUTE + 2
        entry = world.store.read(f"x-{number}-u{number}-nimbusair")[1]
        assert {str(one.outcome) for one in entry.values()} == {"sent"}


@pytest.mark.parametrize("fault", ["log", "intention", "reading", "refusal", "silence"])
def test_what_was_not_sent_is_not_multiplied_afterwards(fault):
    """Where nothing left the house, each step is one message: also where several fell due meanwhile."""
    world = World(fault)
    world.a_case(1)
    world.fails_for(10)
    world.pass_minutes(60)
    for channel in Channel:
        for rung in (1, 2, 3):
            assert len(world.times(1, channel, rung)) == 2


def test_an_outcome_that_cannot_be_written_costs_one_duplicate_of_what_was_on_its_way():
    world = World("outcome")
    world.a_case(1)
    world.fails_for(1)
    world.pass_minutes(4)
    assert [world.times(1, channel) for channel in Channel] == [[0, 2], [0, 2]]


def test_ten_minutes_of_lost_answers_cost_two_messages_more_and_the_case_says_so():
    world = World("lost answers")
    world.a_case(1)
    world.fails_for(10)
    world.pass_minutes(4)
    assert [world.times(1, channel) for channel in Channel] == [[0, 2, 10], [0, 2, 10]]
    entries = [(entry.what, entry.text) for entry in world.store.entries[KEY]]
    why = "SNS did not confirm the SMS to rung 1, which may have been sent; "
    why += "SNS did not confirm the email to rung 1, which may have been sent: tried again from 09:02:00 UTC on"
    assert entries[2] == ("not confirmed", why)
    again = [text for what, text in entries if what == "sent again" and "rung 1" in text]
    assert again == [
        f"the {channel} to rung 1, which was not confirmed before: it may have come 3 times"
        for channel in ("SMS", "email")
    ]


def test_a_clock_that_is_set_back_does_not_keep_what_was_not_confirmed_waiting():
    world = World("silence")
    world.a_case(1)
    world.fails_for(1)
    world.clock.now -= 60 * MINUTE
    world.store.change(KEY, lambda one: one.after(one.case.nudge(world.clock())), world.clock())
    world.pass_minutes(1)
    assert [len(world.times(1, channel)) for channel in Channel] == [1, 1]


def test_while_it_is_not_confirmed_the_case_says_when_it_is_tried_again():
    world = World("lost answers")
    world.a_case(1)
    world.fails_for(1)
    ladder = world.store.conversation(KEY).case.ladder
    assert (ladder.alerting, ladder.delivery.told_at, ladder.delivery.retry_at) == (
        Alerting.DUE,
        None,
        START + 2 * MINUTE,
    )
    world.pass_minutes(2)
    ladder = world.store.conversation(KEY).case.ladder
    assert (ladder.alerting, ladder.delivery.told_at, ladder.delivery.retry_at) == (
        Alerting.SENT,
        START + 2 * MINUTE,
        None,
    )


def test_an_sms_that_is_refused_is_booked_no_oftener_than_it_is_sent():
    world, booked = World("refusal"), Counter()
    world.a_case(1)

    class Booking(World):
        @property
        def work(self):
            return replace(
                super().work,
                allow_sms=lambda alert, now: booked.update(["sms"]) or True,
                refund_sms=lambda alert, now: booked.subtract(["sms"]),
            )

    world.__class__ = Booking
    world.fails_for(10)
    assert booked["sms"] == 0
    world.pass_minutes(1)
    assert booked["sms"] == len([one for _, one in world.sent if one.channel is Channel.SMS])


def test_nobody_is_told_of_a_case_that_was_taken_while_it_was_not_confirmed():
    world = World("lost answers")
    world.a_case(1)
    world.fails_for(1)
    world.store.change(KEY, lambda one: one.after(one.case.acknowledge("mia", world.clock())), world.clock())
    world.pass_minutes(20)
    assert [world.times(1, channel) for channel in Channel] == [[0], [0]]
    assert world.store.conversation(KEY).case.status is Status.ACKNOWLEDGED


# --------------------------------------------------------------------------------------------- one case among others


def test_a_case_that_cannot_be_logged_is_left_out_of_the_message_of_its_group():
    world = World("none")
    world.a_case(1, HIGH)
    world.a_case(2, HIGH)
    intend = world.store.intend
    world.is_down = True

    def fails_for_one(key, *args):
        if key == KEY and world.is_down:
            raise ConnectionError("no answer")
        return intend(key, *args)

    world.log = Log(world)
    world.log.intend = fails_for_one
    world.pass_minutes(3)
    assert [one.case_ids for _, one in world.sent] == [("x-2-u2-nimbusair",)] * 2
    assert not any("@u1" in one.text for _, one in world.sent)
    world.is_down = False
    world.pass_minutes(10)
    assert [len(world.times(1, channel)) for channel in Channel] == [1, 1]


def test_of_two_notifiers_that_work_at_once_one_sends():
    """The lock is lost only by a notifier that takes longer than a function may run."""
    world = World("none")
    world.a_case(1)

    def while_the_other_works_on_it(alert: Alert, at: datetime) -> str:
        world.lock.lease_until = None
        notify([KEY], replace(world.work, publish=world.publish))
        return world.publish(alert, at)

    notify([KEY], replace(world.work, publish=while_the_other_works_on_it))
    world.pass_minutes(4)
    assert [len(world.times(1, channel)) for channel in Channel] == [1, 1]
    assert world.store.conversation(KEY).case.ladder.alerting is Alerting.SENT


def test_a_group_state_that_cannot_be_saved_holds_back_no_message_and_repeats_none():
    world = World("none")
    for number, topic in ((1, "money"), (2, "outage")):
        world.a_case(number, CRITICAL, topic)

    class Forgetful(MemoryLock):
        def save_state(self, state, now):
            raise ConnectionError("the table is down")

    with pytest.raises(ConnectionError):
        notify(world.changes(), replace(world.work, lock=Forgetful()))
    told = [(one.channel, case) for _, one in world.sent for case in one.case_ids]
    assert len(told) == len(set(told)) == 4
    world.pass_minutes(4)
    assert [len(world.times(number, channel)) for number in (1, 2) for channel in Channel] == [1] * 4
