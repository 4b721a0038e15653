"""What the brand already owes, or owed, the authors of new mentions: triage weighs it, and so does alerting."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from earshot.cases.author_cases import AuthorCases
from earshot.cases.case.case import Case
from earshot.cases.case.key import CaseKey
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.fold import AuthorContext, FoldRules
from earshot.cases.policy.author_bound import bound_of, crowd_of
from earshot.mentions.mention import Mention
from earshot.triage.context import HISTORY_WINDOW, History
from earshot.triage.judgement import Judgement

_WAITING = frozenset({Status.OPEN, Status.ACKNOWLEDGED})
_ANSWERED = frozenset({Status.REPLIED, Status.RESOLVED})


class HistoryStore(Protocol):
    """What is asked of the case table, many at a time. What is not stored is left out of the result."""

    def conversations_and_authors(
        self, conversations: Iterable[str], authors: Iterable[str]
    ) -> tuple[Mapping[str, Conversation], Mapping[str, AuthorCases]]: ...


class AuthorStore(Protocol):
    """What is asked of the case table about one author."""

    def conversation(self, key: str) -> Conversation: ...
    def take_slot(self, name: str, most: int, now: datetime) -> bool: ...


def context_of_author(
    author: AuthorCases,
    key: str,
    mention: Mention,
    judgement: Judgement,
    store: AuthorStore,
    rules: FoldRules,
    now: datetime,
) -> AuthorContext:
    """What the author of a mention posted elsewhere than in the conversation ``key``, and how often they may alert.

    ``judgement`` is that of the post that is ingested.
    """
    earlier = [one for one in author.elsewhere(key) if one.opened_at < mention.created_at]
    if rules.terms.is_vip(mention.author.handle, mention.author.id):
        return AuthorContext(author.last_opinion, len(earlier))

    def is_answered() -> bool:
        cases = [store.conversation(recent.conversation).case for recent in author.recent]
        return any(case is not None and case.response.first_response_at is not None for case in cases)

    bound = bound_of(mention.author, author.alerted, now, is_answered)
    # Only what may alert takes a slot, and only the first time: whoever has complained before is no new account.
    is_new = not (author.recent or author.alerted or mention.baseline)
    may_alert = bool(rules.policy.ladder_for(judgement.severity))
    crowd = crowd_of(mention.author, mention.brand, now, store.take_slot) if is_new and may_alert else None
    return AuthorContext(author.last_opinion, len(earlier), author.alerted, bound, crowd)


def histories(mentions: Sequence[Mention], store: HistoryStore) -> dict[str, History]:
    """The history of each mention's author, by the mention's key. Two reads at most, however many mentions.

    The brand's own posts and reposts have none.
    """
    asked = [mention for mention in mentions if not mention.own and not mention.is_repost]
    keys = {mention.key: str(CaseKey.of(mention)) for mention in asked}
    conversations, authors = store.conversations_and_authors(keys.values(), (mention.author_key for mention in asked))
    elsewhere = {recent.conversation for author in authors.values() for recent in author.recent}
    merged = {conversation.merged_into for conversation in conversations.values() if conversation.merged_into}
    missing = (elsewhere | merged) - conversations.keys()
    if missing:
        conversations = {**conversations, **store.conversations_and_authors(missing, ())[0]}
    return {mention.key: _history(keys[mention.key], mention, conversations, authors) for mention in asked}


def _history(
    key: str, mention: Mention, conversations: Mapping[str, Conversation], authors: Mapping[str, AuthorCases]
) -> History:
    posted_in = conversations.get(key)
    merged_into = None if posted_in is None else posted_in.merged_into
    case = _case_of(posted_in if merged_into is None else conversations.get(merged_into))
    author = authors.get(mention.author_key)
    earlier = [
        recent
        for recent in (() if author is None else author.recent)
        if recent.conversation not in (key, merged_into)
        and abs(mention.created_at - recent.opened_at) <= HISTORY_WINDOW
    ]
    others = [_case_of(conversations.get(recent.conversation)) for recent in earlier]
    return History(
        complaints=len(earlier),
        waiting=any(other is not None and other.status in _WAITING for other in others),
        answered=case is not None and case.status in _ANSWERED,
    )


def _case_of(conversation: Conversation | None) -> Case | None:
    return None if conversation is None else conversation.case
