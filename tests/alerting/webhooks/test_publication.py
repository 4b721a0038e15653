"""What is published about a case is what a subscriber of the topic reads: on both stand-ins for SNS."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from earshot.alerting.alert import Channel, Recipients
from earshot.alerting.alert_topic import AlertTopic
from earshot.alerting.grouping import DueAlert, GroupedMessage
from earshot.alerting.messages.compose import compose
from earshot.alerting.messages.email import email
from earshot.alerting.messages.link_instructions import without_action_link
from earshot.alerting.webhooks.publication import Publication, PublicationError, read_publication
from tests.alerting.messages.example import a_case
from tests.alerting.test_dispatch import Desk
from tests.alerting.webhooks.receiver import a_publication, sns_event
from tests.fakes import CASE, START, unused


def test_an_alert_by_email_comes_through_whole_with_the_link_of_its_post(client_of: Callable[[str], Any]) -> None:
    sns, sqs = client_of("sns"), client_of("sqs")
    arn = sns.create_topic(Name=unused("alerts"))["TopicArn"]
    url = sqs.create_queue(QueueName=unused("deliver"))["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    only = {"FilterPolicy": json.dumps({"channel": ["email"]})}
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue, Attributes=only)

    case = Desk().case
    for channel in Channel:
        AlertTopic(sns, arn).publish(
            compose(GroupedMessage((DueAlert(CASE, case, 1, channel),)), START, Recipients(1)), START
        )
    (message,) = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    email = compose(GroupedMessage((DueAlert(CASE, case, 1, Channel.EMAIL),)), START, Recipients(1))
    assert read_publication(json.loads(message["Body"])) == Publication(
        name=email.name,
        sent_at="2026-11-21T09:00:00.000Z",
        case_ids=(CASE,),
        severity="high",
        reason="urgent case",
        rung=1,
        correlation="x#0",
        subject=email.subject,
        text=email.text,
        link="https://x.com/jane/status/0",
    )


def test_what_a_message_does_not_say_is_none() -> None:
    bare = a_publication(subject=None, severity=None, reason=None, rung=None, correlation=None, case_ids=(), link=None)
    (record,) = sns_event(bare)["Records"]
    assert read_publication(record["Sns"]) == bare


@pytest.mark.parametrize("attribute", ["alert", "at"])
def test_a_message_that_is_no_alert_is_refused_by_name(attribute: str) -> None:
    (record,) = sns_event()["Records"]
    del record["Sns"]["MessageAttributes"][attribute]
    with pytest.raises(PublicationError, match=f"no attribute '{attribute}'"):
        read_publication(record["Sns"])


def test_the_action_link_is_only_for_the_recipient_of_the_email():
    mail = email(a_case(), 1, START, "https://api.example.com/l/abcdefghijklmnopqrstuv")
    assert "/l/abcdefghijklmnopqrstuv" in mail
    assert without_action_link(mail) == email(a_case(), 1, START)
