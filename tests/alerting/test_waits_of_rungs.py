"""When the next rung is told: its wait begins when the rung before was told, and no fault makes it longer."""

from datetime import datetime

import pytest

from earshot.alerting.alert import Alert, AlertReason, Channel
from earshot.errors import AlertRefusedError
from tests.alerting.test_faults import HIGH, KEY, MINUTE, World
from tests.fakes import START


def test_the_wait_of_a_rung_begins_when_the_rung_before_was_told():
    world = World("refusal")
    world.a_case(1)
    world.fails_for(4)
    world.pass_minutes(30)
    assert [world.times(1, Channel.SMS, rung)[0] for rung in (1, 2, 3)] == [4, 9, 19]
    reasons = [one.reason for _, one in world.sent if one.channel is Channel.SMS][:3]
    assert reasons == [AlertReason.FIRST, AlertReason.ESCALATED, AlertReason.ESCALATED]


def test_a_rung_that_cannot_be_told_does_not_keep_the_next_one_waiting():
    world = World("refusal")
    world.a_case(1)
    publish = world._publish

    def refuses_the_first_rung(alert: Alert, at: datetime) -> str:
        if alert.rung == 1:
            raise AlertRefusedError("no such topic")
        return publish(alert, at)

    world._publish = refuses_the_first_rung
    world.pass_minutes(20)
    assert [world.times(1, Channel.SMS, rung) for rung in (1, 2, 3)] == [[], [5], [15]]
    # Nobody has had the chance to acknowledge it: the lead is told why it is their turn.
    assert next(one.reason for _, one in world.sent) is AlertReason.UNTOLD
    texts = [entry.text for entry in world.store.entries[KEY] if entry.what == "escalated"]
    assert texts[1] == "step 2 of 6, rung 2: rung 1 could not be told"


def test_one_channel_is_enough_for_the_next_rungs_wait_to_begin():
    world = World("refusal")
    world.a_case(1)
    publish = world._publish

    def refuses_emails(alert: Alert, at: datetime) -> str:
        if alert.channel is Channel.EMAIL and at < START + 7 * MINUTE:
            raise AlertRefusedError("throttled")
        return publish(alert, at)

    world._publish = refuses_emails
    world.pass_minutes(20)
    assert [world.times(1, Channel.SMS, rung)[0] for rung in (1, 2, 3)] == [0, 5, 15]


@pytest.mark.parametrize("channel", Channel)
def test_a_critical_case_is_told_at_once_whatever_was_told_before(channel):
    """Issue 13, 3: it waited 5 of its 15 minutes for a group, and the next rung came half a minute after the first."""
    world = World("none")
    world.a_case(1)
    world.pass_minutes(1)
    world.a_case(2)
    world.pass_minutes(20)
    assert [world.times(2, channel, rung)[0] for rung in (1, 2, 3)] == [1, 6, 16]


@pytest.mark.parametrize("channel", Channel)
def test_a_case_that_waits_for_its_group_gives_the_first_rung_its_time(channel):
    world = World("none")
    world.a_case(1, HIGH)
    world.pass_minutes(2)
    world.a_case(2, HIGH)
    world.pass_minutes(30)
    first, second, third = (world.times(2, channel, rung)[0] for rung in (1, 2, 3))
    assert first == 6, "five minutes after the group's message"
    assert (second - first, third - second) == (5, 10)
