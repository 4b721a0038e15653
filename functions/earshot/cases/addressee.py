"""Whom a post of the brand answers: up the chain of replies to the nearest customer, else whom it names."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Protocol

from earshot.cases.case.key import CaseKey
from earshot.cases.conversation.replies import (
    AwaitedPost,
    Participant,
    leading_customer,
    named_customer,
    participant_in,
)
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Mention

# A brand's own thread below a customer's post, each post in reply to the one before it. Longer ones are not followed.
MOST_HOPS = 100


class PostStore(Protocol):
    """What is read to find whom a post answers."""

    def post(self, key: str) -> StoredMention | AwaitedPost: ...
    def participant(self, wanted: Participant) -> Participant: ...


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a post of the brand answers, as far as it is known. Nothing is set where it answers nobody in particular.

    ``conversation`` is the key of the customer's conversation, ``post`` their post at the end of the chain of replies.
    ``awaited`` is the post that the chain ends at where that is not stored, ``participant`` whom the post names by a
    handle.
    """

    conversation: str | None = None
    post: StoredMention | None = None
    awaited: AwaitedPost | None = None
    participant: Participant | None = None


def find_addressee(own: Mention, store: PostStore, brands: Collection[str]) -> Addressee:
    """Whom ``own`` answers; ``brands`` are the brands' handles in lower case, which are no customers.

    The customer to whose post it replies; else whom it names; else whom the post of the same brand answers that it
    replies to.
    """
    post, seen = own, {own.key}
    while True:
        parent = None if post.in_reply_to_id is None else store.post(post.key_of(post.in_reply_to_id))
        if isinstance(parent, StoredMention) and not parent.mention.own:
            return _customer_of(parent, own)
        awaited = parent if isinstance(parent, AwaitedPost) and parent.key not in seen else None
        user_id, handle = named_customer(post, brands)
        # The author of a post of the brand is no customer, whatever the number of the account.
        if user_id is not None and not isinstance(parent, StoredMention):
            return Addressee(str(CaseKey.for_author(own, user_id)), awaited=awaited)
        handle = handle or (leading_customer(post, brands) if user_id is not None else None)
        if handle is not None:
            participant = store.participant(participant_in(own, handle))
            return Addressee(participant.conversation, awaited=awaited, participant=participant)
        is_ours = isinstance(parent, StoredMention) and parent.mention.brand.lower() == own.brand.lower()
        if not isinstance(parent, StoredMention) or not is_ours or parent.mention.key in seen or len(seen) >= MOST_HOPS:
            return Addressee(awaited=awaited)
        post = parent.mention
        seen.add(post.key)


def _customer_of(post: StoredMention, own: Mention) -> Addressee:
    """The author of a customer's post, who may have written it to another brand: that is not owed this one's answer."""
    key = CaseKey.for_author(replace(post.mention, brand=own.brand), post.mention.author.id)
    is_to_us = post.mention.brand.lower() == own.brand.lower()
    return Addressee(str(key), post if is_to_us else None)
