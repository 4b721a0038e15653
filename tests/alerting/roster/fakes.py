"""The roster, the alert topic's subscriptions and the log of mailboxes in memory."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from earshot.alerting.recipients.keeper import MailboxKeeper
from earshot.alerting.recipients.mailboxes import SETTLING, MailboxLog, Subscription, filter_for, mailbox_key
from earshot.alerting.roster.contacts import Contacts, Team
from earshot.alerting.roster.roster import Roster
from earshot.errors import ConflictError
from tests.fakes import START


@dataclass
class MemoryRoster:
    """The roster's table: stores what was made of the version that it holds, and nothing else."""

    stored: Roster = field(default_factory=Roster)

    def roster(self) -> Roster:
        return self.stored

    def save_roster(self, roster: Roster) -> Roster:
        if roster.version != self.stored.version:
            raise ConflictError("somebody was faster")
        self.stored = replace(roster, version=roster.version + 1)
        return self.stored


@dataclass
class MemoryMailboxLog:
    """The log of mailboxes: stores what was made of the version that it holds, and nothing else."""

    stored: MailboxLog = field(default_factory=MailboxLog)

    def mailbox_log(self) -> MailboxLog:
        return self.stored

    def save_mailbox_log(self, log: MailboxLog) -> None:
        if log.version != self.stored.version:
            raise ConflictError("somebody was faster")
        self.stored = replace(log, version=log.version + 1)


@dataclass
class MemorySubscriptions:
    """The topic's email subscriptions, as SNS has them.

    A mailbox is there once, and waits to be confirmed where ``pending`` names it. A filter that was set at a moment is
    in force ``settles_in`` later. A second subscription of a mailbox with another filter is refused.
    """

    pending: set[str] = field(default_factory=set)
    opted_out: set[str] = field(default_factory=set)
    policies: dict[str, Any] = field(default_factory=dict)
    changed_at: dict[str, datetime] = field(default_factory=dict)
    settles_in: timedelta = timedelta(0)
    now: datetime = START
    asked: int = 0
    mailed: list[str] = field(default_factory=list)
    arns: dict[str, str] = field(default_factory=dict)

    def subscribed(self) -> tuple[Subscription, ...]:
        self.asked += 1
        return tuple(
            Subscription(address, None if address in self.pending else self.arn(address)) for address in self.policies
        )

    def arn(self, address: str) -> str:
        """The ARN of a mailbox's subscription: a new one each time that it is subscribed."""
        return self.arns.setdefault(address, f"arn:{len(self.mailed)}:{address}")

    def is_opted_out(self, phone: str) -> bool:
        return phone in self.opted_out

    def subscribe_mailbox(self, address: str) -> None:
        if self.policies.setdefault(address, filter_for(address)) != filter_for(address):
            raise ConflictError(f"{address} already exists with different attributes")
        self.changed_at.setdefault(address, self.now)
        self.mailed.append(address)

    def filter_of(self, arn: str) -> Any:
        return self.policies[arn.rpartition(":")[2]]

    def set_filter(self, arn: str, address: str) -> None:
        self.policies[address] = filter_for(address)
        self.changed_at[address] = self.now

    def unsubscribe(self, arn: str) -> None:
        for held in (self.policies, self.changed_at, self.arns):
            held.pop(arn.rpartition(":")[2], None)

    def confirm(self, address: str) -> None:
        """The owner follows the link: the subscription is made now."""
        self.pending.discard(address)
        self.changed_at[address] = self.now

    def gets(self, address: str, to: tuple[str, ...]) -> bool:
        """Whether a message to these mailboxes is delivered to ``address`` now."""
        if address in self.pending or address not in self.policies:
            return False
        in_force = self.changed_at.get(address, self.now) + self.settles_in <= self.now
        return in_force and bool({mailbox_key(one) for one in to} & set(self.policies[address].get("to", ())))


def settle(
    roster: MemoryRoster,
    subscriptions: MemorySubscriptions,
    log: MemoryMailboxLog,
    contacts: Contacts | None = None,
) -> None:
    """Let the mailboxes of everybody be subscribed and in force."""

    def fail(mailbox: str, error: Exception) -> None:
        raise error

    keeper = MailboxKeeper(log, subscriptions, fail)
    for _ in range(2):
        keeper.keep(Team(roster.roster(), contacts or Contacts()), START - 2 * SETTLING)
