"""What grouping remembers of sent messages, and for how long; an incident waits for none of them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.alerting.alert import Channel
from earshot.alerting.grouping import GroupedMessage, GroupState, PendingGroup, plan_messages, waiting_until
from earshot.cases.case.ladder import Step
from earshot.cases.incidents.incident import Incident
from earshot.cases.policy.policy import Grouping
from tests.alerting.grouping.test_grouping import CRITICAL, GROUPING, due, key_of
from tests.fakes import START

MINUTE = timedelta(minutes=1)
INCIDENT = Incident("incident-nimbusair-outage-1", "outage", ("NimbusAir#about:outage",), START, START, 9, 0.1)


def of_an_incident(channel=Channel.EMAIL, minutes=0):
    alert = due(9, channel, minutes=minutes)
    return replace(alert, case=replace(alert.case, incident=INCIDENT))


def planned(alerts, state=GroupState(), grouping=GROUPING, minutes=0.0):  # noqa: B008 - a state is a value
    messages, pending = plan_messages(alerts, state, grouping, START + minutes * MINUTE)
    return messages, pending


@pytest.mark.parametrize("channel", Channel)
def test_an_incident_waits_neither_for_others_nor_for_the_interval(channel):
    alert = of_an_incident(channel)
    (message,), pending = planned([alert])
    assert (message.channel, pending) == (channel, {})
    # Nor after a message about it, nor after an SMS to the same rung about something else.
    state = GroupState().with_message(GroupedMessage((alert,)), START)
    state = state.with_message(GroupedMessage((due(1, channel, CRITICAL),)), START)
    assert len(planned([of_an_incident(channel, minutes=1)], state, minutes=1)[0]) == 1


def test_an_sms_about_an_incident_is_about_nothing_else():
    texts = [due(1, Channel.SMS, CRITICAL), of_an_incident(Channel.SMS)]
    assert len(planned(texts)[0]) == 2


@pytest.mark.parametrize(("minutes", "is_remembered"), [(5, True), (119, True), (120, False)])
def test_the_last_message_of_a_group_is_remembered_for_two_hours(minutes, is_remembered):
    """Longer than the longest interval of a policy; a message can say since when its cases came."""
    state = GroupState().with_message(GroupedMessage((due(1, urgency=CRITICAL),)), START)
    state = state.with_message(GroupedMessage((due(2, urgency=CRITICAL, topic="outage"),)), START + minutes * MINUTE)
    (message,), _ = planned([due(3, urgency=CRITICAL, minutes=minutes)], state, minutes=minutes)
    assert message.since == (START if is_remembered else None)


def test_the_longest_interval_of_a_policy_is_kept():
    longest = Grouping(interval=60 * MINUTE)
    state = GroupState().with_message(GroupedMessage((due(1),)), START)
    again = [due(3, minutes=1)]
    assert planned(again, state, longest, minutes=59.9)[0] == ()
    assert len(planned(again, state, longest, minutes=60)[0]) == 1


def test_a_group_that_is_ready_waits_no_longer():
    _, pending = planned([due(1)])
    assert planned([due(1)], GroupState(pending=pending), minutes=1)[1] == {}


def test_a_conversation_in_two_groups_waits_for_the_first_of_them():
    one, other = key_of(1), key_of(2)
    groups = {"late": PendingGroup(START + 5 * MINUTE, (one, other)), "early": PendingGroup(START + MINUTE, (one,))}
    assert waiting_until(groups) == {one: START + MINUTE, other: START + 5 * MINUTE}


def test_of_several_emails_the_most_urgent_is_sent_first():
    alerts = [due(1, urgency=81), due(2, topic="outage", urgency=99), due(3, topic="fraud", urgency=90)]
    messages, _ = planned(alerts, minutes=1)
    state_of = [GroupState().with_message(message, START) for message in messages]
    expected = [GroupState().with_message(GroupedMessage((alerts[number],)), START) for number in (1, 2, 0)]
    assert state_of == expected


def test_a_message_is_as_urgent_as_its_most_urgent_case():
    alerts = [due(1, urgency=81), due(2, urgency=99), due(3, topic="fraud", urgency=90)]
    first, second = planned(alerts, minutes=1)[0]
    assert (first, second) == (GroupedMessage((alerts[1], alerts[0])), GroupedMessage((alerts[2],)))


def test_of_several_steps_of_one_case_the_latest_comes_first():
    """After a failure an earlier step can be due as well."""
    alert = due(1)
    ladder = replace(alert.case.ladder, steps=(Step(1, 0), Step(1, 5)), step=2)
    first, second = (replace(alert, case=replace(alert.case, ladder=ladder), step=step) for step in (1, 2))
    assert planned([first, second], minutes=6)[0] == (GroupedMessage((second, first)),)
