"""The keeper: once a minute it brings the topic's subscriptions in line with the roster and the parameters.

It looks at what is there and does what is missing, so a run that dies, or one that SNS refuses, is made good by the
next. Nothing that it did not put into force itself is ever unsubscribed: other mailboxes on the topic are left alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
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
    """``on_failure`` gets the mailbox, or the ARN of its subscription, and why it could not be brought in line."""

    store: MailboxStore
    subscriptions: SubscriptionKeeper
    on_failure: Callable[[str, Exception], None]

    def keep(self, team: Team, now: datetime) -> None:
        """Note whose filter is in force from when on, subscribe who is missing, unsubscribe who has left.

        Whatever fails before the first change is raised.
        """
        listed = self.subscriptions.subscribed()
        confirmed = {one.arn: one for one in listed if one.arn is not None}
        wanted = {mailbox_key(person.email): person.email for person in team.everybody() if person.email is not None}
        log = self.store.mailbox_log()
        known = {arn: at for arn, at in log.in_force_at.items() if arn in confirmed}
        fits = self._fits((one for one in confirmed.values() if one.key in wanted), known, now)
        in_force_at = {arn: known.get(arn, now + SETTLING) for arn in confirmed if fits.get(arn, arn in known)}
        if in_force_at != log.in_force_at:
            # Before any filter is changed: a mailbox is in force only once its filter was seen, and 15 minutes later.
            try:
                self.store.save_mailbox_log(replace(log, in_force_at=in_force_at))
            except ConflictError:
                return
        for arn in (arn for arn, is_fit in fits.items() if is_fit is False):
            self._attempt(arn, lambda one=confirmed[arn]: self.subscriptions.set_filter(one.arn or "", one.address))
        for key in wanted.keys() - {one.key for one in listed}:
            self._attempt(key, lambda address=wanted[key]: self.subscriptions.subscribe_mailbox(address))
        in_force = {confirmed[arn].key for arn, at in in_force_at.items() if at <= now}
        used = wanted.keys() | set(_still_used(team, in_force))
        for arn in (arn for arn in in_force_at if confirmed[arn].key not in used):
            self._attempt(arn, lambda arn=arn: self.subscriptions.unsubscribe(arn))

    def _fits(
        self, subscriptions: Iterable[Subscription], known: Mapping[str, datetime], now: datetime
    ) -> dict[str, bool | None]:
        """Whether the filter of each subscription that is looked at is that of its mailbox, by ARN.

        None where that of a new one could not be read.
        """
        found: dict[str, bool | None] = {}
        for one in subscriptions:
            if one.arn is None or (one.arn in known and now.minute != _CHECKED_AT_MINUTE):
                continue
            try:
                found[one.arn] = self.subscriptions.filter_of(one.arn) == filter_for(one.address)
            except Exception as error:  # noqa: BLE001 - one mailbox must not delay the others; it is read again
                self.on_failure(one.arn, error)
                found[one.arn] = True if one.arn in known else None
        return found

    def _attempt(self, which: str, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - one mailbox must not delay the others; the next minute tries again
            self.on_failure(which, error)


def _still_used(team: Team, in_force: Set[str]) -> Iterator[str]:
    """The mailboxes that somebody had before and that serve until the present one is in force."""
    for person in team.everybody():
        if person.email is not None and mailbox_key(person.email) not in in_force:
            yield from map(mailbox_key, person.former_emails)
