"""The alert topic, on both stand-ins for SNS: alerts reach their recipients with all attributes."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from earshot.alerting.alert import Alert, AlertReason, Channel
from earshot.alerting.alert_topic import AlertTopic
from tests.fakes import CASE, START, unused

SMS = Alert(
    name="2026-11-21T09:00:00.000Z#01#sms",
    case_ids=(CASE,),
    rung=1,
    reason=AlertReason.FIRST,
    channel=Channel.SMS,
    severity="high",
    correlation="x#1",
    text="HIGH, 48 min left: Jane",
)
EMAIL = replace(SMS, name="2026-11-21T09:00:00.000Z#01#email", channel=Channel.EMAIL, subject="[high] complaint")


class Exchange:
    """A topic, and people who get from it what their filters let through."""

    def __init__(self, client_of: Callable[[str], Any]) -> None:
        self.sns, self.sqs = client_of("sns"), client_of("sqs")
        self.arn = self.sns.create_topic(Name=unused("alerts"))["TopicArn"]
        self.topic = AlertTopic(self.sns, self.arn, sms_max_price=0.5)

    def person(self, **wants: list[str]) -> str:
        url = self.sqs.create_queue(QueueName=unused("person"))["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        attributes = {"FilterPolicy": json.dumps(wants)}
        self.sns.subscribe(TopicArn=self.arn, Protocol="sqs", Endpoint=arn, Attributes=attributes)
        return url

    def got(self, url: str) -> list[dict[str, Any]]:
        messages = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]


@pytest.fixture
def exchange(client_of: Callable[[str], Any]) -> Exchange:
    return Exchange(client_of)


def test_each_channel_and_rung_reaches_those_who_are_on_it(exchange: Exchange) -> None:
    phone, mailbox = exchange.person(channel=["sms"], rung=["1"]), exchange.person(channel=["email"], rung=["1", "2"])
    for alert in (SMS, EMAIL, replace(SMS, rung=2), replace(EMAIL, rung=2), replace(EMAIL, rung=3)):
        exchange.topic.publish(alert, START)
    assert [message["MessageAttributes"]["rung"]["Value"] for message in exchange.got(phone)] == ["1"]
    assert sorted(message["MessageAttributes"]["rung"]["Value"] for message in exchange.got(mailbox)) == ["1", "2"]


def test_a_publication_names_its_case_its_reason_and_what_it_follows_from(exchange: Exchange) -> None:
    mailbox = exchange.person(channel=["email"])
    exchange.topic.publish(EMAIL, START)
    (message,) = exchange.got(mailbox)
    assert (message["Subject"], message["Message"]) == ("[high] complaint", "HIGH, 48 min left: Jane")
    assert {name: value["Value"] for name, value in message["MessageAttributes"].items()} == {
        "alert": "2026-11-21T09:00:00.000Z#01#email",
        "at": "2026-11-21T09:00:00.000Z",
        "case": CASE,
        "channel": "email",
        "correlation": "x#1",
        "reason": "urgent case",
        "rung": "1",
        "severity": "high",
    }


def test_an_sms_is_transactional_and_may_cost_no_more_than_set(exchange: Exchange) -> None:
    phone = exchange.person(channel=["sms"])
    exchange.topic.publish(SMS, START)
    (message,) = exchange.got(phone)
    assert "Subject" not in message
    assert message["MessageAttributes"]["AWS.SNS.SMS.SMSType"]["Value"] == "Transactional"
    assert float(message["MessageAttributes"]["AWS.SNS.SMS.MaxPrice"]["Value"]) == 0.5


def test_an_error_of_the_topic_is_raised(exchange: Exchange) -> None:
    gone = AlertTopic(exchange.sns, f"{exchange.arn}-gone", sms_max_price=0.5)
    with pytest.raises(exchange.sns.exceptions.NotFoundException):
        gone.publish(SMS, START)


def test_a_digest_reaches_on_call_and_the_lead_by_email_once_each(exchange: Exchange) -> None:
    on_call, lead = exchange.person(channel=["email"], rung=["1"]), exchange.person(channel=["email"], rung=["2", "3"])
    alone, executive = (
        exchange.person(channel=["email"], rung=["1", "2", "3"]),
        exchange.person(channel=["email"], rung=["3"]),
    )
    phone = exchange.person(channel=["sms"], rung=["1"])
    exchange.topic.publish_digest(START.date(), "Earshot 2026-11-21: 0 late", "A quiet day.", START)
    assert [len(exchange.got(url)) for url in (on_call, lead, alone, executive, phone)] == [1, 1, 1, 0, 0]


def test_a_digest_says_that_it_is_one(exchange: Exchange) -> None:
    mailbox = exchange.person(reason=["digest"])
    exchange.topic.publish_digest(START.date(), "Earshot 2026-11-21: 0 late", "A quiet day.", START)
    exchange.topic.publish(EMAIL, START)
    (message,) = exchange.got(mailbox)
    assert (message["Subject"], message["Message"]) == ("Earshot 2026-11-21: 0 late", "A quiet day.")
    assert message["MessageAttributes"]["alert"]["Value"] == "digest#2026-11-21"


def test_a_digest_reaches_people_of_the_roster_who_stand_on_its_rungs(exchange: Exchange) -> None:
    mia, leo = exchange.person(channel=["email"], to=["mia"]), exchange.person(channel=["email"], to=["leo"])
    exchange.topic.publish_digest(START.date(), "Earshot 2026-11-21: 0 late", "A quiet day.", START, ["mia"])
    assert [len(exchange.got(url)) for url in (mia, leo)] == [1, 0]


class Sent:
    """An SNS that keeps what it is sent."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def publish(self, **request: Any) -> dict[str, str]:
        self.messages.append(request["Message"])
        return {"MessageId": "1"}


def test_no_message_is_larger_than_sns_takes() -> None:
    sent: Any = Sent()
    topic = AlertTopic(sent, "arn:aws:sns:eu-west-1:123456789012:alerts", sms_max_price=0.5)
    topic.publish(replace(EMAIL, text="\U0001f468\u200d" * 100_000), START)
    topic.publish_notice("n", "notice", "subject", "荷" * 100_000, START)
    assert [190_000 < len(message.encode()) < 250_000 for message in sent.messages] == [True, True]
