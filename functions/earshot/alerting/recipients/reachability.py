"""Whether alerts reach a person: what SNS says of their addresses, and whether the last message to a number failed."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from earshot.alerting.alert import Channel
from earshot.alerting.recipients.filter_policy import Subscription, people_in, rungs_in
from earshot.alerting.roster.roster import Person

# Of a phone number: whether its owner answered STOP, and whether the last message to it failed.
IsOptedOut = Callable[[str], bool]
IsFailing = Callable[[str], bool]


def _never(phone: str) -> bool:
    return False


class AddressStatus(StrEnum):
    """Whether one address of a person receives alerts: only a ``CONFIRMED`` one does."""

    CONFIRMED = "confirmed"
    PENDING = "pending"
    ABSENT = "absent"
    MISROUTED = "misrouted"
    OPTED_OUT = "opted out"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class SubscriptionSnapshot:
    """The topic's subscriptions at one moment."""

    subscriptions: tuple[Subscription, ...]
    is_opted_out: IsOptedOut
    is_failing: IsFailing = _never

    def status_of(self, person: Person, channel: Channel) -> AddressStatus | None:
        """The status of a person's address on a channel, None where they have no address on it."""
        address = person.address(channel)
        if address is None:
            return None
        found = [one for one in self.subscriptions if one.is_at(channel, address)]
        if not found:
            return AddressStatus.ABSENT
        confirmed = [one for one in found if one.arn is not None]
        if not confirmed:
            return AddressStatus.PENDING
        if not any(person.id in people_in(one.policy) for one in confirmed):
            return AddressStatus.MISROUTED
        if channel is Channel.SMS and self.is_opted_out(address):
            return AddressStatus.OPTED_OUT
        if channel is Channel.SMS and self.is_failing(address):
            return AddressStatus.FAILING
        return AddressStatus.CONFIRMED

    def is_reachable(self, person: Person, channel: Channel) -> bool:
        """Whether an alert on this channel reaches a person, as far as SNS knows."""
        return self.status_of(person, channel) is AddressStatus.CONFIRMED

    def for_rung(self, rung: int, channel: Channel | None = None) -> list[Subscription]:
        """The confirmed subscriptions that the template's parameters made for a rung, on one channel or on any."""
        confirmed = (one for one in self.subscriptions if one.arn is not None and channel in (None, one.channel))
        return [one for one in confirmed if str(rung) in rungs_in(one.policy)]

    def on_channel(self, channel: Channel) -> list[Subscription]:
        """The confirmed subscriptions of a channel."""
        return [one for one in self.subscriptions if one.channel is channel and one.arn is not None]
