"""What a post is read together with: the post that it answers, and its author's earlier post before that."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from earshot.cases.conversation.replies import AwaitedPost
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Mention
from earshot.triage.encoder.scores import EncoderInput


class PostStore(Protocol):
    """The posts that are stored, by their keys."""

    def post(self, key: str) -> StoredMention | AwaitedPost: ...


def answered_by(mention: Mention, batch: Mapping[str, Mention], store: PostStore) -> Mention | None:
    """The post that a mention replies to, of the same ``batch`` (by key) or stored; None where it is neither."""
    if mention.in_reply_to_id is None:
        return None
    key = mention.key_of(mention.in_reply_to_id)
    if key in batch:
        return batch[key]
    found = store.post(key)
    return found.mention if isinstance(found, StoredMention) else None


def with_thread(mention: Mention, language: str | None, batch: Mapping[str, Mention], store: PostStore) -> EncoderInput:
    """The mention, in this language, with two posts above it at most, however long the thread is."""
    alone = EncoderInput(mention.text, language=language)
    above = answered_by(mention, batch, store)
    if above is None:
        return alone
    if above.author_key == mention.author_key:
        return replace(alone, earlier=(above.text,))
    before = answered_by(above, batch, store)
    own = before is not None and before.author_key == mention.author_key
    return replace(alone, answers=above.text, earlier=(before.text,) if own and before is not None else ())
