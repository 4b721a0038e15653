"""Whether alerts reach a person: what SNS says of their mailbox, and whether the last message to a number failed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from earshot.alerting.alert import Channel
from earshot.alerting.recipients.mailboxes import SETTLING, Subscription, mailbox_key
from earshot.alerting.roster.roster import Person

# Of a phone number: whether its owner answered STOP, and whether the last message to it failed.
IsOptedOut = Callable[[str], bool]
IsFailing = Callable[[str], bool]


def _never(phone: str) -> bool:
    return False


class AddressStatus(StrEnum):
    """Whether one address of a person receives alerts: only a ``CONFIRMED`` one certainly does.

    A ``SETTLING`` mailbox is confirmed, and SNS may not have its filter in force yet.
    """

    CONFIRMED = "confirmed"
    SETTLING = "settling"
    PENDING = "pending"
    ABSENT = "absent"
    OPTED_OUT = "opted out"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class SubscriptionSnapshot:
    """The topic's email subscriptions at one moment. ``in_force_at`` is that of ``MailboxLog``.

    An SMS goes straight to the number: what is new about a number needs no time to come into force.
    """

    subscriptions: tuple[Subscription, ...]
    in_force_at: Mapping[str, datetime]
    at: datetime
    is_opted_out: IsOptedOut = _never
    is_failing: IsFailing = _never

    def status_of(self, person: Person, channel: Channel) -> AddressStatus | None:
        """The status of a person's address on a channel, None where they have no address on it."""
        if channel is Channel.EMAIL:
            return None if person.email is None else self._status_of_mailbox(person.email)
        if person.phone is None:
            return None
        if self.is_opted_out(person.phone):
            return AddressStatus.OPTED_OUT
        return AddressStatus.FAILING if self.is_failing(person.phone) else AddressStatus.CONFIRMED

    def addresses_of(self, person: Person, channel: Channel) -> tuple[str, ...]:
        """Where a person gets an alert: as long as their mailbox settles also at those that they had before."""
        status = self.status_of(person, channel)
        if channel is Channel.SMS:
            return (person.phone,) if person.phone and status is AddressStatus.CONFIRMED else ()
        if person.email is None or status is AddressStatus.CONFIRMED:
            return () if person.email is None else (person.email,)
        receiving = (AddressStatus.CONFIRMED, AddressStatus.SETTLING)
        return tuple(one for one in person.mailboxes if self._status_of_mailbox(one) in receiving)

    def is_reachable(self, person: Person, channel: Channel) -> bool:
        """Whether an alert on this channel certainly reaches a person, as far as SNS knows."""
        if channel is Channel.SMS:
            return self.status_of(person, channel) is AddressStatus.CONFIRMED
        return any(self._status_of_mailbox(one) is AddressStatus.CONFIRMED for one in person.mailboxes)

    def settling_until(self, person: Person) -> datetime | None:
        """When the first mailbox of a person is in force, None where none of them is settling."""
        settling = (one for one in person.mailboxes if self._status_of_mailbox(one) is AddressStatus.SETTLING)
        return min((min(self._in_force_at(one)) for one in settling), default=None)

    def _status_of_mailbox(self, address: str) -> AddressStatus:
        if not any(one.key == mailbox_key(address) for one in self.subscriptions):
            return AddressStatus.ABSENT
        in_force_at = self._in_force_at(address)
        if not in_force_at:
            return AddressStatus.PENDING
        return AddressStatus.CONFIRMED if min(in_force_at) <= self.at else AddressStatus.SETTLING

    def _in_force_at(self, address: str) -> list[datetime]:
        """From when on its confirmed subscriptions are in force; of one that nobody has looked at, the latest."""
        confirmed = (one.arn for one in self.subscriptions if one.key == mailbox_key(address))
        return [self.in_force_at.get(arn, self.at + SETTLING) for arn in confirmed if arn is not None]
