"""The topic's subscriptions, on both stand-ins for SNS: one for each address, and what AWS alone refuses."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from earshot.alerting.alert import Channel, Recipients
from earshot.alerting.recipients.filter_policy import people_in
from earshot.alerting.recipients.subscriptions import Subscriptions
from earshot.alerting.roster.roster import Person
from earshot.errors import ConflictError
from tests.alerting.test_alert_topic import EMAIL, SMS, Exchange
from tests.fakes import START

MIA = Person("mia", "Mia Okafor", "mia@example.com", "+12025550101")
LEO = Person("leo", "Leo Brandt", "leo@example.com")
# moto has it that numbers on 99 have opted out; the embedded cloud does not know the question.
OPTED_OUT = "+12025550199"
BOOTSTRAP = {"channel": ["email"], "rung": ["1", "2"]}


@pytest.fixture
def exchange(client_of: Callable[[str], Any]) -> Exchange:
    return Exchange(client_of)


@pytest.fixture
def book(exchange: Exchange) -> Subscriptions:
    return Subscriptions(exchange.sns, exchange.arn)


def filters(book: Subscriptions) -> dict[str, Any]:
    return {one.address: one.policy for one in book.subscribed()}


def test_a_person_is_subscribed_to_what_is_for_them_on_each_channel(book: Subscriptions) -> None:
    for _ in range(2):
        book.subscribe_person(MIA)
    assert filters(book) == {
        "mia@example.com": {"channel": ["email"], "to": ["mia"]},
        "+12025550101": {"channel": ["sms"], "to": ["mia"]},
    }
    assert book.unsubscribe_person("mia") == 2
    assert filters(book) == {}
    assert book.unsubscribe_person("mia") == 0


def test_an_address_of_the_parameters_serves_both_and_keeps_its_rungs(exchange: Exchange, book: Subscriptions) -> None:
    attributes = {"FilterPolicy": json.dumps(BOOTSTRAP)}
    exchange.sns.subscribe(TopicArn=exchange.arn, Protocol="email", Endpoint=MIA.email, Attributes=attributes)
    book.subscribe_person(MIA)
    book.subscribe_person(replace(LEO, email=MIA.email))
    assert filters(book)[MIA.email] == {"$or": [BOOTSTRAP, {"channel": ["email"], "to": ["leo", "mia"]}]}
    book.unsubscribe_person("mia")
    book.unsubscribe_person("leo")
    assert filters(book) == {MIA.email: BOOTSTRAP}


def test_who_has_a_new_address_gets_nothing_at_the_old_one(book: Subscriptions) -> None:
    book.subscribe_person(MIA)
    book.subscribe_person(replace(MIA, email="mia.okafor@example.com", phone=None))
    assert filters(book) == {"mia.okafor@example.com": {"channel": ["email"], "to": ["mia"]}}


def test_other_endpoints_are_left_alone(exchange: Exchange, book: Subscriptions) -> None:
    exchange.person(to=["mia"])
    assert book.subscribed() == ()
    assert book.unsubscribe_person("mia") == 0


def test_an_alert_for_people_reaches_them_and_nobody_by_rung(exchange: Exchange) -> None:
    by_rung, mia = exchange.person(channel=["email"], rung=["1"]), exchange.person(channel=["email"], to=["mia"])
    both = exchange.person(**{"$or": [{"channel": ["email"], "rung": ["1"]}, {"channel": ["email"], "to": ["mia"]}]})
    for audience in (Recipients(1, ("leo", "mia")), Recipients(1, ("leo",)), Recipients(1), None):
        exchange.topic.publish(replace(EMAIL, text=str(audience), recipients=audience), START)
    assert [message["Message"] for message in exchange.got(mia)] == [str(Recipients(1, ("leo", "mia")))]
    assert sorted(message["Message"] for message in exchange.got(by_rung)) == sorted([str(Recipients(1)), "None"])
    assert len(exchange.got(both)) == 3


def test_the_last_resort_reaches_every_rung_and_the_people_once_each(exchange: Exchange) -> None:
    people = [exchange.person(channel=["sms"], rung=[rung]) for rung in "123"]
    people.append(exchange.person(channel=["sms"], to=["mia"]))
    exchange.topic.publish(replace(SMS, recipients=Recipients(1, ("mia",), everybody=True)), START)
    assert [len(exchange.got(person)) for person in people] == [1, 1, 1, 1]


# ------------------------------------------------------------------------------- what AWS does and no stand-in does


class Aws:
    """A client as AWS behaves: mail is pending until it is accepted, and no second filter is taken."""

    def __init__(self, client: Any, *pending: str) -> None:
        self._client, self._pending = client, pending

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_paginator(self, name: str) -> Any:
        pages = self._client.get_paginator(name)

        class Paginator:
            def paginate(_, **request: Any) -> Any:
                for page in pages.paginate(**request):
                    for one in page["Subscriptions"]:
                        if one["Endpoint"] in self._pending:
                            one["SubscriptionArn"] = "PendingConfirmation"
                    yield page

        return Paginator()

    def subscribe(self, **request: Any) -> Any:
        if request["Endpoint"] in self._pending:
            raise self._client.exceptions.InvalidParameterException(
                {"Error": {"Code": "InvalidParameter", "Message": "Subscription already exists"}}, "Subscribe"
            )
        return self._client.subscribe(**request)


def test_what_waits_to_be_confirmed_has_no_filter_and_cannot_be_changed(
    exchange: Exchange, book: Subscriptions
) -> None:
    book.subscribe_person(MIA)
    pending = Subscriptions(Aws(exchange.sns, MIA.email), exchange.arn)
    states = {one.address: (one.arn is None, people_in(one.policy)) for one in pending.subscribed()}
    assert states == {MIA.email: (True, ()), MIA.phone: (False, ("mia",))}
    with pytest.raises(ConflictError, match=r"mia@example\.com has not confirmed"):
        pending.subscribe_person(replace(MIA, id="leo"))
    assert pending.unsubscribe_person("mia") == 1


def test_a_number_counts_as_open_where_sns_does_not_say(exchange: Exchange) -> None:
    class Silent(Aws):
        def check_if_phone_number_is_opted_out(self, **request: Any) -> Any:
            raise ClientError({"Error": {"Code": "Throttled"}}, "CheckIfPhoneNumberIsOptedOut")

    assert not Subscriptions(Silent(exchange.sns), exchange.arn).is_opted_out(OPTED_OUT)


def test_who_has_answered_stop_is_known() -> None:
    with mock_aws():
        exchange = Exchange(lambda service: boto3.client(service, region_name="eu-west-1"))
        book = Subscriptions(exchange.sns, exchange.arn)
        assert (book.is_opted_out(OPTED_OUT), book.is_opted_out("+12025550101")) == (True, False)


def test_both_channels_are_known_to_sns_by_our_names() -> None:
    assert sorted(Channel) == ["email", "sms"]
