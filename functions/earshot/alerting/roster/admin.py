"""What is done to the roster, by the command line and by the API: stored first or subscribed first, and both mended.

Somebody new is subscribed before they are stored, and somebody who leaves is taken off the roster before they are
unsubscribed: whoever is on the roster has been asked for their address. A process that ends in between leaves a
subscription to which nothing is sent; doing the same again puts it right.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from earshot.alerting.alert import RUNGS, Alert, AlertReason, Channel, Recipients
from earshot.alerting.recipients.filter_policy import Subscription
from earshot.alerting.recipients.resolution import AddressStatus, Directory
from earshot.alerting.roster.on_call import Handover, next_handover, on_call
from earshot.alerting.roster.roster import Absence, Override, Person, Roster, Rotation
from earshot.errors import ConflictError, NotFoundError


class RosterStore(Protocol):
    """What is asked of the roster's table."""

    def roster(self) -> Roster: ...
    def save_roster(self, roster: Roster) -> Roster: ...


class SubscriptionEditor(Protocol):
    """What is asked of the topic's subscriptions."""

    def subscribed(self) -> tuple[Subscription, ...]: ...
    def is_opted_out(self, phone: str) -> bool: ...
    def subscribe_person(self, person: Person) -> None: ...
    def unsubscribe_person(self, id: str) -> int: ...


@dataclass(frozen=True, slots=True)
class Reachability:
    """Somebody, and how each of their addresses stands: None where they have none on that channel."""

    person: Person
    email: AddressStatus | None
    sms: AddressStatus | None


@dataclass(frozen=True, slots=True)
class RungOnCall:
    """One rung at one moment: who takes it, and when somebody else does. Nobody: it goes by the parameters."""

    rung: int
    people: tuple[Person, ...]
    next: Handover | None


@dataclass(frozen=True, slots=True)
class RosterAdmin:
    """The roster, and the subscriptions that follow it.

    Every change takes the ``version`` that it was decided on, None for whichever is stored. It raises RosterError where
    the roster would not be usable, NotFoundError where it names nobody, and ConflictError where somebody was faster.
    """

    store: RosterStore
    book: SubscriptionEditor

    def roster(self) -> Roster:
        """The roster as it is stored."""
        return self.store.roster()

    def reached(self, roster: Roster) -> Iterator[Reachability]:
        """Everybody, and whether alerts get to them."""
        directory = Directory(self.book.subscribed(), self.book.is_opted_out)
        for person in roster.people:
            yield Reachability(person, directory.reach(person, Channel.EMAIL), directory.reach(person, Channel.SMS))

    def staffed(self, at: datetime) -> tuple[RungOnCall, ...]:
        """Who is on call at ``at``, and who is next, on each rung."""
        roster = self.store.roster()
        return tuple(RungOnCall(rung, on_call(roster, rung, at), next_handover(roster, rung, at)) for rung in RUNGS)

    def put_person(self, person: Person, version: int | None = None) -> Roster:
        """Add somebody, or change who they are, and subscribe their addresses."""
        roster = self._at(version)
        changed = roster.with_person(person)
        self.book.subscribe_person(person)
        return self.store.save_roster(changed)

    def remove_person(self, id: str, version: int | None = None) -> Roster:
        """Take somebody off the roster, and unsubscribe them."""
        roster = self._at(version)
        try:
            roster = self.store.save_roster(roster.without_person(id))
        except NotFoundError:
            # They may have been removed by a process that ended before it unsubscribed them.
            if not self.book.unsubscribe_person(id):
                raise
        else:
            self.book.unsubscribe_person(id)
        return roster

    def rotate(self, rotation: Rotation, version: int | None = None) -> Roster:
        """Say who takes a rung in turn; nobody takes it off the roster."""
        return self._change(version, lambda roster: roster.with_rotation(rotation))

    def override(self, override: Override, now: datetime, version: int | None = None) -> Roster:
        """Say who stands in on a rung for a while."""
        return self._change(version, lambda roster: roster.with_override(override, now))

    def absent(self, id: str, absence: Absence, now: datetime) -> Roster:
        """Say when somebody is away."""
        return self._change(None, lambda roster: roster.with_absence(id, absence, now))

    def back(self, id: str) -> Roster:
        """Say that somebody is not away after all."""
        return self._change(None, lambda roster: roster.without_absences(id))

    def _change(self, version: int | None, change: Callable[[Roster], Roster]) -> Roster:
        return self.store.save_roster(change(self._at(version)))

    def _at(self, version: int | None) -> Roster:
        roster = self.store.roster()
        if version is not None and roster.version != version:
            raise ConflictError(
                f"The roster has version {roster.version}, not {version}: somebody has changed it. Read it again."
            )
        return roster


def trial_alert(person: Person, channel: Channel, at: datetime) -> Alert:
    """An alert about no case, for one person: does it get to them?"""
    text = f"Test of Earshot's alerts for {person.name}, sent at {at:%H:%M} UTC. Nothing is to be done."
    return Alert(
        name=f"test#{person.id}#{channel}",
        case_ids=(),
        rung=0,
        reason=AlertReason.TEST,
        channel=channel,
        severity="test",
        correlation=f"test#{person.id}",
        text=text,
        subject=None if channel is Channel.SMS else "[test] Earshot's alerts reach you",
        audience=Recipients(rung=0, to=(person.id,), names=(person.name,)),
    )
