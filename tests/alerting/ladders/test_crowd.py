"""Thousands of cases that are due at once: everybody is told soon, by few messages that count them all."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from earshot.alerting.alert import MAX_NAMED, Channel
from earshot.alerting.dispatch import notify
from earshot.alerting.grouping import CROWD, CROWD_WAIT, GroupState, PendingGroup, plan_messages, waiting_until
from earshot.alerting.messages.attributes import alert_attributes
from earshot.cases.policy.quiet_hours import Scope, Silence
from earshot.mentions.mention import Author
from tests.alerting.grouping.test_grouping import GROUPING, due, key_of
from tests.alerting.team import Team
from tests.fakes import START, a_judgement, a_mention

HIGH = 65
SECOND = timedelta(seconds=1)
GROUP = due().group_key
MANY = 250


def test_a_crowd_does_not_wait_for_the_interval_and_a_trickle_does():
    state = GroupState(sent_at={GROUP: START})
    crowd, at = [due(number) for number in range(CROWD)], START + timedelta(minutes=2)
    messages, pending = plan_messages(crowd[1:], state, GROUPING, at)
    assert (messages, pending[GROUP].ready_at) == ((), START + GROUPING.interval)
    messages, pending = plan_messages(crowd, state, GROUPING, at)
    assert ([len(message.alerts) for message in messages], pending) == ([CROWD], {})


@pytest.mark.parametrize("channel", Channel)
def test_a_crowd_waits_some_seconds_after_the_last_message(channel):
    crowd = [due(number, channel) for number in range(CROWD)]
    state = GroupState(sent_at={crowd[0].group_key: START, crowd[0].sms_key: START})
    messages, pending = plan_messages(crowd, state, GROUPING, START + SECOND)
    assert (messages, pending[crowd[0].group_key].ready_at) == ((), START + CROWD_WAIT)


def test_of_a_crowd_that_waits_a_few_are_marked_and_wake_the_others():
    keys = tuple(map(key_of, range(CROWD)))
    until = START + CROWD_WAIT
    assert set(waiting_until({GROUP: PendingGroup(until, keys[1:])})) == set(keys[1:])
    assert 0 < len(waiting_until({GROUP: PendingGroup(until, keys)})) < 5


def test_those_who_waited_before_it_was_a_crowd_are_read_before_it_is_told():
    waiting = tuple(map(key_of, range(10)))
    state = GroupState(sent_at={GROUP: START}, pending={GROUP: PendingGroup(START + GROUPING.interval, waiting)})
    alerts, at = [due(number) for number in range(10, CROWD)], START + CROWD_WAIT
    messages, pending = plan_messages(alerts, state, GROUPING, at, {alert.key for alert in alerts})
    assert (messages, pending[GROUP].ready_at <= at) == ((), True)
    everybody = [due(number) for number in range(CROWD)]
    messages, pending = plan_messages(everybody, state, GROUPING, at, {alert.key for alert in everybody})
    assert ([len(message.alerts) for message in messages], pending) == ([CROWD], {})


def test_a_group_that_becomes_ready_while_others_are_read_is_read_before_it_is_told():
    everybody = [due(number) for number in range(CROWD)]
    waiting = tuple(alert.key for alert in everybody)
    state = GroupState(sent_at={GROUP: START}, pending={GROUP: PendingGroup(START + CROWD_WAIT, waiting)})
    # Whether one of them was enqueued anew, or none: the others wait to be read.
    for alerts in (everybody[:1], []):
        messages, pending = plan_messages(alerts, state, GROUPING, START + CROWD_WAIT, {one.key for one in alerts})
        assert (messages, set(GroupState(pending=pending).ready_keys(START + CROWD_WAIT))) == ((), set(waiting))


def test_hundreds_of_cases_of_one_rung_are_one_message_that_counts_them_and_all_are_told():
    team = Team()
    for number in range(MANY):
        author = Author(f"u{number}", f"u{number}", followers=10)
        # Each about something else, so that no incident takes their place.
        mention = a_mention(str(number), f"@NimbusAir thing{number}x", conversation_id=str(number), author=author)
        team.hear(mention, a_judgement(urgency=HIGH))
    for _ in range(3):
        team.clock.advance(minutes=1)
        team.minute()
    first = [alert for _, alert in team.sent if alert.rung == 1]
    assert sorted((alert.channel, len(alert.case_ids)) for alert in first) == [("email", MANY), ("sms", MANY)]
    assert all(f"{MANY} cases" in alert.text for alert in first)
    assert all(case.ladder.alerting == "sent" for case in team.store.cases)
    (email,) = (alert for alert in first if alert.channel is Channel.EMAIL)
    # SNS takes 256 KB of text and attributes, and so does a link's item its conversations.
    assert len(alert_attributes(email, START)["case"]["StringValue"].split(",")) == MAX_NAMED
    logged = team.store.alerts[team.store.cases[-1].id]
    assert all(len(entry["text"]) < 500 for entry in logged.values() if entry["channel"] is Channel.EMAIL)


def test_what_a_silence_keeps_back_is_written_several_at_a_time():
    team, meeting = Team(), Barrier(4)
    for number in range(4):
        author = Author(f"u{number}", f"u{number}", followers=10)
        mention = a_mention(str(number), f"@NimbusAir thing{number}x", conversation_id=str(number), author=author)
        team.hear(mention, a_judgement(urgency=HIGH))
    team.silences.append(Silence("silence-1", Scope(), START, START + timedelta(hours=1), "mia", "a drill"))
    change = team.store.change

    def together(key, decide, now):
        meeting.wait(timeout=10)
        return change(key, decide, now)

    team.store.change = together
    done = notify(team.changes(), replace(team.work, at_once=4))
    assert (done.failed, done.alerts) == ({}, [])
    assert {case.ladder.muted_by is not None for case in team.store.cases} == {True}
