"""An edited post is one post with a newer text: what followed from the earlier text is judged anew."""

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
    fold,
    reopen_if_asked_again,
    start_alerting,
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
    author: AuthorContext = NO_CONTEXT,
) -> FoldResult:
    """The conversation after one of its customer's posts was ``edited``; ``posts`` are all of them as they are now.

    What follows from posts alone follows from these. What people did with the case, and what was sent, stays.
    """
    judgement = next(judged for mention, judged in posts if mention.key == edited.key)
    if conversation.case is None:
        return fold(conversation, edited, judgement, now=now, rules=rules, author=author)
    empty = Conversation(conversation.key, answers=conversation.answers, answered_ids=conversation.answered_ids)
    fresh = _fold_all(empty, posts, now, rules)
    if fresh.case is None:
        return _withdraw(conversation, edited, posts, now, rules)
    case = _with_posts_of(conversation.case, fresh.case, {mention.id for mention, _ in posts})
    case = case.weigh_spread(rules.terms)
    judged = case.assessment
    case = replace(case, response=case.response.with_target(rules.policy.target(judged.intent, judged.severity)))
    if not rules.policy.ladder_for(judged.severity):
        case = replace(case, ladder=Ladder())
    text = f"post {edited.id} was edited: {judged.intent}, {judged.severity} from here on"
    reopened: tuple[LogEntry, ...] = ()
    if case.is_withdrawn:
        case, entry = case.mark_asked_again(now)
        reopened = (entry,)
    case, answered = apply_answers(case, conversation.answers, now, case.brand)
    case, asked = reopen_if_asked_again(case, conversation, edited, judgement, now, rules.policy)
    case, alerted = start_alerting(case, edited, True, now, rules.policy, author)
    entries = (LogEntry(now, EARSHOT, "edited", text), *reopened, *answered, *asked, *alerted)
    return FoldResult(replace(conversation, case=case), entries)


def _withdraw(
    conversation: Conversation,
    edited: Mention,
    posts: Sequence[tuple[Mention, Judgement]],
    now: datetime,
    rules: FoldRules,
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
    case, entry = case.resolve(EARSHOT, now, f"post {edited.id} was edited and asks nothing", Outcome.NO_ANSWER_NEEDED)
    return FoldResult(replace(conversation, case=case), (entry,))


def _fold_all(
    conversation: Conversation, posts: Sequence[tuple[Mention, Judgement]], now: datetime, rules: FoldRules
) -> Conversation:
    """``conversation`` with all ``posts``, the oldest first."""
    for mention, judgement in sorted(posts, key=lambda post: (post[0].created_at, post[0].id)):
        conversation = fold(conversation, mention, judgement, now=now, rules=rules).conversation
    return conversation


def _with_posts_of(case: Case, fresh: Case, post_ids: set[str]) -> Case:
    """``case`` with all that follows from posts, taken from ``fresh``. Opinions from elsewhere stay."""
    before = case.recovery.last_opinion
    elsewhere = None if before is None or before.mention_id in post_ids else before
    return replace(
        case,
        author=fresh.author,
        headline=fresh.headline,
        assessment=case.assessment if case.assessment.original is not None else fresh.assessment,
        response=replace(fresh.response, timeliness=case.response.timeliness),
        recovery=replace(
            case.recovery,
            complained_at=fresh.recovery.complained_at,
            last_opinion=latest(fresh.recovery.last_opinion, elsewhere),
        ),
    )
