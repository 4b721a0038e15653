"""The keeper: once a minute it brings the topic's subscriptions in line with the roster and the parameters.

It looks at what is there and does what is missing, so a run that dies, or one that SNS refuses, is made good by the
next. Nothing that it did not put into force itself is ever unsubscribed: other mailboxes on the topic are left alone.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from earshot.alerting.recipients.mailboxes import (
    SETTLING,
    FilterPolicy,
    MailboxLog,
    Subscription,
    filter_for,
    mailbox_key,
)
from earshot.alerting.roster.contacts import Team
from earshot.errors import ConflictError

# In the first minute of each hour every filter is read again: somebody may have changed one by hand.
_CHECKED_AT_MINUTE = 0


class MailboxStore(Protocol):
    """The stored log of mailboxes."""

    def mailbox_log(self) -> MailboxLog: ...
    def save_mailbox_log(self, log: MailboxLog) -> None: ...


class SubscriptionKeeper(Protocol):
    """The topic's email subscriptions."""

    def subscribed(self) -> tuple[Subscription, ...]: ...
    def filter_of(self, arn: str) -> FilterPolicy: ...
    def set_filter(self, arn: str, address: str) -> None: ...
    def subscribe_mailbox(self, address: str) -> None: ...
    def unsubscribe(self, arn: str) -> None: ...


@dataclass(frozen=True, slots=True)
class MailboxKeeper:
    """``on_failure`` gets the mailbox and the error where one of them could not be brought in line."""

    store: MailboxStore
    subscriptions: SubscriptionKeeper
    on_failure: Callable[[str, Exception], None]

    def keep(self, team: Team, now: datetime) -> None:
        """Note whose filter is in force from when on, subscribe who is missing, unsubscribe who has left.

        Whatever fails before the first change is raised.
        """
        listed = self.subscriptions.subscribed()
        confirmed = {one.key: one for one in listed if one.arn is not None}
        wanted = {mailbox_key(person.email): person.email for person in team.everybody() if person.email is not None}
        log = self.store.mailbox_log()
        known = {key: at for key, at in log.in_force_at.items() if key in confirmed}
        fits = self._fits(wanted, confirmed, known, now)
        misfits = [key for key, is_fit in fits.items() if is_fit is False]
        in_force_at = {key: known.get(key, now + SETTLING) for key in confirmed if fits.get(key, key in known)}
        if in_force_at != log.in_force_at:
            # Before any filter is changed: a mailbox is in force only once its filter was seen, and 15 minutes later.
            try:
                self.store.save_mailbox_log(replace(log, in_force_at=in_force_at))
            except ConflictError:
                return
        for key in misfits:
            self._attempt(key, lambda one=confirmed[key]: self.subscriptions.set_filter(one.arn or "", one.address))
        for key in wanted.keys() - {one.key for one in listed}:
            self._attempt(key, lambda address=wanted[key]: self.subscriptions.subscribe_mailbox(address))
        for key in in_force_at.keys() - wanted.keys() - set(_still_used(team, in_force_at, now)):
            self._attempt(key, lambda one=confirmed[key]: self.subscriptions.unsubscribe(one.arn or ""))

    def _fits(
        self,
        wanted: Mapping[str, str],
        confirmed: Mapping[str, Subscription],
        known: Mapping[str, datetime],
        now: datetime,
    ) -> dict[str, bool | None]:
        """Whether the filter of each mailbox that is looked at is its own; None where a new one could not be read."""
        found: dict[str, bool | None] = {}
        for key in sorted(wanted.keys() & confirmed.keys()):
            if key in known and now.minute != _CHECKED_AT_MINUTE:
                continue
            one = confirmed[key]
            try:
                found[key] = self.subscriptions.filter_of(one.arn or "") == filter_for(one.address)
            except Exception as error:  # noqa: BLE001 - one mailbox must not delay the others; it is read again
                self.on_failure(key, error)
                found[key] = True if key in known else None
        return found

    def _attempt(self, key: str, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - one mailbox must not delay the others; the next minute tries again
            self.on_failure(key, error)


def _still_used(team: Team, in_force_at: Mapping[str, datetime], now: datetime) -> Iterator[str]:
    """The mailboxes that somebody had before and that serve until the present one is in force."""
    for person in team.everybody():
        if person.email is not None and not is_in_force(in_force_at, person.email, now):
            yield from map(mailbox_key, person.former_emails)


def is_in_force(in_force_at: Mapping[str, datetime], address: str, now: datetime) -> bool:
    """Whether the filter of a mailbox is in force at ``now``."""
    at = in_force_at.get(mailbox_key(address))
    return at is not None and at <= now
