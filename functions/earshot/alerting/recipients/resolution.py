"""Whom an alert reaches: resolved when it is sent, from the roster and from what SNS says of people's addresses."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from earshot.alerting.alert import RUNGS, Channel, Recipients
from earshot.alerting.recipients.filter_policy import Subscription, people_in, rungs_in
from earshot.alerting.roster.on_call import on_call
from earshot.alerting.roster.roster import Person, Roster

# Of a telephone number: has its owner answered STOP, or did the last message to it fail?
IsOptedOut = Callable[[str], bool]
IsFailing = Callable[[str], bool]


class AddressStatus(StrEnum):
    """Whether one address of a person takes alerts."""

    CONFIRMED = "confirmed"
    PENDING = "pending"
    ABSENT = "absent"
    MISROUTED = "misrouted"
    OPTED_OUT = "opted out"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Directory:
    """What SNS says of the topic's subscriptions at one moment, and of how the latest messages fared."""

    subscriptions: tuple[Subscription, ...]
    is_opted_out: IsOptedOut
    is_failing: IsFailing = lambda phone: False

    def reach(self, person: Person, channel: Channel) -> AddressStatus | None:
        """How this channel stands for somebody, None where they have no address on it."""
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

    def takes(self, person: Person, channel: Channel) -> bool:
        """Whether what is sent to somebody on this channel arrives, as far as SNS knows."""
        return self.reach(person, channel) is AddressStatus.CONFIRMED

    def is_named(self, rung: int) -> bool:
        """Whether somebody confirmed takes this rung by the template's parameters."""
        return bool(self.named(rung))

    def named(self, rung: int, channel: Channel | None = None) -> list[Subscription]:
        """The confirmed subscriptions, on one channel or on any, that take this rung by the template's parameters."""
        confirmed = (one for one in self.subscriptions if one.arn is not None and channel in (None, one.channel))
        return [one for one in confirmed if str(rung) in rungs_in(one.policy)]


def recipients_of(roster: Roster, rung: int, channel: Channel, at: datetime, directory: Directory | None) -> Recipients:
    """Who gets an alert of ``rung`` on ``channel`` at ``at``.

    A rung on which the roster has nobody at that moment goes by the template's parameters. Where nobody of a rung can
    be reached on any channel, the next rung that can be reached stands in: upwards first, then from the first one.
    Where there is none, everybody on the topic is told. ``directory`` None: SNS does not say, and all count as
    reachable, since what cannot be asked must hold no alert up.
    """
    unreachable: list[Person] = []
    for candidate in _in_order(rung):
        people = on_call(roster, candidate, at)
        if not people:
            if candidate == rung or directory is None or directory.is_named(candidate):
                return Recipients(rung=candidate, unreachable=_names(unreachable))
            continue
        if directory is None:
            return Recipients(candidate, _ids(people), _names(people))
        if any(directory.takes(person, one) for person in people for one in Channel):
            told = [person for person in people if directory.takes(person, channel)]
            return Recipients(candidate, _ids(told), _names(told), _names(unreachable))
        unreachable += [person for person in people if person not in unreachable]
    return Recipients(rung, _ids(unreachable), _names(unreachable), _names(unreachable), everybody=True)


def phones_of(roster: Roster, audience: Recipients, directory: Directory) -> tuple[str, ...]:
    """The numbers that a text message for this audience goes to, as far as SNS knows."""
    subscriptions = [one for one in directory.subscriptions if one.channel is Channel.SMS and one.arn is not None]
    if audience.everybody:
        return tuple(one.address for one in subscriptions)
    if audience.to is None:
        return tuple(one.address for one in directory.named(audience.rung, Channel.SMS))
    told = {person.phone for person in roster.people if person.id in audience.to}
    return tuple(one.address for one in subscriptions if one.address in told)


def is_told_by_email(roster: Roster, audience: Recipients, directory: Directory) -> bool:
    """Whether everybody whom a text message is for is told by email just as well.

    The template's parameters do not say whose number goes with which mailbox: those that are named for the same rung
    at first belong together. A lead who gave a number alone counts as reached by nothing else.
    """
    if audience.everybody:
        return False
    if audience.to is not None:
        people = [person for person in roster.people if person.id in audience.to]
        return all(directory.takes(person, Channel.EMAIL) for person in people)
    mailboxes = [one for one in directory.subscriptions if one.channel is Channel.EMAIL and one.arn is not None]
    owners = {min(rungs) for one in mailboxes if (rungs := rungs_in(one.policy))}
    phones = directory.named(audience.rung, Channel.SMS)
    return bool(directory.named(audience.rung, Channel.EMAIL)) and all(
        min(rungs_in(one.policy)) in owners for one in phones
    )


def _in_order(rung: int) -> list[int]:
    """The rung, those above it, then those below it from the first on."""
    return [*(one for one in RUNGS if one >= rung), *(one for one in RUNGS if one < rung)]


def _ids(people: Iterable[Person]) -> tuple[str, ...]:
    return tuple(person.id for person in people)


def _names(people: Iterable[Person]) -> tuple[str, ...]:
    return tuple(person.name for person in people)
