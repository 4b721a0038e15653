"""Finds the recipients of an alert at the moment of sending, from the stored roster and from SNS."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol

from earshot.alerting.alert import Channel, Recipients
from earshot.alerting.recipients.mailboxes import MailboxLog, Subscription
from earshot.alerting.recipients.reachability import IsFailing, SubscriptionSnapshot
from earshot.alerting.recipients.selection import select_person, select_recipients
from earshot.alerting.roster.contacts import Contacts, Team
from earshot.alerting.roster.people import person_named
from earshot.alerting.roster.roster import Person, Roster

# Many alerts in a row ask SNS once. Whoever has just confirmed an address waits no longer than this.
SNAPSHOT_AGE = timedelta(seconds=60)


class SubscriptionReader(Protocol):
    """The topic's email subscriptions, and who has answered STOP."""

    def subscribed(self) -> tuple[Subscription, ...]: ...
    def is_opted_out(self, phone: str) -> bool: ...


class RecipientFinder:
    """Finds recipients. ``on_failure`` gets the errors of what could not be asked: no alert waits for it.

    ``contacts`` are whom the template's parameters name. ``is_failing`` says whether the last SMS to a number failed.
    """

    def __init__(
        self,
        read_roster: Callable[[], Roster],
        contacts: Contacts,
        subscriptions: SubscriptionReader,
        read_mailbox_log: Callable[[], MailboxLog],
        on_failure: Callable[[str, Exception], None],
        is_failing: IsFailing = lambda phone: False,
    ) -> None:
        self._read_roster = read_roster
        self._contacts = contacts
        self._subscriptions = subscriptions
        self._read_mailbox_log = read_mailbox_log
        self._on_failure = on_failure
        self._is_failing = is_failing
        self._snapshot: SubscriptionSnapshot | None = None
        self._asked_at: datetime | None = None

    def recipients_of(self, rung: int, channel: Channel, at: datetime) -> Recipients:
        """Who gets an alert of ``rung`` on ``channel`` at ``at``."""
        try:
            roster = self._read_roster()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the roster, the parameters name somebody
            self._on_failure("the roster", error)
            roster = Roster()
        return select_recipients(Team(roster, self._contacts), rung, channel, at, self._current_snapshot(at))

    def person(self, name: str, channel: Channel, at: datetime) -> Recipients:
        """The person of the roster who is known by ``name``. Errors of reading the roster are raised."""
        return select_person(person_named(self._read_roster(), name), channel, self._current_snapshot(at))

    def needs_sms(self, recipients: Recipients, at: datetime) -> bool:
        """Whether nothing but an SMS certainly reaches one of the recipients. True where SNS could not be asked."""
        snapshot = self._current_snapshot(at)
        if snapshot is None or recipients.everybody:
            return True
        people = self._people(recipients)
        return not people or not all(snapshot.is_reachable(person, Channel.EMAIL) for person in people)

    def forget(self) -> None:
        """Ask again with the next alert: something has shown that what was known is out of date."""
        self._asked_at = None

    def _people(self, recipients: Recipients) -> tuple[Person, ...]:
        """Those for whom an SMS is meant; none where the parameters do not say whose mailbox gets the email.

        The parameters do not say which number and mailbox belong to the same person. Those of one rung are taken for
        one person's, so a lead who gave only a number counts as reached by nothing but an SMS.
        """
        if recipients.to is not None:
            return Team(self._read_roster(), self._contacts).named(recipients.to)
        owners = {self._contacts.owner(recipients.rung, channel) for channel in Channel}
        person = self._contacts.person(recipients.rung)
        return (person,) if person is not None and len(owners) == 1 else ()

    def _current_snapshot(self, at: datetime) -> SubscriptionSnapshot | None:
        if self._asked_at is None or at - self._asked_at >= SNAPSHOT_AGE:
            try:
                subscribed, log = self._subscriptions.subscribed(), self._read_mailbox_log()
                is_opted_out, is_failing = cache(self._subscriptions.is_opted_out), cache(self._is_failing)
                self._snapshot = SubscriptionSnapshot(subscribed, log.in_force_at, at, is_opted_out, is_failing)
            except Exception as error:  # noqa: BLE001 - everybody counts as reachable then
                self._on_failure("the subscriptions", error)
                self._snapshot = None
            self._asked_at = at
        return self._snapshot
