"""Changes of the roster, for the command line and the API, with the subscriptions that follow it.

A new person's mailbox is subscribed before they are stored, so that they are asked to confirm it at once. Everything
else about subscriptions is the keeper's (``recipients/keeper.py``), within a minute: also what a process that died in
between has left.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from earshot.alerting.alert import RUNGS, Channel
from earshot.alerting.recipients.mailboxes import MailboxLog, Subscription, mailbox_key
from earshot.alerting.recipients.reachability import AddressStatus, SubscriptionSnapshot
from earshot.alerting.roster.on_call import Handover, next_handover, on_call
from earshot.alerting.roster.roster import Absence, Override, Person, Roster, Rotation
from earshot.errors import ConflictError


class RosterStore(Protocol):
    """The stored roster."""

    def roster(self) -> Roster: ...
    def save_roster(self, roster: Roster) -> Roster: ...


class SubscriptionEditor(Protocol):
    """The topic's email subscriptions, and who has answered STOP."""

    def subscribed(self) -> tuple[Subscription, ...]: ...
    def is_opted_out(self, phone: str) -> bool: ...
    def subscribe_mailbox(self, address: str) -> None: ...


class MailboxLogReader(Protocol):
    """From when on mailboxes are in force."""

    def mailbox_log(self) -> MailboxLog: ...


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
    mailboxes: MailboxLogReader

    def roster(self) -> Roster:
        """The stored roster."""
        return self.store.roster()

    def reachability(self, people: Iterable[Person], at: datetime) -> Iterator[Reachability]:
        """Whether alerts reach these people at ``at``, as far as SNS knows."""
        subscribed, log = self.subscriptions.subscribed(), self.mailboxes.mailbox_log()
        snapshot = SubscriptionSnapshot(subscribed, log.in_force_at, at, self.subscriptions.is_opted_out)
        for person in people:
            email, sms = (snapshot.status_of(person, channel) for channel in (Channel.EMAIL, Channel.SMS))
            yield Reachability(person, email, sms)

    def on_call(self, at: datetime) -> tuple[RungOnCall, ...]:
        """Who is on call at ``at``, and who is next, for each rung."""
        roster = self.store.roster()
        return tuple(RungOnCall(rung, on_call(roster, rung, at), next_handover(roster, rung, at)) for rung in RUNGS)

    def put_person(self, person: Person, version: int | None = None) -> Roster:
        """Add or change a person, and ask the owner of a mailbox that is new to confirm it."""
        roster = self._at(version)
        changed = roster.with_person(person)
        if person.email is not None:
            self._subscribe(person.email)
        return self.store.save_roster(changed)

    def remove_person(self, id: str, version: int | None = None) -> Roster:
        """Remove a person from the roster. No alert goes to them from then on; the keeper unsubscribes them."""
        return self._change(version, lambda roster: roster.without_person(id))

    def set_rotation(self, rotation: Rotation, version: int | None = None) -> Roster:
        """Set the rotation of a rung; one without people removes it."""
        return self._change(version, lambda roster: roster.with_rotation(rotation))

    def add_override(self, override: Override, now: datetime, version: int | None = None) -> Roster:
        """Let somebody stand in on a rung for a while."""
        return self._change(version, lambda roster: roster.with_override(override, now))

    def remove_override(self, override: Override, version: int | None = None) -> Roster:
        """Let the rung go by its rotation again."""
        return self._change(version, lambda roster: roster.without_override(override))

    def add_absence(self, id: str, absence: Absence, now: datetime) -> Roster:
        """Note when somebody is away."""
        return self._change(None, lambda roster: roster.with_absence(id, absence, now))

    def clear_absences(self, id: str) -> Roster:
        """Remove all absences of somebody."""
        return self._change(None, lambda roster: roster.without_absences(id))

    def put_back(self, before: Roster, version: int | None = None) -> Roster:
        """Put a roster again that stood there before. Who comes back with a mailbox is asked to confirm it again."""
        roster = self._at(version)
        known = {person.email for person in roster.people}
        for email in (person.email for person in before.people):
            if email is not None and email not in known:
                self._subscribe(email)
        return self.store.save_roster(replace(before, version=roster.version))

    def _subscribe(self, email: str) -> None:
        """Subscribe a mailbox that is not confirmed. One that waits to be confirmed is asked again."""
        known = (one for one in self.subscriptions.subscribed() if one.key == mailbox_key(email))
        if all(one.arn is None for one in known):
            self.subscriptions.subscribe_mailbox(email)

    def _change(self, version: int | None, change: Callable[[Roster], Roster]) -> Roster:
        return self.store.save_roster(change(self._at(version)))

    def _at(self, version: int | None) -> Roster:
        roster = self.store.roster()
        if version is not None and roster.version != version:
            raise ConflictError(
                f"The roster has version {roster.version}, not {version}: somebody has changed it. Read it again."
            )
        return roster
