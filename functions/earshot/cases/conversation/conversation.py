"""What one customer and the brand say to each other in one conversation of a network, and the case that came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Ladder
from earshot.cases.case.log import LogEntry
from earshot.cases.case.recovery import CustomerOpinion
from earshot.cases.case.status import Outcome
from earshot.cases.conversation.replies import Reply
from earshot.cases.undo.undoable import Undoable
from earshot.mentions.mention import Mention

# Enough for any exchange with a customer. A longer list keeps both its ends.
MOST_ANSWERS = 200


@dataclass(frozen=True, slots=True)
class Conversation:
    """One customer's part of a conversation with the brand.

    Others may speak in the same conversation on the network; what they say, and what the brand answers them, is in
    conversations of their own. ``key`` is the text of a CaseKey. ``first_post_at`` is when the customer first posted
    in it, whatever that was. ``answers`` are the times of the brand's posts that answer the customer, ``answered_ids``
    the customer's posts that they reply to. ``merged_into`` is the key of the conversation whose case this one belongs
    to; None: it has its own, if any. ``version`` counts the changes, so that of two writers who read the same state
    only one succeeds.
    """

    key: str
    version: int = 0
    first_post_at: datetime | None = None
    answers: tuple[datetime, ...] = ()
    answered_ids: tuple[str, ...] = ()
    merged_into: str | None = None
    case: Case | None = None

    def at_version(self, version: int) -> "Conversation":
        """The conversation, and its case, as it is stored in this version."""
        if self.version == version and (self.case is None or self.case.version == version):
            return self
        return replace(self, version=version, case=self.case and replace(self.case, version=version))

    def after(self, done: tuple[Case, LogEntry] | None) -> "Decision":
        """The decision to store a transition of the case with its log entry; None where there was no transition."""
        return None if done is None else (replace(self, case=done[0]), (done[1],))

    def see_post(self, mention: Mention) -> "Conversation":
        """With a post of the customer, which may be their first."""
        first = min(mention.created_at, self.first_post_at or mention.created_at)
        return self if first == self.first_post_at else replace(self, first_post_at=first)


# A conversation as it is to be stored, with the log entries of the change; None: nothing is to be written.
Decision = tuple[Conversation, Sequence[LogEntry]] | None


@dataclass(frozen=True, slots=True)
class FoldResult:
    """A conversation after a mention was folded in, and the log entries of what that changed."""

    conversation: Conversation
    entries: tuple[LogEntry, ...] = ()


def fold_answers(
    conversation: Conversation, replies: Iterable[Reply], now: datetime, answered_id: str | None = None
) -> FoldResult:
    """Fold in posts of the brand that answer the customer, in reply to their post ``answered_id``."""
    known = list(replies)
    if not known:
        return FoldResult(conversation)
    answers = _merge_times(conversation.answers, [reply.at for reply in known])
    conversation = replace(conversation, answers=answers)
    if answered_id is not None and answered_id not in conversation.answered_ids:
        conversation = replace(conversation, answered_ids=(*conversation.answered_ids, answered_id)[-MOST_ANSWERS:])
    if conversation.case is None:
        return FoldResult(conversation)
    latest = max(known, key=lambda reply: (reply.at, reply.id))
    case, entries = apply_answers(conversation.case, conversation.answers, now, latest.by)
    return FoldResult(replace(conversation, case=case), entries)


def accept_answer(conversation: Conversation, reply: Reply, by: str, at: datetime) -> FoldResult:
    """``by`` says that a post of the brand answers the customer, though it replies to nobody in particular.

    Nothing changes where the customer is not waiting, or has asked since.
    """
    case = conversation.case
    if case is None or not case.status.is_waiting or reply.at < case.response.owed_since:
        return FoldResult(conversation)
    folded = fold_answers(conversation, [reply], at)
    said = LogEntry(at, by, "answered", f"post {reply.id} of @{reply.by} answers everybody in the conversation")
    answered = folded.conversation
    assert answered.case is not None, "an answer takes no case away"
    added = None if reply.at in conversation.answers else reply.at
    done = Undoable.of(case, answered.case, said, answer=added)
    return FoldResult(replace(answered, case=replace(answered.case, undoable=done)), (said, *folded.entries))


def merge(conversation: Conversation, merged: Conversation, now: datetime) -> FoldResult:
    """Take over the brand's answers in a conversation that now belongs to the case of ``conversation``."""
    if conversation.case is None or not merged.answers:
        return FoldResult(conversation)
    answers = _merge_times(conversation.answers, merged.answers)
    case, entries = apply_answers(conversation.case, answers, now, conversation.case.brand)
    return FoldResult(replace(conversation, answers=answers, case=case), entries)


def fold_opinion(conversation: Conversation, opinion: CustomerOpinion, now: datetime) -> FoldResult:
    """Fold in praise or another complaint that the author of an earlier complaint posted elsewhere."""
    case = conversation.case
    if case is None or case.recovery.complained_at is None or not opinion.counts_for(case.opened_at):
        return FoldResult(conversation)
    heard = replace(case, recovery=case.recovery.hear(opinion))
    case, entries = apply_answers(heard, conversation.answers, now, case.brand)
    return FoldResult(replace(conversation, case=case), entries)


def apply_answers(
    case: Case, answers: tuple[datetime, ...], now: datetime, handle: str
) -> tuple[Case, tuple[LogEntry, ...]]:
    """The case with all that follows from the brand's answers, and the log entries of what changed.

    These are the first response, whether an answer is still owed, and whether the customer came back after it.
    ``handle`` is who answered, for the log.
    """
    case = case.see_answers(answers)
    answered = case.mark_answered(now, answers[-1], handle) if answers else None
    case, entries = (case, ()) if answered is None else (answered[0], (answered[1],))
    case, recovered = _update_recovery(case, now)
    return case, (*entries, *recovered)


def _update_recovery(case: Case, at: datetime) -> tuple[Case, tuple[LogEntry, ...]]:
    """What the customer said after the answer. Nobody is alerted for a customer who is pleased."""
    is_dismissed = case.resolution.outcome is Outcome.NOT_A_COMPLAINT
    before, now = case.recovery.outcome, None if is_dismissed else case.recovery.current_outcome
    case = replace(case, recovery=replace(case.recovery, outcome=now))
    if case.is_pleased and case.status.is_waiting:
        # Whoever has the case keeps it, for as long as they had it.
        case = replace(case, ladder=Ladder())
    if now is None or (before is not None and before.status is now.status):
        return case, ()
    return case, (now.log_entry(at),)


def _merge_times(old: Iterable[datetime], new: Iterable[datetime]) -> tuple[datetime, ...]:
    merged = tuple(sorted({*old, *new}))
    if len(merged) <= MOST_ANSWERS:
        return merged
    return merged[: MOST_ANSWERS // 2] + merged[-MOST_ANSWERS // 2 :]
