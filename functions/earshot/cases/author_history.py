"""What the brand already owes, or owed, the authors of posts that are heard now: triage weighs it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from earshot.cases.author_cases import AuthorCases
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation
from earshot.mentions.mention import Mention
from earshot.triage.context import HISTORY_REACHES, History

_WAITING = frozenset({Status.OPEN, Status.ACKNOWLEDGED})
_ANSWERED = frozenset({Status.REPLIED, Status.RESOLVED})


class Records(Protocol):
    """What is asked of the table, many at a time. What is not stored is not in the answer."""

    def threads_and_authors(
        self, threads: Iterable[str], authors: Iterable[str]
    ) -> tuple[Mapping[str, Conversation], Mapping[str, AuthorCases]]: ...


def histories(mentions: Sequence[Mention], records: Records) -> dict[str, History]:
    """The history of each mention's author, by the mention's key. Two reads at most, however many mentions."""
    heard = [mention for mention in mentions if not mention.own and not mention.is_repost]
    threads, authors = records.threads_and_authors(
        (mention.thread for mention in heard), (mention.author_key for mention in heard)
    )
    elsewhere = {recent.thread for author in authors.values() for recent in author.recent}
    joined = {thread.joined for thread in threads.values() if thread.joined}
    missing = (elsewhere | joined) - threads.keys()
    if missing:
        threads = {**threads, **records.threads_and_authors(missing, ())[0]}
    return {mention.key: _history(mention, threads, authors) for mention in heard}


def _history(mention: Mention, threads: Mapping[str, Conversation], authors: Mapping[str, AuthorCases]) -> History:
    own = threads.get(mention.thread)
    here = {mention.thread, own.joined if own is not None else None}
    main = threads.get(own.joined) if own is not None and own.joined else own
    author = authors.get(mention.author_key)
    earlier = [
        recent
        for recent in (author.recent if author is not None else ())
        if recent.thread not in here and abs(mention.created_at - recent.opened_at) <= HISTORY_REACHES
    ]
    return History(
        complaints=len(earlier),
        waiting=any(_stands(threads.get(recent.thread), _WAITING) for recent in earlier),
        answered=_stands(main, _ANSWERED) and main.case.author.id == mention.author.id,
    )


def _stands(thread: Conversation | None, statuses: frozenset[Status]) -> bool:
    return thread is not None and thread.case is not None and thread.case.status in statuses
