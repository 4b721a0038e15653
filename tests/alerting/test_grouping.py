"""What is told together and when: group wait, group interval, one SMS for all that came meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.alerting.alert import Channel
from earshot.alerting.grouping import DueAlert, GroupedMessage, GroupState, PendingGroup, plan_messages, waiting_until
from earshot.cases.case.assessment import Assessment
from earshot.cases.case.key import ConversationKey
from earshot.cases.case.ladder import Step
from earshot.cases.policy.policy import Grouping
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent, Reason, Severity
from tests.alerting.messages.test_message import a_case
from tests.alerting.team import Team
from tests.fakes import START, a_judgement, a_mention, an_own_post

GROUPING = Grouping()
HIGH, CRITICAL = 65, 85


def due(number=1, channel=Channel.EMAIL, urgency=HIGH, topic="money", minutes=0, rung=1):
    """An alert of a case about ``topic`` whose first step fell due ``minutes`` after START."""
    severity = Severity.CRITICAL if urgency >= 80 else Severity.HIGH
    reasons = (Reason(f"stake.{topic}", 30, "..."),)
    at = START + timedelta(minutes=minutes)
    assessment = Assessment(Intent.COMPLAINT, urgency, severity, reasons)
    case = replace(a_case(), key=ConversationKey("x", str(number)), assessment=assessment)
    climbed, _ = case.start_ladder((Step(rung, 0),), at).climb(at)
    return DueAlert(f"x#{number}", climbed, 1, channel)


def sent(dues, told=None, **later):
    bundles, _ = plan_messages(dues, told or GroupState(), GROUPING, START + timedelta(**later))
    return [[one.key for one in bundle.dues] for bundle in bundles]


def test_what_is_critical_goes_at_once_and_what_is_not_waits_a_minute_for_others():
    assert sent([due(urgency=CRITICAL)]) == [["x#1"]]
    assert sent([due()], seconds=59) == []
    assert sent([due()], seconds=60) == [["x#1"]]


def test_what_came_while_the_first_waited_goes_with_it_and_the_most_urgent_speaks_first():
    late = due(2, urgency=70, minutes=0.9)
    assert sent([due(1), late], seconds=60) == [["x#2", "x#1"]]


def test_other_topics_severities_and_rungs_are_other_mails():
    dues = [due(1), due(2, topic="outage"), due(3, urgency=CRITICAL), due(4, rung=2)]
    assert sorted(sent(dues, minutes=1)) == [["x#1"], ["x#2"], ["x#3"], ["x#4"]]


def test_after_a_message_the_next_of_its_group_waits_for_the_interval():
    told = GroupState().with_message(GroupedMessage((due(1, urgency=CRITICAL),)), START)
    more = [due(2, urgency=CRITICAL, minutes=1), due(3, urgency=CRITICAL, minutes=4)]
    assert sent(more, told, minutes=4, seconds=59) == []
    bundles, _ = plan_messages(more, told, GROUPING, START + timedelta(minutes=5))
    assert [[one.key for one in bundle.dues] for bundle in bundles] == [["x#2", "x#3"]]
    assert bundles[0].since == START


def test_who_waits_is_told_until_when():
    told = GroupState().with_message(GroupedMessage((due(1, urgency=CRITICAL),)), START)
    _, pending = plan_messages([due(2, urgency=CRITICAL, minutes=1), due(3, topic="outage")], told, GROUPING, START)
    assert waiting_until(pending) == {"x#2": START + timedelta(minutes=5), "x#3": START + timedelta(minutes=1)}


def test_who_comes_while_a_group_waits_goes_with_it_and_nobody_else_is_looked_at():
    _, pending = plan_messages([due(1)], GroupState(), GROUPING, START)
    told = GroupState(pending=pending)
    assert told.ready(START + timedelta(seconds=59)) == frozenset()
    _, pending = plan_messages([due(2, minutes=0.5)], told, GROUPING, START + timedelta(seconds=30))
    assert list(pending.values()) == [PendingGroup(START + timedelta(minutes=1), ("x#1", "x#2"))]
    assert GroupState(pending=pending).ready(START + timedelta(minutes=1)) == {"x#1", "x#2"}


def test_one_sms_tells_all_that_is_ready_and_none_follows_within_two_minutes():
    texts = [due(number, Channel.SMS, CRITICAL, topic) for number, topic in enumerate(("money", "outage", "fraud"), 1)]
    bundles, _ = plan_messages(texts, GroupState(), GROUPING, START)
    assert [len(bundle.dues) for bundle in bundles] == [3]
    told = GroupState().with_message(bundles[0], START)
    next_one = [due(4, Channel.SMS, CRITICAL, "journey", minutes=1)]
    assert sent(next_one, told, seconds=119) == []
    assert sent(next_one, told, minutes=2) == [["x#4"]]
    # Somebody else's telephone is another matter.
    assert sent([due(5, Channel.SMS, CRITICAL, "journey", rung=2)], told) == [["x#5"]]


def test_an_sms_goes_before_any_mail():
    bundles, _ = plan_messages(
        [due(1, Channel.EMAIL, CRITICAL), due(2, Channel.SMS, CRITICAL, "fraud")], GroupState(), GROUPING, START
    )
    assert [bundle.channel for bundle in bundles] == [Channel.SMS, Channel.EMAIL]


# ------------------------------------------------------------------------------------------------- from post to message


def customer(number, text, urgency=HIGH):
    mention = a_mention(
        str(number), f"@NimbusAir {text}", conversation_id=str(number), author=Author(f"u{number}", f"u{number}")
    )
    judgement = a_judgement(urgency=urgency)
    return replace(mention, created_at=START), replace(judgement, reasons=(Reason("stake.money", urgency, "money"),))


@pytest.fixture
def team():
    return Team()


def test_four_about_one_thing_are_one_message_on_each_channel_and_each_case_says_what_it_was_told_in(team):
    for number, word in enumerate(("invoice", "voucher", "deposit", "surcharge"), 1):
        team.hear(*customer(number, f"{word} was taken twice"))
    assert team.minutes(4) == ["1 min, rung 1: sms - 4 cases", "1 min, rung 1: email - 4 cases"]
    text = team.sent[0][1].text
    assert text.startswith("HIGH: 4 cases about 'money'")
    for number in range(1, 5):
        assert len(team.store.alerts[f"x#{number}"]) == 2
        assert team.store.log(f"x#{number}")[-3:] == ["held back", "nudged", "alerted"]


def test_a_message_grows_and_says_by_how_many_since_when(team):
    team.hear(*customer(1, "the deposit is gone", CRITICAL))
    team.minutes(1)
    for number in (2, 3, 4):
        team.hear(*customer(number, f"charged twice {number}", CRITICAL))
    team.minutes(6)
    grown = [alert for _, alert in team.sent if len(alert.case_ids) == 3 and alert.rung == 1]
    assert [str(alert.channel) for alert in grown] == ["sms", "email"]
    assert all("3 more about 'money' in 5 min" in alert.text for alert in grown)


def test_one_who_was_answered_meanwhile_is_not_in_the_message(team):
    for number in (1, 2):
        team.hear(*customer(number, f"charged twice {number}"))
    team.minute()
    team.hear(an_own_post("9", conversation_id="2", in_reply_to_id="2"), a_judgement())
    team.clock.advance(minutes=1)
    assert [alert.case_ids for alert in team.minute()] == [("x-1",), ("x-1",)]
