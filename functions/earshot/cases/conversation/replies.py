"""Whom a post of the brand answers, as far as the post itself says, and what is kept until more is known.

The brand's posts may be read before those that they reply to. Then they wait, under the id of that post or the name of
the customer, until it is stored.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from earshot.mentions.mention import Mention, leading_handles

# More of the brand's posts than anybody writes in reply to one post that is never read.
MOST_WAITING = 20


@dataclass(frozen=True, slots=True)
class Reply:
    """A post of the brand that answers a customer: its id, when it was posted, the handle that posted it.

    ``names_customer``: it says itself whom it answers, unless that is the author of the very post that it replies to.
    """

    id: str
    at: datetime
    by: str
    brand: str
    names_customer: bool = False

    @classmethod
    def of(cls, own: Mention, *, names_customer: bool = False) -> "Reply":
        """A post of the brand as a reply."""
        return cls(own.id, own.created_at, own.author.handle or own.brand, own.brand, names_customer)


@dataclass(frozen=True, slots=True)
class AwaitedPost:
    """A post that is not stored, and the brand's posts that reply to it. ``key`` is that of the mention to come."""

    key: str
    version: int = 0
    replies: tuple[Reply, ...] = ()

    def with_replies(self, replies: Collection[Reply]) -> "AwaitedPost":
        """With more replies; the latest are kept."""
        return replace(self, replies=_join(self.replies, replies))


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody in the conversation ``thread`` of a network, with a brand.

    ``name`` is what replies call them: their handle, else their id. ``conversation`` is the key of their own
    conversation with the brand, None while they have posted nothing that was read. ``replies`` wait for that.
    """

    thread: str
    brand: str
    name: str
    version: int = 0
    conversation: str | None = None
    replies: tuple[Reply, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """Who it is: the conversation on the network, the brand and the name."""
        return self.thread, self.brand, self.name

    def with_replies(self, replies: Collection[Reply]) -> "Participant":
        """With more replies; the latest are kept."""
        return replace(self, replies=_join(self.replies, replies))


def participant_in(mention: Mention, name: str) -> Participant:
    """Somebody who is called ``name`` in the conversation of a post, and with its brand, as far as it is not stored."""
    return Participant(mention.conversation_key, mention.brand.lower(), name.lstrip("@").lower())


def author_in(mention: Mention) -> Participant:
    """The author of a post, by the name that replies call them, as far as they are not stored."""
    return participant_in(mention, mention.author.handle or mention.author.id)


def named_customer(own: Mention, brands: Collection[str]) -> tuple[str | None, str | None]:
    """The user id, or else the leading handle, of the customer whom a post of the brand names; ``brands`` are none.

    Both are None where it names nobody.
    """
    if own.in_reply_to_user_id is not None and own.in_reply_to_user_id not in (own.author.id, *brands):
        return own.in_reply_to_user_id, None
    return None, leading_customer(own, brands)


def leading_customer(own: Mention, brands: Collection[str]) -> str | None:
    """The first handle that a post of the brand begins with and that is no brand's."""
    ours = {*brands, own.brand.lower(), (own.author.handle or "").lower(), own.author.id.lower()}
    return next((handle for handle in leading_handles(own.text) if handle not in ours), None)


def _join(old: tuple[Reply, ...], new: Collection[Reply]) -> tuple[Reply, ...]:
    known = {reply.id: reply for reply in (*old, *new)}
    return tuple(sorted(known.values(), key=lambda reply: (reply.at, reply.id))[-MOST_WAITING:])
