"""Finds the recipients of an alert at the moment of sending, from the stored roster and from SNS."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol

from earshot.alerting.alert import Channel, Recipients
from earshot.alerting.recipients.filter_policy import Subscription
from earshot.alerting.recipients.reachability import IsFailing, SubscriptionSnapshot
from earshot.alerting.recipients.selection import all_get_email, phones_of, select_recipients
from earshot.alerting.roster.roster import Roster

# Many alerts in a row ask SNS once. Whoever has just confirmed an address waits no longer than this.
SNAPSHOT_AGE = timedelta(seconds=60)


class SubscriptionReader(Protocol):
    """The topic's subscriptions."""

    def subscribed(self) -> tuple[Subscription, ...]: ...
    def is_opted_out(self, phone: str) -> bool: ...


class RecipientFinder:
    """Finds recipients. ``on_failure`` gets the errors of what could not be asked: no alert waits for it.

    Without a roster an alert goes to whom the template's parameters name, and SNS is not asked who is reachable.
    ``is_failing`` says whether the last SMS to a number failed.
    """

    def __init__(
        self,
        read_roster: Callable[[], Roster],
        subscriptions: SubscriptionReader,
        on_failure: Callable[[str, Exception], None],
        is_failing: IsFailing = lambda phone: False,
    ) -> None:
        self._read_roster = read_roster
        self._subscriptions = subscriptions
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
            return Recipients(rung)
        if not roster.rotations and not roster.overrides:
            return Recipients(rung)
        return select_recipients(roster, rung, channel, at, self._current_snapshot(at))

    def phones_of(self, recipients: Recipients, at: datetime) -> tuple[str, ...] | None:
        """The numbers that an SMS for these recipients is sent to; None where SNS could not be asked."""
        snapshot = self._current_snapshot(at)
        return None if snapshot is None else phones_of(self._roster_for(recipients), recipients, snapshot)

    def needs_sms(self, recipients: Recipients, at: datetime) -> bool:
        """Whether nothing but an SMS reaches one of the recipients. True where SNS could not be asked."""
        snapshot = self._current_snapshot(at)
        return snapshot is None or not all_get_email(self._roster_for(recipients), recipients, snapshot)

    def _roster_for(self, recipients: Recipients) -> Roster:
        """The roster if the recipients are people on it, else an empty one: then it need not be read."""
        return Roster() if recipients.to is None else self._read_roster()

    def _current_snapshot(self, at: datetime) -> SubscriptionSnapshot | None:
        if self._asked_at is None or at - self._asked_at >= SNAPSHOT_AGE:
            try:
                subscribed = self._subscriptions.subscribed()
                is_opted_out, is_failing = cache(self._subscriptions.is_opted_out), cache(self._is_failing)
                self._snapshot = SubscriptionSnapshot(subscribed, is_opted_out, is_failing)
            except Exception as error:  # noqa: BLE001 - everybody counts as reachable then
                self._on_failure("the subscriptions", error)
                self._snapshot = None
            self._asked_at = at
        return self._snapshot
