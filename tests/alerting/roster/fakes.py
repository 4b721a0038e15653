"""The roster and the alert topic's subscriptions in memory."""

from dataclasses import dataclass, field, replace
from typing import Any

from earshot.alerting.alert import Channel
from earshot.alerting.recipients.filter_policy import Subscription, people_in, with_person, without_person
from earshot.alerting.roster.roster import Person, Roster
from earshot.errors import ConflictError


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
class MemorySubscriptions:
    """The topic's subscriptions: an address is there once, and waits to be confirmed where ``pending`` names it."""

    pending: set[str] = field(default_factory=set)
    opted_out: set[str] = field(default_factory=set)
    policies: dict[tuple[Channel, str], Any] = field(default_factory=dict)
    asked: int = 0

    def subscribed(self) -> tuple[Subscription, ...]:
        self.asked += 1
        return tuple(
            Subscription(channel, address, None)
            if address in self.pending
            else Subscription(channel, address, f"arn:{address}", policy)
            for (channel, address), policy in self.policies.items()
        )

    def is_opted_out(self, phone: str) -> bool:
        return phone in self.opted_out

    def subscribe_person(self, person: Person) -> None:
        for channel in Channel:
            if (address := person.address(channel)) is not None:
                policy = self.policies.get((channel, address), {})
                self.policies[channel, address] = with_person(policy, channel, person.id)

    def unsubscribe_person(self, id: str) -> int:
        theirs = [key for key, policy in self.policies.items() if id in people_in(policy)]
        for channel, address in theirs:
            left = without_person(self.policies.pop((channel, address)), channel, id)
            if left is not None:
                self.policies[channel, address] = left
        return len(theirs)
