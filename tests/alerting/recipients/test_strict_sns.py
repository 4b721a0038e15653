"""What AWS's SNS refuses, settles and drops, and emulators do not: no alert of ours meets it."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from earshot.alerting.alert import Channel, Recipients
from earshot.alerting.alert_topic import AlertTopic
from earshot.alerting.messages.trial_alert import compose_trial_alert
from earshot.alerting.recipients.keeper import MailboxKeeper
from earshot.alerting.recipients.subscriptions import Subscriptions
from earshot.alerting.roster.contacts import Contacts, Team
from earshot.alerting.roster.roster import MAX_PEOPLE, Person, Roster
from earshot.alerting.sms.budget_notice import BudgetNotice
from earshot.alerting.sms.gate import SmsStop
from earshot.alerting.sms.sender import SmsSender
from tests.alerting.recipients.strict_sns import MOST_BYTES, SETTLES_IN, StrictSns
from tests.alerting.roster.fakes import MemoryMailboxLog
from tests.alerting.test_alert_topic import EMAIL, MIA, TO_EVERYBODY
from tests.fakes import START, FakeClock

ON_CALL, LEAD = "on.call@example.com", "lead@example.com"
RAW = {"RawMessageDelivery": "true"}
# The cases of one message, as a crowd has them.
MANY = 5_000


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sns(clock: FakeClock) -> Any:
    return StrictSns(clock)


# ------------------------------------------------------------------------------------------------- what SNS itself does


def test_a_filter_settles_and_another_subscription_of_an_address_is_refused(sns: Any, clock: FakeClock) -> None:
    """Two people who swap subscriptions with filters by rung, as a template would have them: it fails, and mutes."""
    for address, rung in ((ON_CALL, "1"), (LEAD, "2")):
        sns.subscribe(Protocol="email", Endpoint=address, Attributes={"FilterPolicy": json.dumps({"rung": [rung]})})
    with pytest.raises(sns.exceptions.InvalidParameterException, match="different attributes"):
        sns.subscribe(Protocol="email", Endpoint=LEAD, Attributes={"FilterPolicy": json.dumps({"rung": ["1"]})})
    first_rung = {"rung": {"DataType": "String", "StringValue": "1"}}
    arrived = []
    for _ in range(2):
        sns.publish(TopicArn="arn", Message="m", MessageAttributes=first_rung)
        arrived.append(len(sns.of(ON_CALL).got))
        clock.advance(minutes=SETTLES_IN / timedelta(minutes=1))
    assert arrived == [0, 1]


def test_what_is_too_large_is_refused_and_raw_delivery_drops_an_eleventh_attribute(sns: Any) -> None:
    sns.subscribe(Protocol="sqs", Endpoint="raw", Attributes=RAW)
    value = {"DataType": "String", "StringValue": "v"}
    for number in (10, 11):
        sns.publish(TopicArn="arn", Message="m", MessageAttributes={f"a{n}": value for n in range(number)})
    assert [len(one["MessageAttributes"]) for one in sns.of("raw").got] == [10]
    with pytest.raises(sns.exceptions.InvalidParameterException, match="too long"):
        sns.publish(TopicArn="arn", Message="m" * MOST_BYTES, MessageAttributes={"a": value})


# ----------------------------------------------------------------------------------------------------- what we publish


def test_everything_that_is_published_reaches_a_subscriber_with_raw_delivery(sns: Any) -> None:
    sns.subscribe(Protocol="sqs", Endpoint="raw", Attributes=RAW)
    topic = AlertTopic(sns, "arn")
    alerts = (
        EMAIL,
        replace(EMAIL, recipients=TO_EVERYBODY, link="https://earshot.example/l/1"),
        replace(EMAIL, case_ids=EMAIL.case_ids * MANY),
        replace(EMAIL, recipients=None, link=None, subject=None),
        compose_trial_alert(MIA, Channel.EMAIL, START),
    )
    for alert in alerts:
        topic.publish(alert, START)
    topic.publish_digest(START.date(), "Earshot 2026-11-21: 0 late", "A quiet day.", START, [ON_CALL])
    team = Team(Roster(), Contacts({1: ON_CALL}))
    for stop in SmsStop:
        BudgetNotice(topic, lambda: team, 20)(stop, START)
    assert len(sns.of("raw").got) == len(alerts) + 1 + len(SmsStop)


def test_no_text_message_has_more_attributes_than_ten(sns: Any) -> None:
    phone = Person("mia", "Mia", phone="+12025550101")
    everybody = Recipients(1, ("mia",), everybody=True, addresses=("+12025550101", "+12025550102"))
    sms = replace(EMAIL, channel=Channel.SMS, subject=None, recipients=everybody)
    for alert in (sms, compose_trial_alert(phone, Channel.SMS, START)):
        SmsSender(sns, 0.5).send(alert, "+12025550101", START)
    assert [len(text["MessageAttributes"]) <= 10 for text in sns.texts] == [True, True]


def test_the_longest_alert_to_the_largest_roster_is_taken(sns: Any) -> None:
    """Of everybody the mailbox, and the three before it; the longest addresses; a message about as many as can be."""
    addresses = tuple(f"{number:04}{'a' * 238}@example.com" for number in range(4 * MAX_PEOPLE))
    assert {len(address) for address in addresses} == {254}
    cases = tuple(f"x-{number:019}-{number:019}-{'b' * 15}" for number in range(MANY))
    alert = replace(
        EMAIL,
        case_ids=cases,
        text="\U0001f468\u200d" * 100_000,
        recipients=Recipients(1, everybody=True, addresses=addresses),
    )
    sns.subscribe(Protocol="email", Endpoint=ON_CALL, Attributes={})
    topic = AlertTopic(sns, "arn")
    topic.publish(alert, START)
    topic.publish_notice("n", "notice", "s" * 99, "荷" * 100_000, START, addresses)
    assert len(sns.of(ON_CALL).got) == 2


# --------------------------------------------------------------------------------- two people of the parameters swapped


def test_people_who_swap_parameters_get_every_alert_all_along(sns: Any, clock: FakeClock) -> None:
    log, refused = MemoryMailboxLog(), list[Exception]()
    keeper = MailboxKeeper(log, Subscriptions(sns, "arn"), lambda _, error: refused.append(error))
    topic = AlertTopic(sns, "arn")

    def minute(contacts: Contacts) -> None:
        keeper.keep(Team(Roster(), contacts), clock())
        clock.advance(minutes=1)

    usual = Contacts({1: ON_CALL, 2: LEAD})
    for _ in range(20):
        minute(usual)
    before = {arn: dict(one.attributes) for arn, one in sns.endpoints.items()}
    # Swapped, then the lead is on call as well, then both as they were.
    for contacts in (Contacts({1: LEAD, 2: ON_CALL}), Contacts({1: LEAD, 2: LEAD, 3: ON_CALL}), usual):
        minute(contacts)
        for address in (ON_CALL, LEAD):
            got = len(sns.of(address).got)
            topic.publish(replace(EMAIL, recipients=Recipients(1, addresses=(address,))), clock())
            assert len(sns.of(address).got) == got + 1
    assert {arn: dict(one.attributes) for arn, one in sns.endpoints.items()} == before
    assert refused == []
