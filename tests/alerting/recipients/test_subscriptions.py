"""The topic's subscriptions, on both stand-ins for SNS: one for each mailbox, and what AWS alone refuses."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from earshot.alerting.recipients.mailboxes import Subscription, filter_for
from earshot.alerting.recipients.subscriptions import Subscriptions
from earshot.errors import ConflictError
from tests.alerting.test_alert_topic import Exchange

MIA = "Mia@example.com"
# moto has it that numbers on 99 have opted out; the embedded cloud does not know the question.
OPTED_OUT = "+12025550199"


@pytest.fixture
def exchange(client_of: Callable[[str], Any]) -> Exchange:
    return Exchange(client_of)


@pytest.fixture
def book(exchange: Exchange) -> Subscriptions:
    return Subscriptions(exchange.sns, exchange.arn)


def only(book: Subscriptions) -> Subscription:
    (one,) = book.subscribed()
    return one


def test_a_mailbox_is_subscribed_once_to_what_names_it(book: Subscriptions) -> None:
    for _ in range(2):
        book.subscribe_mailbox(MIA)
    one = only(book)
    assert one.address == MIA
    assert one.arn is not None
    assert book.filter_of(one.arn) == filter_for(MIA) == {"to": ["mia@example.com"]}
    book.unsubscribe(one.arn)
    assert book.subscribed() == ()


def test_a_filter_that_is_another_is_put_right(exchange: Exchange, book: Subscriptions) -> None:
    attributes = {"FilterPolicy": json.dumps({"rung": ["1"]})}
    exchange.sns.subscribe(TopicArn=exchange.arn, Protocol="email", Endpoint=MIA, Attributes=attributes)
    arn = only(book).arn
    assert arn is not None
    assert book.filter_of(arn) == {"rung": ["1"]}
    book.set_filter(arn, MIA)
    assert book.filter_of(arn) == filter_for(MIA)


def test_other_endpoints_are_left_alone(exchange: Exchange, book: Subscriptions) -> None:
    exchange.person(to=["mia@example.com"])
    assert book.subscribed() == ()


class Aws:
    """An SNS client that answers as AWS does where the stand-ins do not."""

    def __init__(self, client: Any, **answers: Any) -> None:
        self._client, self._answers = client, answers

    def __getattr__(self, name: str) -> Any:
        return self._answers.get(name) or getattr(self._client, name)


def test_what_waits_to_be_confirmed_has_no_arn(exchange: Exchange) -> None:
    listed = [{"Protocol": "email", "Endpoint": MIA, "SubscriptionArn": "PendingConfirmation"}]

    class Paginator:
        def paginate(self, **request: Any) -> Any:
            return [{"Subscriptions": listed}]

    pending = Subscriptions(Aws(exchange.sns, get_paginator=lambda name: Paginator()), exchange.arn)
    assert pending.subscribed() == (Subscription(MIA, None),)


def test_a_mailbox_that_waits_with_another_filter_is_named_with_the_remedy(exchange: Exchange) -> None:
    def subscribe(message: str) -> Any:
        error = {"Error": {"Code": "InvalidParameter", "Message": message}}

        def refuse(**request: Any) -> Any:
            raise exchange.sns.exceptions.InvalidParameterException(error, "Subscribe")

        return Subscriptions(Aws(exchange.sns, subscribe=refuse), exchange.arn)

    with pytest.raises(ConflictError, match=r"Mia@example\.com is subscribed with another filter"):
        subscribe("Subscription already exists with different attributes").subscribe_mailbox(MIA)
    with pytest.raises(ClientError, match="Email address"):
        subscribe("Invalid parameter: Email address").subscribe_mailbox(MIA)


def test_a_number_counts_as_open_where_sns_does_not_say(exchange: Exchange) -> None:
    def silent(**request: Any) -> Any:
        raise ClientError({"Error": {"Code": "Throttled"}}, "CheckIfPhoneNumberIsOptedOut")

    client = Aws(exchange.sns, check_if_phone_number_is_opted_out=silent)
    assert not Subscriptions(client, exchange.arn).is_opted_out(OPTED_OUT)


def test_who_has_answered_stop_is_known() -> None:
    with mock_aws():
        exchange = Exchange(lambda service: boto3.client(service, region_name="eu-west-1"))
        book = Subscriptions(exchange.sns, exchange.arn)
        assert (book.is_opted_out(OPTED_OUT), book.is_opted_out("+12025550101")) == (True, False)
