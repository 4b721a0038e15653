"""Whether alerts reach somebody, as far as SNS knows."""

from datetime import timedelta

import pytest

from earshot.alerting.alert import Channel
from earshot.alerting.recipients.mailboxes import SETTLING, Subscription
from earshot.alerting.recipients.reachability import AddressStatus, SubscriptionSnapshot
from earshot.alerting.roster.roster import Person
from tests.fakes import START

MIA = Person("mia", "Mia Okafor", "Mia@example.com", "+12025550101", former_emails=("old@example.com",))
SMS, EMAIL = Channel.SMS, Channel.EMAIL
NEW, OLD = Subscription("mia@example.com", "arn:new"), Subscription("old@example.com", "arn:old")
IN_FORCE = {"arn:new": START, "arn:old": START}
SOON = {"arn:new": START + timedelta(minutes=3), "arn:old": START}


def snapshot(*subscriptions, in_force_at=None, opted_out=(), failing=()):
    return SubscriptionSnapshot(
        subscriptions,
        IN_FORCE if in_force_at is None else in_force_at,
        START,
        opted_out.__contains__,
        failing.__contains__,
    )


@pytest.mark.parametrize(
    ("seen", "sms", "email"),
    [
        (snapshot(NEW), AddressStatus.CONFIRMED, AddressStatus.CONFIRMED),
        (snapshot(Subscription("mia@example.com", None)), AddressStatus.CONFIRMED, AddressStatus.PENDING),
        (snapshot(NEW, in_force_at=SOON), AddressStatus.CONFIRMED, AddressStatus.SETTLING),
        (snapshot(NEW, in_force_at={}), AddressStatus.CONFIRMED, AddressStatus.SETTLING),
        (snapshot(), AddressStatus.CONFIRMED, AddressStatus.ABSENT),
        (snapshot(NEW, opted_out=(MIA.phone,)), AddressStatus.OPTED_OUT, AddressStatus.CONFIRMED),
        (snapshot(NEW, failing=(MIA.phone,)), AddressStatus.FAILING, AddressStatus.CONFIRMED),
    ],
)
def test_the_status_of_an_address(seen, sms, email):
    assert (seen.status_of(MIA, SMS), seen.status_of(MIA, EMAIL)) == (sms, email)


def test_an_address_that_somebody_does_not_have_has_no_status():
    assert snapshot().status_of(Person("leo", "Leo Brandt", phone="+12025550102"), EMAIL) is None
    assert snapshot().status_of(Person("leo", "Leo Brandt", "leo@example.com"), SMS) is None


def test_until_a_mailbox_is_in_force_the_one_before_is_used_too():
    seen = snapshot(NEW, OLD, in_force_at=SOON)
    assert seen.addresses_of(MIA, EMAIL) == ("Mia@example.com", "old@example.com")
    assert seen.is_reachable(MIA, EMAIL)
    assert snapshot(OLD).addresses_of(MIA, EMAIL) == ("old@example.com",)
    assert snapshot(NEW, OLD).addresses_of(MIA, EMAIL) == ("Mia@example.com",)


def test_a_mailbox_that_nobody_has_looked_at_may_settle_for_fifteen_minutes():
    assert snapshot(NEW, in_force_at=SOON).settling_until(MIA) == START + timedelta(minutes=3)
    assert snapshot(NEW, in_force_at={}).settling_until(MIA) == START + SETTLING
    assert snapshot(NEW).settling_until(MIA) is None
