"""An edited post is one post with a newer text: what followed from the earlier text is judged anew.

So is a post that was read as history, and is news by another source: one that was listened to when it was written.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Ladder
from earshot.cases.case.log import EARSHOT, LogEntry
from earshot.cases.case.recovery import latest
from earshot.cases.case.status import Outcome
from earshot.cases.conversation.conversation import Conversation, FoldResult, apply_answers
from earshot.cases.conversation.fold import (
    NO_CONTEXT,
    AuthorContext,
    FoldRules,
    alert_about,
    fold,
    owes_answer,
    reopen_if_asked_again,
)
from earshot.mentions.mention import Mention
from earshot.triage.judgement import Judgement


def newest_version(stored: Mention, other: Mention) -> Mention:
    """The newer of two versions of a post, which was posted when the older one was, and where and to whom as stored."""
    newer = other if len(other.edit_ids) > len(stored.edit_ids) else stored
    return replace(
        newer,
        created_at=min(stored.created_at, other.created_at),
        edited_at=newer.asked_at if newer.edit_ids else None,
        conversation_id=stored.conversation_id,
        brand=stored.brand,
        baseline=stored.baseline and other.baseline,
    )


def refold(
    conversation: Conversation,
    edited: Mention,
    posts: Sequence[tuple[Mention, Judgement]],
    *,
    now: datetime,
    rules: FoldRules,
    before: Mention | None = None,
    author: AuthorContext = NO_CONTEXT,
) -> FoldResult:
    """The conversation after one of its customer's posts was ``edited``; ``posts`` are all of them as they are now.

    ``before`` is the post as it was: where only its being history has changed, the log says so.

    What follows from posts alone follows from these. What people did with the case, and what was sent, stays.
    """
    judgement = next(judged for mention, judged in posts if mention.key == edited.key)
    if conversation.case is None:
        return fold(conversation, edited, judgement, now=now, rules=rules, author=author)
    empty = Conversation(conversation.key, answers=conversation.answers, answered_ids=conversation.answered_ids)
    fresh = _fold_all(empty, posts, now, rules)
    if fresh.case is None:
        return _withdraw(conversation, edited, posts, now, rules, before)
    case = _with_posts_of(conversation.case, fresh.case, {mention.id for mention, _ in posts})
    case = case.weigh_spread(rules.terms)
    judged = case.assessment
    case = replace(case, response=case.response.with_target(rules.policy.target(judged.intent, judged.severity)))
    if not rules.policy.ladder_for(judged.severity):
        case = replace(case, ladder=Ladder())
    what, why = _change_of(edited, before)
    text = f"{why}: {judged.intent}, {judged.severity} from here on"
    reopened: tuple[LogEntry, ...] = ()
    if case.is_withdrawn:
        case, entry = case.mark_asked_again(now)
        reopened = (entry,)
    case, answered = apply_answers(case, conversation.answers, now, case.brand)
    case, asked = reopen_if_asked_again(case, conversation, edited, judgement, now, rules.policy)
    is_owed = what == "edited" or owes_answer(edited, judgement, rules.brands) or edited.id in conversation.answered_ids
    case, alerted = alert_about(case, edited, is_owed, now, rules.policy, author)
    entries = (LogEntry(now, EARSHOT, what, text), *reopened, *answered, *asked, *alerted)
    return FoldResult(replace(conversation, case=case), entries)


def _withdraw(
    conversation: Conversation,
    edited: Mention,
    posts: Sequence[tuple[Mention, Judgement]],
    now: datetime,
    rules: FoldRules,
    edited_from: Mention | None,
) -> FoldResult:
    """Nothing that is left asks for anything: the case ends, unless it has ended already."""
    before = conversation.case
    assert before is not None, "only a case can be withdrawn"
    # As if the post were owed an answer: what the case is now follows from it.
    empty = Conversation(conversation.key, answers=conversation.answers, answered_ids=(edited.id,))
    fresh = _fold_all(empty, posts, now, rules)
    assert fresh.case is not None, "a post that was answered has a case"
    case = _with_posts_of(before, fresh.case, {mention.id for mention, _ in posts})
    if not before.status.is_waiting:
        return FoldResult(replace(conversation, case=case))
    why = f"{_change_of(edited, edited_from)[1]} and asks nothing"
    case, entry = case.resolve(EARSHOT, now, why, Outcome.NO_ANSWER_NEEDED)
    return FoldResult(replace(conversation, case=case), (entry,))


def _change_of(edited: Mention, before: Mention | None) -> tuple[str, str]:
    """What the log calls the change, and why it came."""
    if before is not None and before.edit_ids == edited.edit_ids and before.baseline and not edited.baseline:
        return "heard as news", f"post {edited.id} was read as history, and is news by another source"
    return "edited", f"post {edited.id} was edited"


def _fold_all(
    conversation: Conversation, posts: Sequence[tuple[Mention, Judgement]], now: datetime, rules: FoldRules
) -> Conversation:
    """``conversation`` with all ``posts``, the oldest first."""
    for mention, judgement in sorted(posts, key=lambda post: (post[0].created_at, post[0].id)):
        conversation = fold(conversation, mention, judgement, now=now, rules=rules).conversation
    return conversation


def _with_posts_of(case: Case, fresh: Case, post_ids: set[str]) -> Case:
    """``case`` with all that follows from posts, taken from ``fresh``. Opinions from elsewhere stay.

    It is news once one of its posts is.
    """
    before = case.recovery.last_opinion
    elsewhere = None if before is None or before.mention_id in post_ids else before
    return replace(
        case,
        author=fresh.author,
        posts=case.posts.as_told_by(fresh.posts),
        assessment=case.assessment if case.assessment.original is not None else fresh.assessment,
        response=replace(fresh.response, timeliness=case.response.timeliness, restarted_at=case.response.restarted_at),
        recovery=replace(
            case.recovery,
            complained_at=fresh.recovery.complained_at,
            last_opinion=latest(fresh.recovery.last_opinion, elsewhere),
        ),
    )
