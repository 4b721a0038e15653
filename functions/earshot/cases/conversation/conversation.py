"""A conversation on a network: the brand's own posts in it, and the case that it gave rise to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from earshot.cases.case.case import Case
from earshot.cases.case.log import LogEntry
from earshot.cases.case.recovery import CustomerOpinion
from earshot.mentions.mention import Mention

# Enough for any exchange with a customer. A longer list, of a thread that the brand itself runs, keeps both its ends.
MOST_OWN_POSTS = 200


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation. ``own_posts`` are the times of the brand's posts, ``answered_ids`` the posts they reply to.

    ``merged_into`` is the key of the conversation whose case this one belongs to; None: it has its own, if any.
    ``version`` counts the changes, so that of two writers who read the same state only one succeeds.
    """

    key: str
    version: int = 0
    own_posts: tuple[datetime, ...] = ()
    answered_ids: tuple[str, ...] = ()
    merged_into: str | None = None
    case: Case | None = None

    def at_version(self, version: int) -> "Conversation":
        """The conversation, and its case, as it is stored in this version."""
        return replace(self, version=version, case=self.case and replace(self.case, version=version))

    def after(self, done: tuple[Case, LogEntry] | None) -> "Decision":
        """The decision to store a transition of the case with its log entry; None where there was no transition."""
        return None if done is None else (replace(self, case=done[0]), (done[1],))


# A conversation as it is to be stored, with the log entries of the change; None: nothing is to be written.
Decision = tuple[Conversation, Sequence[LogEntry]] | None


@dataclass(frozen=True, slots=True)
class FoldResult:
    """A conversation after a mention was folded in, and the log entries of what that changed."""

    conversation: Conversation
    entries: tuple[LogEntry, ...] = ()


def fold_own_post(conversation: Conversation, mention: Mention, now: datetime) -> FoldResult:
    """Fold in a post of the brand. It answers the post that it replies to, and perhaps the case."""
    conversation = replace(conversation, own_posts=_merge_times(conversation.own_posts, (mention.created_at,)))
    if mention.in_reply_to_id and mention.in_reply_to_id not in conversation.answered_ids:
        answered_ids = (*conversation.answered_ids, mention.in_reply_to_id)[-MOST_OWN_POSTS:]
        conversation = replace(conversation, answered_ids=answered_ids)
    if conversation.case is None:
        return FoldResult(conversation)
    handle = mention.author.handle or mention.brand
    case, entries = apply_own_posts(conversation.case, conversation.own_posts, now, handle)
    return FoldResult(replace(conversation, case=case), entries)


def merge(conversation: Conversation, merged: Conversation, now: datetime) -> FoldResult:
    """Take over the brand's posts of a conversation that now belongs to the case of ``conversation``."""
    if conversation.case is None or not merged.own_posts:
        return FoldResult(conversation)
    own_posts = _merge_times(conversation.own_posts, merged.own_posts)
    case, entries = apply_own_posts(conversation.case, own_posts, now, conversation.case.brand)
    return FoldResult(replace(conversation, own_posts=own_posts, case=case), entries)


def fold_opinion(conversation: Conversation, opinion: CustomerOpinion, now: datetime) -> FoldResult:
    """Fold in praise or another complaint that the author of an earlier complaint posted elsewhere."""
    case = conversation.case
    if case is None or case.recovery.complained_at is None or not opinion.counts_for(case.opened_at):
        return FoldResult(conversation)
    heard = replace(case, recovery=case.recovery.hear(opinion))
    case, entries = apply_own_posts(heard, conversation.own_posts, now, case.brand)
    return FoldResult(replace(conversation, case=case), entries)


def apply_own_posts(
    case: Case, own_posts: tuple[datetime, ...], now: datetime, handle: str
) -> tuple[Case, tuple[LogEntry, ...]]:
    """The case with all that follows from the brand's posts, and the log entries of what changed.

    These are the first response, whether an answer is still owed, and whether the customer came back after it.
    ``handle`` is who answered, for the log.
    """
    case = case.see_answers(own_posts)
    answered = case.mark_answered(now, own_posts[-1], handle) if own_posts else None
    case, entries = (case, ()) if answered is None else (answered[0], (answered[1],))
    case, recovered = case.update_recovery(now)
    return case, (*entries, *recovered)


def _merge_times(old: tuple[datetime, ...], new: tuple[datetime, ...]) -> tuple[datetime, ...]:
    merged = tuple(sorted({*old, *new}))
    if len(merged) <= MOST_OWN_POSTS:
        return merged
    return merged[: MOST_OWN_POSTS // 2] + merged[-MOST_OWN_POSTS // 2 :]
