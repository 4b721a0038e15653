"""What a post changes about conversations beside its own."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from earshot.cases.author_cases import AuthorCases
from earshot.cases.case.key import CaseKey
from earshot.cases.case.log import LogEntry
from earshot.cases.case.recovery import CustomerOpinion
from earshot.cases.conversation.conversation import Conversation, fold_answers, fold_opinion, merge
from earshot.cases.conversation.replies import AwaitedPost, Reply
from earshot.mentions.mention import Mention

# A changed conversation, and the log entries of the change.
Change = tuple[Conversation, Sequence[LogEntry]]


class ConversationStore(Protocol):
    """Reads a conversation as it is now."""

    def conversation(self, key: str) -> Conversation: ...


def change_of(before: Conversation, after: Conversation, entries: Sequence[LogEntry] = ()) -> list[Change]:
    """The change from ``before`` to ``after``; none where they are the same."""
    return [] if after == before else [(after, entries)]


def find_conversation(store: ConversationStore, key: str) -> tuple[Conversation, Conversation]:
    """A conversation, and the primary one, which has its case: itself, or the one that it was merged into."""
    conversation = store.conversation(key)
    merged_into = conversation.merged_into
    return conversation, conversation if merged_into is None else store.conversation(merged_into)


def opinion_elsewhere(
    store: ConversationStore, author: AuthorCases, opinion: CustomerOpinion, primary_key: str, now: datetime
) -> list[Change]:
    """What an opinion changes about the author's cases in other conversations than the one with ``primary_key``."""
    changes: list[Change] = []
    for recent in author.elsewhere(primary_key):
        if opinion.counts_for(recent.opened_at):
            other = store.conversation(recent.conversation)
            folded = fold_opinion(other, opinion, now)
            changes += change_of(other, folded.conversation, folded.entries)
    return changes


def merge_edited(
    store: ConversationStore,
    mention: Mention,
    now: datetime,
    conversation: Conversation,
    edits: Sequence[AwaitedPost],
) -> tuple[list[Change], Conversation]:
    """Merge the conversations that a network begins anew for each later version of a first post.

    One that has a case of its own already stays: two cases are never merged.
    """
    changes: list[Change] = []
    if mention.conversation_id != mention.id:
        return changes, conversation
    for one in edits:
        key = CaseKey.of(replace(mention, conversation_id=one.key.partition("#")[2]))
        begun = store.conversation(str(key))
        if begun.case is None and begun.merged_into is None:
            changes.append((replace(begun, merged_into=conversation.key, answers=()), ()))
            conversation = merge(conversation, begun, now).conversation
    return changes, conversation


def answers_of_others(
    store: ConversationStore, mention: Mention, now: datetime, replies: Iterable[Reply]
) -> list[Change]:
    """Other brands replied to a customer's post: that counts for what those owe the author in this conversation."""
    changes: list[Change] = []
    by_brand: dict[str, list[Reply]] = {}
    for reply in replies:
        by_brand.setdefault(reply.brand.lower(), []).append(reply)
    for answers in by_brand.values():
        key = CaseKey.of(replace(mention, brand=answers[0].brand))
        _, theirs = find_conversation(store, str(key))
        folded = fold_answers(theirs, answers, now)
        changes += change_of(theirs, folded.conversation, folded.entries)
    return changes
