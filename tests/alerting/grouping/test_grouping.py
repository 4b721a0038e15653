"""Which alerts are grouped, and when they are sent: group wait, group interval, one SMS for several groups."""

from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.alerting.alert import Channel
from earshot.alerting.grouping import DueAlert, GroupedMessage, GroupState, PendingGroup, plan_messages, waiting_until
from earshot.cases.case.assessment import Assessment
from earshot.cases.case.key import CaseKey
from earshot.cases.case.ladder import Step
from earshot.cases.policy.policy import Grouping
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent, Reason, Severity
from tests.alerting.messages.example import a_case
from tests.alerting.team import Team
from tests.fakes import START, a_judgement, a_mention, an_own_post

GROUPING = Grouping()
HIGH, CRITICAL = 65, 85


def key_of(number):
    """The key of a conversation, and of its case: each is in another conversation of the network."""
    return f"x-{number}-7-nimbusair"


def due(number=1, channel=Channel.EMAIL, urgency=HIGH, topic="money", minutes=0, rung=1):
    """An alert of a case about ``topic`` whose first step fell due ``minutes`` after START."""
    severity = Severity.CRITICAL if urgency >= 80 else Severity.HIGH
    reasons = (Reason(f"stake.{topic}", 30, "..."),)
    at = START + timedelta(minutes=minutes)
    assessment = Assessment(Intent.COMPLAINT, urgency, severity, reasons)
    case = replace(a_case(), key=CaseKey.parse(key_of(number)), assessment=assessment)
    climbed, _ = case.start_ladder((Step(rung, 0),), at).climb(at)
    return DueAlert(key_of(number), climbed, 1, channel)


def numbers(messages):
    return [[int(one.case.key.conversation_id) for one in message.alerts] for message in messages]


def sent(alerts, state=None, **later):
    """The numbers of the cases of each message."""
    messages, _ = plan_messages(alerts, state or GroupState(), GROUPING, START + timedelta(**later))
    return numbers(messages)


def test_a_critical_alert_is_sent_at_once_and_another_one_waits_a_minute_for_others():
    assert sent([due(urgency=CRITICAL)]) == [[1]]
    assert sent([due()], seconds=59) == []
    assert sent([due()], seconds=60) == [[1]]


def test_alerts_that_come_during_the_group_wait_join_the_message_most_urgent_first():
    late = due(2, urgency=70, minutes=0.9)
    assert sent([due(1), late], seconds=60) == [[2, 1]]


def test_each_topic_severity_and_rung_has_its_own_email():
    alerts = [due(1), due(2, topic="outage"), due(3, urgency=CRITICAL), due(4, rung=2)]
    assert sorted(sent(alerts, minutes=1)) == [[1], [2], [3], [4]]


def test_the_next_message_of_a_group_waits_for_the_group_interval():
    state = GroupState().with_message(GroupedMessage((due(1),)), START)
    more = [due(2, minutes=1), due(3, minutes=4)]
    assert sent(more, state, minutes=4, seconds=59) == []
    messages, _ = plan_messages(more, state, GROUPING, START + timedelta(minutes=5))
    assert numbers(messages) == [[2, 3]]
    assert messages[0].since == START


def test_each_waiting_conversation_has_a_time():
    state = GroupState().with_message(GroupedMessage((due(1),)), START)
    _, pending = plan_messages([due(2, minutes=1), due(3, topic="outage")], state, GROUPING, START)
    assert waiting_until(pending) == {key_of(2): START + timedelta(minutes=5), key_of(3): START + timedelta(minutes=1)}


def test_an_alert_joins_its_waiting_group_and_only_ready_groups_are_read_again():
    _, pending = plan_messages([due(1)], GroupState(), GROUPING, START)
    state = GroupState(pending=pending)
    assert state.ready_keys(START + timedelta(seconds=59)) == frozenset()
    _, pending = plan_messages([due(2, minutes=0.5)], state, GROUPING, START + timedelta(seconds=30))
    assert list(pending.values()) == [PendingGroup(START + timedelta(minutes=1), (key_of(1), key_of(2)))]
    assert GroupState(pending=pending).ready_keys(START + timedelta(minutes=1)) == {key_of(1), key_of(2)}


