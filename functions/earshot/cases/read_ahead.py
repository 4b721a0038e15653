"""A store that was asked for everything that a batch of mentions will need, before the first of them is ingested.

Every write names the version that it was decided on: where somebody else was faster it is refused, and read again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from earshot.cases.author_cases import AuthorCases
from earshot.cases.author_history import HistoryStore
from earshot.cases.case.key import CaseKey
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.replies import AwaitedPost, Participant, author_in
from earshot.cases.ingest import IngestStore
from earshot.cases.other_conversations import Change
from earshot.cases.stored_mention import MentionWrite, StoredMention
from earshot.errors import ConflictError, DuplicateError
from earshot.mentions.mention import Mention


@dataclass(slots=True)
class ReadTogether:
    """What was read together, by key. What is missing was not asked for, or could not be read."""

    posts: dict[str, StoredMention | AwaitedPost] = field(default_factory=dict[str, StoredMention | AwaitedPost])
    conversations: dict[str, Conversation] = field(default_factory=dict[str, Conversation])
    people: dict[tuple[str, str, str], Participant] = field(default_factory=dict[tuple[str, str, str], Participant])
    authors: dict[str, AuthorCases] = field(default_factory=dict[str, AuthorCases])


class Reader(Protocol):
    """Reads many items together."""

    def read(
        self,
        posts: Iterable[str] = (),
        conversations: Iterable[str] = (),
        people: Iterable[Participant] = (),
        authors: Iterable[str] = (),
    ) -> ReadTogether: ...


class Store(IngestStore, HistoryStore, Protocol):
    """What ingesting and judging ask of the case table."""


class ReadAhead:
    """The ``store``, which answers from ``known`` what was read already and not written since."""

    def __init__(self, store: Store, known: ReadTogether) -> None:
        self._store = store
        self._known = known

    def post(self, key: str) -> StoredMention | AwaitedPost:
        """As the store."""
        return self._known.posts.get(key) or self._store.post(key)

    def posts(self, conversation: str) -> Sequence[StoredMention]:
        """As the store."""
        return self._store.posts(conversation)

    def participant(self, wanted: Participant) -> Participant:
        """As the store."""
        return self._known.people.get(wanted.key) or self._store.participant(wanted)

    def conversation(self, key: str) -> Conversation:
        """As the store."""
        return self._known.conversations.get(key) or self._store.conversation(key)

    def author(self, key: str) -> AuthorCases:
        """As the store."""
        return self._known.authors.get(key) or self._store.author(key)

    def conversations_and_authors(
        self, conversations: Iterable[str], authors: Iterable[str]
    ) -> tuple[Mapping[str, Conversation], Mapping[str, AuthorCases]]:
        """As the store. What is empty may be in the result."""
        keys, names = list(conversations), list(authors)
        known = self._known
        missing = [key for key in keys if key not in known.conversations]
        unknown = [name for name in names if name not in known.authors]
        found = {key: known.conversations[key] for key in keys if key in known.conversations}
        people = {name: known.authors[name] for name in names if name in known.authors}
        if not missing and not unknown:
            return found, people
        more, others = self._store.conversations_and_authors(missing, unknown)
        return {**found, **more}, {**people, **others}

    def take_slot(self, name: str, most: int, now: datetime) -> bool:
        """As the store."""
        return self._store.take_slot(name, most, now)

    def put_mention(self, stored: StoredMention) -> None:
        """As the store."""
        try:
            self._store.put_mention(stored)
        finally:
            self._known.posts.pop(stored.mention.key, None)

    def save(
        self,
        changes: Sequence[Change],
        *,
        now: datetime,
        mention: MentionWrite | None = None,
        author: AuthorCases | None = None,
    ) -> None:
        """As the store. Where it refuses, everything is read again."""
        try:
            self._store.save(changes, now=now, mention=mention, author=author)
        except (ConflictError, DuplicateError):
            self._known = ReadTogether()
            raise
        known = self._known
        for conversation, _ in changes:
            known.conversations.pop(conversation.key, None)
        if author is not None:
            known.authors.pop(author.key, None)
        if mention is not None:
            self._forget(mention)

    def _forget(self, write: MentionWrite) -> None:
        posts = [stored.mention.key for stored in (write.stored, *write.others)]
        awaited = [one.key for one in (*write.edit_ids, *filter(None, [write.awaited]))]
        for key in (*posts, *awaited, *write.refiled):
            self._known.posts.pop(key, None)
        if write.participant is not None:
            self._known.people.pop(write.participant.key, None)


def read_ahead(store: Store, reader: Reader, mentions: Iterable[Mention]) -> ReadAhead:
    """The store for a batch of mentions. Two reads of up to 100 items, however many mentions there are, and more.

    The second reads what only the first could name, such as the post that the answered post replies to.
    """
    batch = list(mentions)
    customers = [mention for mention in batch if not mention.own and not mention.is_repost]
    refers_to = [mention.key_of(id) for mention in batch for id in (mention.in_reply_to_id, mention.reposted_id) if id]
    answered_posts = {one.key_of(one.in_reply_to_id) for one in customers if one.in_reply_to_id is not None}
    known = reader.read(
        posts=dict.fromkeys([*(mention.key for mention in batch), *refers_to]),
        conversations=dict.fromkeys(str(CaseKey.of(mention)) for mention in customers),
        people={one.key: one for one in map(author_in, customers)}.values(),
        authors=dict.fromkeys(mention.author_key for mention in customers),
    )
    elsewhere = {recent.conversation for author in known.authors.values() for recent in author.recent}
    merged = {one.merged_into for one in known.conversations.values() if one.merged_into is not None}
    answered = {str(CaseKey.of(post.mention)) for post in known.posts.values() if isinstance(post, StoredMention)}
    missing = (elsewhere | merged | answered) - known.conversations.keys()
    above = {
        post.mention.key_of(post.mention.in_reply_to_id)
        for key, post in known.posts.items()
        if key in answered_posts and isinstance(post, StoredMention) and post.mention.in_reply_to_id is not None
    }
    above -= known.posts.keys()
    if missing or above:
        more = reader.read(posts=above, conversations=missing)
        known.conversations |= more.conversations
        known.posts |= more.posts
    return ReadAhead(store, known)
