"""The filter policies of the alert topic's subscriptions: which rungs and which people a subscription stands for.

SNS takes an address once for each topic. Whoever stands in the template's parameters and on the roster therefore has
one subscription for both: an ``$or`` of the template's filter and of the one that names people. One that names a key
never takes a message without it, so an alert with ``to`` reaches people alone, and one with ``rung`` rungs alone.
(https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from earshot.alerting.alert import Channel

Policy = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One address on the topic. ``arn`` is None, and ``policy`` unknown, until its owner has confirmed it."""

    channel: Channel
    address: str
    arn: str | None
    policy: Policy = field(default_factory=dict)

    def is_at(self, channel: Channel, address: str | None) -> bool:
        """Whether it is this one's; mailboxes are told apart without regard to case."""
        return address is not None and self.channel is channel and self.address.casefold() == address.casefold()


def people_in(policy: Policy) -> tuple[str, ...]:
    """The identifiers of the people that a policy lets messages through for."""
    return tuple(sorted({id for part in _parts(policy) for id in part.get("to", ())}))


def rungs_in(policy: Policy) -> tuple[str, ...]:
    """The rungs that a policy lets messages through for."""
    return tuple(sorted({rung for part in _parts(policy) for rung in part.get("rung", ())}))


def with_person(policy: Policy, channel: Channel, id: str) -> Policy:
    """The policy that lets through what is for ``id`` as well."""
    return _joined(policy, channel, {*people_in(policy), id})


def without_person(policy: Policy, channel: Channel, id: str) -> Policy | None:
    """The policy without what is for ``id``; None where nothing else is let through."""
    return _joined(policy, channel, set(people_in(policy)) - {id}) or None


def _joined(policy: Policy, channel: Channel, people: set[str]) -> Policy:
    others = [part for part in _parts(policy) if part and "to" not in part]
    named = [{"channel": [str(channel)], "to": sorted(people)}] if people else []
    parts = [*others, *named]
    if not parts:
        return {}
    return parts[0] if len(parts) == 1 else {"$or": parts}


def _parts(policy: Policy) -> Iterator[Policy]:
    yield from policy.get("$or", [policy])