def test_one_sms_is_about_all_ready_groups_and_none_follows_within_two_minutes():
    texts = [due(number, Channel.SMS, CRITICAL, topic) for number, topic in enumerate(("money", "outage", "fraud"), 1)]
    messages, _ = plan_messages(texts, GroupState(), GROUPING, START)
    assert [len(message.alerts) for message in messages] == [3]
    state = GroupState().with_message(messages[0], START)
    next_one = [due(4, Channel.SMS, topic="journey", minutes=0.5)]
    assert sent(next_one, state, seconds=119) == []
    assert sent(next_one, state, minutes=2) == [[4]]
    # Another rung has other phones.
    assert sent([due(5, Channel.SMS, topic="journey", rung=2)], state, minutes=1) == [[5]]


@pytest.mark.parametrize("channel", Channel)
def test_a_critical_alert_waits_neither_for_the_group_interval_nor_for_that_of_text_messages(channel):
    state = GroupState().with_message(GroupedMessage((due(1, channel, CRITICAL),)), START)
    assert sent([due(2, channel, CRITICAL, minutes=1)], state, minutes=1) == [[2]]
    # What is ready goes with it, and what waits for its group does not.
    others = [due(3, channel, minutes=0.9), due(4, channel, CRITICAL, minutes=1)]
    assert sent(others, state, minutes=1) == [[4]]


def test_an_alert_of_a_later_step_has_waited_for_others_with_its_case():
    case = due().case
    ladder = replace(case.ladder, steps=(Step(1, 0), Step(2, 5)), step=2)
    later = replace(due(), case=replace(case, ladder=ladder), step=2)
    assert sent([later], minutes=5) == [[1]]


def test_an_sms_is_sent_before_any_email():
    messages, _ = plan_messages(
        [due(1, Channel.EMAIL, CRITICAL), due(2, Channel.SMS, CRITICAL, "fraud")], GroupState(), GROUPING, START
    )
    assert [message.channel for message in messages] == [Channel.SMS, Channel.EMAIL]


# ------------------------------------------------------------------------------------------------- from post to message


def customer(number, text, urgency=HIGH):
    mention = a_mention(
        str(number), f"@NimbusAir {text}", conversation_id=str(number), author=Author(f"u{number}", f"u{number}")
    )
    judgement = a_judgement(urgency=urgency)
    return replace(mention, created_at=START), replace(judgement, reasons=(Reason("stake.money", urgency, "money"),))


def case_id(number):
    """The id of the case that the post of ``customer(number)`` opens."""
    return f"x-{number}-u{number}-nimbusair"


@pytest.fixture
def team():
    return Team()


def test_four_cases_with_one_topic_are_one_message_per_channel_logged_in_each_case(team):
    for number, word in enumerate(("invoice", "voucher", "deposit", "surcharge"), 1):
        team.hear(*customer(number, f"{word} was taken twice"))
    assert team.minutes(4) == ["1 min, rung 1: sms - 4 cases", "1 min, rung 1: email - 4 cases"]
    text = team.sent[0][1].text
    assert text.startswith("HIGH: 4 cases about 'money'")
    for number in range(1, 5):
        assert len(team.store.alerts[case_id(number)]) == 2
        assert team.store.log(case_id(number))[-3:] == ["held back", "nudged", "alerted"]


def test_the_next_message_says_how_many_more_there_are_and_since_when(team):
    team.hear(*customer(1, "the deposit is gone"))
    team.minutes(2)
    for number in (2, 3, 4):
        team.hear(*customer(number, f"charged twice {number}"))
    team.minutes(6)
    grown = [alert for _, alert in team.sent if len(alert.case_ids) == 3 and alert.rung == 1]
    assert [str(alert.channel) for alert in grown] == ["sms", "email"]
    assert all("3 more about 'money' in 5 min" in alert.text for alert in grown)


def test_a_case_that_was_answered_meanwhile_is_not_in_the_message(team):
    for number in (1, 2):
        team.hear(*customer(number, f"charged twice {number}"))
    team.minute()
    team.hear(an_own_post("9", conversation_id="2", in_reply_to_id="2"), a_judgement())
    team.clock.advance(minutes=1)
    assert [alert.case_ids for alert in team.minute()] == [(case_id(1),), (case_id(1),)]
