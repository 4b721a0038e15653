"""The alert topic, on both stand-ins for SNS: alerts reach their recipients with all attributes."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from earshot.alerting.alert import Alert, AlertReason, Channel, Recipients
from earshot.alerting.alert_topic import AlertTopic
from earshot.alerting.messages.attributes import MAX_ATTRIBUTES
from earshot.alerting.messages.trial_alert import compose_trial_alert
from earshot.alerting.roster.roster import Person
from earshot.aws.clients import Clients
from earshot.errors import AlertRefusedError
from infra.local.loopback import Handler, Loopback
from tests.fakes import CASE, START, FakeClock, unused

EMAIL = Alert(
    name="2026-11-21T09:00:00.000Z#01#email",
    case_ids=(CASE,),
    rung=1,
    reason=AlertReason.FIRST,
    channel=Channel.EMAIL,
    severity="high",
    correlation="x#1",
    text="HIGH, 48 min left: Jane",
    subject="[high] complaint",
    link="https://x.com/jane/status/1",
    recipients=Recipients(1, ("mia",), ("Mia Okafor",), addresses=("Mia@example.com",)),
)


class Exchange:
    """A topic, and people who get from it what their filters let through."""

    def __init__(self, client_of: Callable[[str], Any]) -> None:
        self.sns, self.sqs = client_of("sns"), client_of("sqs")
        self.arn = self.sns.create_topic(Name=unused("alerts"))["TopicArn"]
        self.topic = AlertTopic(self.sns, self.arn)

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


def to(*addresses: str) -> Alert:
    return replace(EMAIL, recipients=Recipients(1, addresses=addresses))


def test_each_mailbox_gets_what_names_it(exchange: Exchange) -> None:
    mia, leo = exchange.person(to=["mia@example.com"]), exchange.person(to=["leo@example.com"])
    for alert in (to("Mia@example.com"), to("mia@example.com", "leo@example.com"), to("zoe@example.com"), to()):
        exchange.topic.publish(alert, START)
    assert [len(exchange.got(url)) for url in (mia, leo)] == [2, 1]


def test_a_publication_names_its_case_its_reason_and_what_it_follows_from(exchange: Exchange) -> None:
    mailbox = exchange.person(to=["mia@example.com"])
    exchange.topic.publish(EMAIL, START)
    (message,) = exchange.got(mailbox)
    assert (message["Subject"], message["Message"]) == ("[high] complaint", "HIGH, 48 min left: Jane")
    assert {name: value["Value"] for name, value in message["MessageAttributes"].items()} == {
        "alert": "2026-11-21T09:00:00.000Z#01#email",
        "at": "2026-11-21T09:00:00.000Z",
        "case": CASE,
        "channel": "email",
        "correlation": "x#1",
        "link": "https://x.com/jane/status/1",
        "reason": "urgent case",
        "rung": "1",
        "severity": "high",
        "to": '["mia@example.com"]',
    }


class Recorder:
    """An SNS client that takes everything, and keeps the attributes."""

    def __init__(self) -> None:
        self.attributes: dict[str, Any] = {}

    def publish(self, **request: Any) -> dict[str, str]:
        self.attributes = request["MessageAttributes"]
        return {"MessageId": "1"}


MIA = Person("mia", "Mia Okafor", "mia@example.com")
TO_EVERYBODY = Recipients(1, ("mia",), everybody=True, addresses=("mia@example.com", "leo@example.com"))


@pytest.mark.parametrize(
    "alert",
    [EMAIL, replace(EMAIL, recipients=TO_EVERYBODY), compose_trial_alert(MIA, Channel.EMAIL, START)],
    ids=["alert", "to everybody", "test"],
)
def test_no_message_has_more_attributes_than_a_raw_subscription_takes_or_an_empty_one(alert: Alert) -> None:
    sns: Any = Recorder()
    AlertTopic(sns, "arn").publish(alert, START)
    assert len(sns.attributes) <= MAX_ATTRIBUTES
    assert all(value["StringValue"] for value in sns.attributes.values())


def test_an_error_of_the_topic_is_raised(exchange: Exchange) -> None:
    gone = AlertTopic(exchange.sns, f"{exchange.arn}-gone")
    with pytest.raises(AlertRefusedError, match="NotFound"):
        gone.publish(EMAIL, START)
    with pytest.raises(AlertRefusedError, match="NotFound"):
        gone.publish_digest(START.date(), "Earshot 2026-11-21: 0 late", "A quiet day.", START, ["mia@example.com"])


class Sns(Loopback):
    """Answers every request as it is told: with an error of SNS, or by hanging up."""

    def __init__(self, status: int | None = None) -> None:
        super().__init__(_Answering)
        self.status, self.requests = status, 0


class _Answering(Handler):
    def do_POST(self) -> None:
        owner: Sns = self.owner
        owner.requests += 1
        self.body()
        if owner.status is None:
            self.close_connection = True
            return
        error = "<Error><Type>Sender</Type><Code>Throttled</Code><Message>Rate exceeded</Message></Error>"
        self.reply(owner.status, f"<ErrorResponse>{error}</ErrorResponse>".encode(), {"Content-Type": "text/xml"})


@contextmanager
def topic_at(url: str) -> Iterator[AlertTopic]:
    """The topic as it is wired, of an SNS at an address of this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "nobody")
        session = boto3.Session(region_name="eu-west-1")
        make = lambda service, config=None: session.client(service, endpoint_url=url, config=config)  # noqa: E731
        clients = Clients(make, FakeClock())
        yield AlertTopic(clients.publisher, "arn:aws:sns:eu-west-1:000000000000:alerts")


