"""A thread: one conversation as the brand must see it, with its own posts and the case it gave rise to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from earshot.cases.case.case import Case
from earshot.cases.case.log import LogEntry
from earshot.cases.case.recovery import CustomerOpinion
from earshot.mentions.mention import Mention

# Enough for any exchange with a customer; a thread of the brand's own with more keeps the first and the last.
MOST_OWN_POSTS = 200


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation. ``own_posts`` are the times of the brand's posts, ``answered`` the ids of what they reply to.

    ``joined`` names the thread whose case this one belongs to, where it is not its own.
    ``version`` counts the changes, so that two who read the same state cannot both write.
    """

    key: str
    version: int = 0
    own_posts: tuple[datetime, ...] = ()
    answered: tuple[str, ...] = ()
    joined: str | None = None
    case: Case | None = None

    def at_version(self, version: int) -> "Conversation":
        """The thread, and its case, as it is stored in this version."""
        return replace(self, version=version, case=self.case and replace(self.case, version=version))

    def after(self, done: tuple[Case, LogEntry] | None) -> "Decision":
        """The thread with its case as an act left it, and the act's log entry; None where the act changed nothing."""
        return None if done is None else (replace(self, case=done[0]), (done[1],))


# What a thread is to become, with the log entries of that; None: nothing is to be written.
Decision = tuple[Conversation, Sequence[LogEntry]] | None


@dataclass(frozen=True, slots=True)
class FoldResult:
    """A thread after a mention was folded in, and the log entries of what that changed."""

    thread: Conversation
    entries: tuple[LogEntry, ...] = ()


def fold_own_post(thread: Conversation, mention: Mention, now: datetime) -> FoldResult:
    """Fold in a post of the brand itself: it answers what it replies to, and perhaps the whole case."""
    thread = replace(thread, own_posts=_with_own_posts(thread.own_posts, (mention.created_at,)))
    if mention.in_reply_to_id and mention.in_reply_to_id not in thread.answered:
        thread = replace(thread, answered=(*thread.answered, mention.in_reply_to_id)[-MOST_OWN_POSTS:])
    if thread.case is None:
        return FoldResult(thread)
    case, entries = settle(thread.case, thread.own_posts, now, mention.author.handle or mention.brand)
    return FoldResult(replace(thread, case=case), entries)


def merge(thread: Conversation, joined: Conversation, now: datetime) -> FoldResult:
    """Take over the brand's posts of a conversation that joined the case of ``thread``."""
    if thread.case is None or not joined.own_posts:
        return FoldResult(thread)
    own_posts = _with_own_posts(thread.own_posts, joined.own_posts)
    case, entries = settle(thread.case, own_posts, now, thread.case.brand)
    return FoldResult(replace(thread, own_posts=own_posts, case=case), entries)


def hear_opinion(thread: Conversation, opinion: CustomerOpinion, now: datetime) -> FoldResult:
    """Fold in what the author of an earlier complaint said elsewhere, praise or another complaint."""
    case = thread.case
    if case is None or case.recovery.complained_at is None or not opinion.counts_for(case.opened_at):
        return FoldResult(thread)
    case, entries = settle(replace(case, recovery=case.recovery.hear(opinion)), thread.own_posts, now, case.brand)
    return FoldResult(replace(thread, case=case), entries)


def settle(
    case: Case, own_posts: tuple[datetime, ...], now: datetime, handle: str
) -> tuple[Case, tuple[LogEntry, ...]]:
    """What the brand's own posts make of a case.

    The first response, whether an answer is still owed, and whether the customer came back after it.
    """
    case = case.see_answers(own_posts)
    answered = case.mark_answered(now, own_posts[-1], handle) if own_posts else None
    case, entries = (case, ()) if answered is None else (answered[0], (answered[1],))
    case, recovered = case.update_recovery(now)
    return case, (*entries, *recovered)


def _with_own_posts(old: tuple[datetime, ...], new: tuple[datetime, ...]) -> tuple[datetime, ...]:
    merged = tuple(sorted({*old, *new}))
    if len(merged) <= MOST_OWN_POSTS:
        return merged
    return merged[: MOST_OWN_POSTS // 2] + merged[-MOST_OWN_POSTS // 2 :]
