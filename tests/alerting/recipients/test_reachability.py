"""Whether alerts reach somebody, as far as SNS knows."""

from dataclasses import replace

import pytest

from earshot.alerting.alert import Channel
from earshot.alerting.recipients.reachability import AddressStatus, SubscriptionSnapshot
from earshot.alerting.roster.roster import Person
from tests.alerting.roster.fakes import MemorySubscriptions

MIA = Person("mia", "Mia Okafor", "mia@example.com", "+12025550101")
SMS, EMAIL = Channel.SMS, Channel.EMAIL


@pytest.mark.parametrize(
    ("spoil", "sms", "email"),
    [
        (lambda book: None, AddressStatus.CONFIRMED, AddressStatus.CONFIRMED),
        (lambda book: book.pending.add(MIA.email), AddressStatus.CONFIRMED, AddressStatus.PENDING),
        (lambda book: book.opted_out.add(MIA.phone), AddressStatus.OPTED_OUT, AddressStatus.CONFIRMED),
        (lambda book: book.policies.clear(), AddressStatus.ABSENT, AddressStatus.ABSENT),
        (
            lambda book: book.policies.update({(EMAIL, MIA.email): {"rung": ["1"], "channel": ["email"]}}),
            AddressStatus.CONFIRMED,
            AddressStatus.MISROUTED,
        ),
    ],
)
def test_the_status_of_an_address(spoil, sms, email):
    book = MemorySubscriptions()
    book.subscribe_person(MIA)
    spoil(book)
    snapshot = SubscriptionSnapshot(book.subscribed(), book.is_opted_out)
    assert (snapshot.status_of(MIA, SMS), snapshot.status_of(MIA, EMAIL)) == (sms, email)
    assert snapshot.status_of(replace(MIA, phone=None), SMS) is None


def test_a_mailbox_is_the_same_however_it_is_capitalised():
    book = MemorySubscriptions()
    book.subscribe_person(MIA)
    assert SubscriptionSnapshot(book.subscribed(), book.is_opted_out).status_of(
        replace(MIA, email="MIA@Example.com"), EMAIL
    ) == (AddressStatus.CONFIRMED)