@pytest.mark.parametrize("status", [None, 500, 503])
def test_an_answer_that_is_lost_is_not_taken_for_a_refusal_and_the_message_is_handed_over_once(status):
    with Sns(status) as sns, topic_at(sns.url) as topic:
        with pytest.raises((ClientError, BotoCoreError)):
            topic.publish(EMAIL, START)
        assert sns.requests == 1


@pytest.mark.parametrize("status", [400, 403, 429])
def test_what_sns_refuses_was_not_sent(status):
    with Sns(status) as sns, topic_at(sns.url) as topic:
        with pytest.raises(AlertRefusedError, match="Rate exceeded"):
            topic.publish(EMAIL, START)
        assert sns.requests == 1


def test_where_nobody_listens_nothing_was_sent():
    with Sns() as sns:
        url = sns.url
    with topic_at(url) as topic, pytest.raises(AlertRefusedError):
        topic.publish(EMAIL, START)


def test_a_digest_reaches_the_mailboxes_that_it_names_once_each(exchange: Exchange) -> None:
    mia, leo = exchange.person(to=["mia@example.com"]), exchange.person(to=["leo@example.com"])
    readers = ["Mia@example.com", "mia@example.com"]
    exchange.topic.publish_digest(START.date(), "Earshot 2026-11-21: 0 late", "A quiet day.", START, readers)
    assert [len(exchange.got(url)) for url in (mia, leo)] == [1, 0]


def test_a_digest_says_that_it_is_one(exchange: Exchange) -> None:
    mailbox = exchange.person(reason=["digest"])
    exchange.topic.publish_digest(START.date(), "Earshot 2026-11-21: 0 late", "A quiet day.", START, [])
    exchange.topic.publish(EMAIL, START)
    (message,) = exchange.got(mailbox)
    assert (message["Subject"], message["Message"]) == ("Earshot 2026-11-21: 0 late", "A quiet day.")
    assert message["MessageAttributes"]["alert"]["Value"] == "digest#2026-11-21"


class Sent:
    """An SNS that keeps what it is sent."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def publish(self, **request: Any) -> dict[str, str]:
        self.messages.append(request["Message"])
        return {"MessageId": "1"}


def test_no_message_is_larger_than_sns_takes() -> None:
    sent: Any = Sent()
    topic = AlertTopic(sent, "arn:aws:sns:eu-west-1:123456789012:alerts")
    topic.publish(replace(EMAIL, text="\U0001f468\u200d" * 100_000), START)
    topic.publish_notice("n", "notice", "subject", "荷" * 100_000, START, ["mia@nimbus.example"])
    assert [190_000 < len(message.encode()) < 250_000 for message in sent.messages] == [True, True]
