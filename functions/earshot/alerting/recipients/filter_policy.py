"""The filter policies of the alert topic's subscriptions: for which rungs and which people each gets messages.

SNS accepts an address once for each topic. Whoever is named by the template's parameters and is on the roster too has
one subscription for both: an ``$or`` of the template's filter and of one that names people. A filter that names an
attribute matches no message without it. So an alert with ``to`` reaches only people, and one with ``rung`` only those
whom the parameters name.
(https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from earshot.alerting.alert import Channel

# SNS's JSON: a filter by attribute names, or ``{"$or": [filter, filter]}``.
FilterPolicy = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One address on the topic. ``arn`` is None, and ``policy`` unknown, until its owner has confirmed it."""

    channel: Channel
    address: str
    arn: str | None
    policy: FilterPolicy = field(default_factory=dict[str, Any])

    def is_at(self, channel: Channel, address: str | None) -> bool:
        """Whether it belongs to this address. Mailboxes are compared without regard to case."""
        return address is not None and self.channel is channel and self.address.casefold() == address.casefold()


def people_in(policy: FilterPolicy) -> tuple[str, ...]:
    """The ids of the people whose messages a policy lets through."""
    return tuple(sorted({id for part in _parts(policy) for id in part.get("to", ())}))


def rungs_in(policy: FilterPolicy) -> tuple[str, ...]:
    """The rungs whose messages a policy lets through."""
    return tuple(sorted({rung for part in _parts(policy) for rung in part.get("rung", ())}))


def with_person(policy: FilterPolicy, channel: Channel, id: str) -> FilterPolicy:
    """The policy that lets through the messages for ``id`` as well."""
    return _combined(policy, channel, {*people_in(policy), id})


def without_person(policy: FilterPolicy, channel: Channel, id: str) -> FilterPolicy | None:
    """The policy without the messages for ``id``; None where it lets nothing else through."""
    return _combined(policy, channel, set(people_in(policy)) - {id}) or None


def _combined(policy: FilterPolicy, channel: Channel, people: set[str]) -> FilterPolicy:
    others = [part for part in _parts(policy) if part and "to" not in part]
    named: list[FilterPolicy] = [{"channel": [str(channel)], "to": sorted(people)}] if people else []
    parts = [*others, *named]
    if not parts:
        return {}
    return parts[0] if len(parts) == 1 else {"$or": parts}


def _parts(policy: FilterPolicy) -> Iterator[FilterPolicy]:
    yield from policy.get("$or", [policy])
