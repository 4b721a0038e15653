"""Changes of the roster, for the command line and the API, with the subscriptions that follow it.

A new person is subscribed before they are stored, and a person who leaves is removed from the roster before they are
unsubscribed. So everybody on the roster has been asked to confirm their address. If the process dies in between, a
subscription remains to which nothing is sent; doing the same again puts it right.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from earshot.alerting.alert import RUNGS, Channel
from earshot.alerting.recipients.filter_policy import Subscription
from earshot.alerting.recipients.reachability import AddressStatus, SubscriptionSnapshot
from earshot.alerting.roster.on_call import Handover, next_handover, on_call
from earshot.alerting.roster.roster import Absence, Override, Person, Roster, Rotation
from earshot.errors import ConflictError, NotFoundError


class RosterStore(Protocol):
    """The stored roster."""

    def roster(self) -> Roster: ...
    def save_roster(self, roster: Roster) -> Roster: ...


class SubscriptionEditor(Protocol):
    """The topic's subscriptions."""

    def subscribed(self) -> tuple[Subscription, ...]: ...
    def is_opted_out(self, phone: str) -> bool: ...
    def subscribe_person(self, person: Person) -> None: ...
    def unsubscribe_person(self, id: str) -> int: ...


@dataclass(frozen=True, slots=True)
class Reachability:
    """A person, and the status of each of their addresses: None where they have none on that channel."""

    person: Person
    email: AddressStatus | None
    sms: AddressStatus | None


@dataclass(frozen=True, slots=True)
class RungOnCall:
    """Who is on call for a rung, and the next change. Without people, the template's parameters say who gets alerts."""

    rung: int
    people: tuple[Person, ...]
    next: Handover | None


@dataclass(frozen=True, slots=True)
class RosterAdmin:
    """The roster, and the subscriptions that follow it.

    ``version`` is that of the roster on which a change was decided, None for any. Every change raises RosterError where
    the roster would be invalid, NotFoundError where it names nobody, and ConflictError where somebody changed the
    roster meanwhile.
    """

    store: RosterStore
    subscriptions: SubscriptionEditor

    def roster(self) -> Roster:
        """The stored roster."""
        return self.store.roster()

    def reachability(self, roster: Roster) -> Iterator[Reachability]:
        """Everybody on the roster, and whether alerts reach them."""
        snapshot = SubscriptionSnapshot(self.subscriptions.subscribed(), self.subscriptions.is_opted_out)
        for person in roster.people:
            email, sms = (snapshot.status_of(person, channel) for channel in (Channel.EMAIL, Channel.SMS))
            yield Reachability(person, email, sms)

    def on_call(self, at: datetime) -> tuple[RungOnCall, ...]:
        """Who is on call at ``at``, and who is next, for each rung."""
        roster = self.store.roster()
        return tuple(RungOnCall(rung, on_call(roster, rung, at), next_handover(roster, rung, at)) for rung in RUNGS)

    def put_person(self, person: Person, version: int | None = None) -> Roster:
        """Add or change a person, and subscribe their addresses."""
        roster = self._at(version)
        changed = roster.with_person(person)
        self.subscriptions.subscribe_person(person)
        return self.store.save_roster(changed)

    def remove_person(self, id: str, version: int | None = None) -> Roster:
        """Remove a person from the roster, and unsubscribe them."""
        roster = self._at(version)
        try:
            roster = self.store.save_roster(roster.without_person(id))
        except NotFoundError:
            # A process may have removed them and died before it unsubscribed them.
            if not self.subscriptions.unsubscribe_person(id):
                raise
        else:
            self.subscriptions.unsubscribe_person(id)
        return roster

    def set_rotation(self, rotation: Rotation, version: int | None = None) -> Roster:
        """Set the rotation of a rung; one without people removes it."""
        return self._change(version, lambda roster: roster.with_rotation(rotation))

    def add_override(self, override: Override, now: datetime, version: int | None = None) -> Roster:
        """Let somebody stand in on a rung for a while."""
        return self._change(version, lambda roster: roster.with_override(override, now))

    def add_absence(self, id: str, absence: Absence, now: datetime) -> Roster:
        """Note when somebody is away."""
        return self._change(None, lambda roster: roster.with_absence(id, absence, now))

    def clear_absences(self, id: str) -> Roster:
        """Remove all absences of somebody."""
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
