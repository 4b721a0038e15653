"""Text messages by SNS, straight to a number: on both stand-ins, and what AWS alone refuses."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from earshot.alerting.alert import Channel, Recipients
from earshot.alerting.messages.attributes import MAX_ATTRIBUTES
from earshot.alerting.messages.trial_alert import compose_trial_alert
from earshot.alerting.roster.roster import Person
from earshot.alerting.sms.delivery import SmsDelivery
from earshot.alerting.sms.sender import SmsSender
from earshot.errors import PhoneRefusedError
from tests.alerting.test_alert_topic import EMAIL
from tests.fakes import START

MIA, LEO, ZOE = "+12025550101", "+12025550102", "+12025550103"
SMS = replace(EMAIL, name="2026#01#sms", channel=Channel.SMS, subject=None, recipients=Recipients(1, addresses=(MIA,)))


class Recorder:
    """An SNS client that answers with an error where it has one, and keeps what it was asked."""

    def __init__(self, client: Any, error: str = "") -> None:
        self.exceptions, self._error = client.exceptions, error
        self.request: dict[str, Any] = {}

    def publish(self, **request: Any) -> dict[str, str]:
        self.request = request
        if self._error:
            answer = {"Error": {"Code": self._error, "Message": "phone number is opted out"}}
            raise self.exceptions.from_code(self._error)(answer, "Publish")
        return {"MessageId": "1"}


def test_a_number_gets_a_text_message_without_any_subscription(client_of: Callable[[str], Any]) -> None:
    assert SmsSender(client_of("sns"), 0.5).send(SMS, MIA, START)


@pytest.mark.parametrize(
    "alert", [SMS, compose_trial_alert(Person("mia", "Mia", phone=MIA), Channel.SMS, START)], ids=["alert", "test"]
)
def test_it_is_transactional_signed_and_may_cost_no_more_than_set(client_of: Callable[[str], Any], alert: Any) -> None:
    sns = Recorder(client_of("sns"))
    SmsSender(sns, 0.5).send(alert, MIA, START)
    assert sns.request["PhoneNumber"] == MIA
    assert sns.request["Message"] == f"Earshot> {alert.text}"
    attributes = {name: value["StringValue"] for name, value in sns.request["MessageAttributes"].items()}
    assert attributes["AWS.SNS.SMS.SMSType"] == "Transactional"
    assert attributes["AWS.SNS.SMS.MaxPrice"] == "0.50"
    assert len(attributes) <= MAX_ATTRIBUTES
    assert all(attributes.values())


def test_a_number_that_sns_takes_no_message_for_is_told_apart(client_of: Callable[[str], Any]) -> None:
    sns = client_of("sns")
    with pytest.raises(PhoneRefusedError, match="ends in 01"):
        SmsSender(Recorder(sns, "InvalidParameter"), 0.5).send(SMS, MIA, START)
    with pytest.raises(ClientError):
        SmsSender(Recorder(sns, "InternalError"), 0.5).send(SMS, MIA, START)


class Phones:
    """Takes messages for numbers, but for those that it refuses and those that are out of order."""

    def __init__(self, refused: tuple[str, ...] = (), broken: tuple[str, ...] = ()) -> None:
        self._refused, self._broken = refused, broken
        self.sent: list[str] = []
        self.tracked: list[tuple[str, str, str]] = []
        self.marked: list[str] = []
        self.failures: list[Exception] = []

    def send(self, alert: Any, phone: str, at: Any) -> str:
        if phone in self._refused:
            raise PhoneRefusedError(phone)
        if phone in self._broken:
            raise ClientError({"Error": {"Code": "Throttled"}}, "Publish")
        self.sent.append(phone)
        return f"id-{phone[-2:]}"

    def deliver(self, *phones: str) -> str:
        delivery = SmsDelivery(
            self,
            lambda alert, phone, message_id, logged_as, now: self.tracked.append((phone, message_id, logged_as)),
            lambda phone, now: self.marked.append(phone),
            self.failures.append,
        )
        return delivery.send(replace(SMS, recipients=Recipients(1, addresses=phones)), START)


def test_each_number_gets_a_message_of_its_own_and_the_case_has_them_as_one() -> None:
    phones = Phones()
    assert phones.deliver(MIA, LEO) == "id-01"
    assert phones.sent == [MIA, LEO]
    assert phones.tracked == [(MIA, "id-01", "id-01"), (LEO, "id-02", "id-01")]


def test_one_number_that_fails_costs_the_others_nothing() -> None:
    phones = Phones(refused=(MIA,), broken=(LEO,))
    assert phones.deliver(MIA, LEO, ZOE) == "id-03"
    assert (phones.sent, phones.marked, len(phones.failures)) == ([ZOE], [MIA], 2)


def test_a_message_that_no_number_takes_was_not_sent() -> None:
    phones = Phones(refused=(MIA, LEO))
    with pytest.raises(PhoneRefusedError):
        phones.deliver(MIA, LEO)
    assert (phones.marked, phones.failures) == ([MIA, LEO], [])


def test_where_one_number_left_open_whether_it_was_sent_it_may_have_been() -> None:
    phones = Phones(refused=(MIA,), broken=(LEO,))
    with pytest.raises(ClientError):
        phones.deliver(MIA, LEO)
    assert (phones.marked, phones.failures) == ([MIA], [])
    with pytest.raises(ValueError, match="without a number"):
        phones.deliver()
