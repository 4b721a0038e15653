"""The rules by which the recipients of an alert are selected, from the team and the topic's subscriptions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from earshot.alerting.alert import RUNGS, Channel, Recipients
from earshot.alerting.recipients.reachability import AddressStatus, SubscriptionSnapshot
from earshot.alerting.roster.contacts import Team, is_contact
from earshot.alerting.roster.roster import Person


@dataclass(slots=True)
class _PassedOver:
    """Who should get the alert and does not certainly get it."""

    unreachable: list[Person] = field(default_factory=list[Person])
    settling: dict[Person, datetime] = field(default_factory=dict[Person, datetime])

    def add(self, people: Iterable[Person], snapshot: SubscriptionSnapshot) -> None:
        for person in people:
            until = snapshot.settling_until(person)
            if until is not None:
                self.settling[person] = until
            elif person not in self.unreachable:
                self.unreachable.append(person)

    def noted_in(self, recipients: Recipients) -> Recipients:
        """The recipients, with who was passed over."""
        settling = tuple(
            f"{person.name} is settling until {until:%H:%M} UTC" for person, until in self.settling.items()
        )
        return replace(recipients, unreachable=_names(self.unreachable), settling=settling)


def select_recipients(
    team: Team, rung: int, channel: Channel, at: datetime, snapshot: SubscriptionSnapshot | None
) -> Recipients:
    """Who gets an alert of ``rung`` on ``channel`` at ``at``.

    - A rung for which the roster has nobody at that moment goes to whom the template's parameters name.
    - If nobody of a rung can be reached on any channel, the next rung that can be reached takes its place: first those
      above it, then the others from rung 1 on.
    - Whoever has nothing but a mailbox that is settling gets the alert, and the next rung gets it as well.
    - If no rung can be reached for certain, everybody gets the alert, wherever it might reach them.
    - ``snapshot`` None: SNS could not be asked. Everybody counts as reachable, because an alert does not wait for that.
    """
    passed_over = _PassedOver()
    for candidate in _candidates(rung):
        people = team.on_call(candidate, at)
        if snapshot is None:
            if people:
                return _recipients(candidate, people, {person: _known_addresses(person, channel) for person in people})
            continue
        certain = [one for one in people if any(snapshot.is_reachable(one, channel) for channel in Channel)]
        passed_over.add((one for one in people if one not in certain), snapshot)
        if certain:
            told = [*(one for one in passed_over.settling if one not in certain), *certain]
            addresses = {person: snapshot.addresses_of(person, channel) for person in told}
            return passed_over.noted_in(_recipients(candidate, told, addresses))
    return passed_over.noted_in(_everybody(team, rung, channel, snapshot))


def select_person(person: Person | None, channel: Channel, snapshot: SubscriptionSnapshot | None) -> Recipients:
    """One person, as the recipient of what is meant for them alone; nobody where they certainly get nothing there.

    ``snapshot`` None: SNS could not be asked, and every address counts as one that works.
    """
    if person is None:
        return Recipients(0, ())
    if snapshot is None:
        return _recipients(0, [person], {person: _known_addresses(person, channel)})
    addresses = snapshot.addresses_of(person, channel) if snapshot.is_reachable(person, channel) else ()
    return _recipients(0, [person], {person: addresses})


def _recipients(rung: int, people: Sequence[Person], addresses: dict[Person, tuple[str, ...]]) -> Recipients:
    """Those of ``people`` who have an address."""
    told = [person for person in people if addresses[person]]
    sent_to = tuple(dict.fromkeys(address for person in told for address in addresses[person]))
    if told and all(map(is_contact, told)):
        return Recipients(rung, addresses=sent_to)
    return Recipients(rung, tuple(person.id for person in told), _names(told), addresses=sent_to)


def _everybody(team: Team, rung: int, channel: Channel, snapshot: SubscriptionSnapshot | None) -> Recipients:
    """Everybody, also where SNS says that nothing arrives. It refuses an SMS to who has answered STOP."""
    people = [
        one
        for one in team.everybody()
        if channel is Channel.EMAIL
        or snapshot is None
        or snapshot.status_of(one, channel) is not AddressStatus.OPTED_OUT
    ]
    selected = _recipients(rung, people, {person: _known_addresses(person, channel) for person in people})
    return replace(selected, everybody=True)


def _known_addresses(person: Person, channel: Channel) -> tuple[str, ...]:
    if channel is Channel.EMAIL:
        return person.mailboxes
    return () if person.phone is None else (person.phone,)


def _candidates(rung: int) -> list[int]:
    """The rung, those above it, then those below it from the first on."""
    return [*(one for one in RUNGS if one >= rung), *(one for one in RUNGS if one < rung)]


def _names(people: Iterable[Person]) -> tuple[str, ...]:
    return tuple(person.name for person in people)
