"""Mailboxes on the alert topic: one subscription for each, and from when on its filter is in force.

The filter names the mailbox and nothing else. Who gets which alert is decided when it is sent: the message names the
mailboxes. So rotations, rungs, swaps of people and changed parameters change no subscription, and nothing has to
settle but a mailbox that is new. SNS takes up to 15 minutes to put a filter into force.
(https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

SETTLING = timedelta(minutes=15)

# SNS's JSON of a filter.
FilterPolicy = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One mailbox on the topic. ``arn`` is None until its owner has confirmed it."""

    address: str
    arn: str | None

    @property
    def key(self) -> str:
        """The mailbox as messages name it."""
        return mailbox_key(self.address)


@dataclass(frozen=True, slots=True)
class MailboxLog:
    """From when on the filter of each subscription is in force, by its ARN. ``version`` counts the changes.

    A mailbox that is subscribed once more has another ARN, and settles once more.
    """

    in_force_at: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    version: int = 0


def mailbox_key(address: str) -> str:
    """A mailbox as filters and messages name it: SNS tells upper from lower case, and mailboxes do not."""
    return address.casefold()


def filter_for(address: str) -> FilterPolicy:
    """The filter of a mailbox's subscription."""
    return {"to": [mailbox_key(address)]}
