"""What the brand already owes, or owed, the authors of new mentions: triage weighs it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from earshot.cases.author_cases import AuthorCases
from earshot.cases.case.case import Case
from earshot.cases.case.key import CaseKey
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation
from earshot.mentions.mention import Mention
from earshot.triage.context import HISTORY_WINDOW, History

_WAITING = frozenset({Status.OPEN, Status.ACKNOWLEDGED})
_ANSWERED = frozenset({Status.REPLIED, Status.RESOLVED})


class HistoryStore(Protocol):
    """What is asked of the case table, many at a time. What is not stored is left out of the result."""

    def conversations_and_authors(
        self, conversations: Iterable[str], authors: Iterable[str]
    ) -> tuple[Mapping[str, Conversation], Mapping[str, AuthorCases]]: ...


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
