"""A mention as it is stored, and as it is to be stored with what belongs to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2s

from earshot.cases.conversation.replies import AwaitedPost, Participant
from earshot.mentions.mention import Mention
from earshot.triage.judgement import Judgement


@dataclass(frozen=True, slots=True)
class StoredMention:
    """A mention with its judgement; ``ingested_at`` is when it was judged and stored.

    ``conversation`` is the key of the customer's conversation that it belongs to: its author's, or that of whom it
    answers. None: nobody's, as a repost and a statement of the brand. ``version`` is that of what is stored.
    """

    mention: Mention
    judgement: Judgement
    ingested_at: datetime
    conversation: str | None = None
    version: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class KnownPost:
    """What is known of a stored post before it is read: how often it was edited by then, and whether it is history.

    ``forgotten_at``: then somebody asked that it be forgotten. Of an author it is known under ``forgotten_author``.
    """

    edits: int
    is_history: bool = False
    forgotten_at: datetime | None = None

    def is_news(self, mention: Mention) -> bool:
        """Whether a mention of the post says more: it is another version, or news where history was stored."""
        return len(mention.edit_ids) != self.edits or (self.is_history and not mention.baseline)


def forgotten_author(author_key: str) -> str:
    """The key under which it is known that an author was forgotten. It tells nobody who they were."""
    source = author_key.partition("#")[0]
    return f"{source}#forgotten-{blake2s(author_key.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"


def is_forgotten(mention: Mention, known: Mapping[str, KnownPost]) -> bool:
    """Whether a post must not be stored: it was forgotten, or the original that it passes on, or its author since.

    What somebody posts after they were forgotten is heard: they speak to the brand anew.
    """
    posts = (mention.key, mention.key_of(mention.reposted_id or ""))
    if any(known[key].forgotten_at is not None for key in posts if key in known):
        return True
    author = known.get(forgotten_author(mention.author_key))
    return author is not None and author.forgotten_at is not None and mention.created_at <= author.forgotten_at


def keys_to_know(mentions: Iterable[Mention]) -> list[str]:
    """The keys that must be looked up before posts are stored: for ``KnownPost.is_news`` and ``is_forgotten``."""
    keys = ((one.key, one.key_of(one.reposted_id or one.id), forgotten_author(one.author_key)) for one in mentions)
    return list(dict.fromkeys(key for three in keys for key in three))


@dataclass(frozen=True, slots=True)
class MentionWrite:
    """A mention as it is to be stored, with what is written beside it.

    ``edit_ids`` are ids under which it will be found as well, each with the version of what is stored there.
    ``awaited`` and ``participant`` are what a post of the brand waits for. ``refiled`` are posts of the brand that
    belong to a conversation after all: their keys, and the conversation's. ``others`` are reposts that are stored with
    it.
    """

    stored: StoredMention
    edit_ids: tuple[AwaitedPost, ...] = ()
    awaited: AwaitedPost | None = None
    participant: Participant | None = None
    refiled: Mapping[str, str] = field(default_factory=dict[str, str])
    others: tuple[StoredMention, ...] = ()

    @property
    def is_alone(self) -> bool:
        """Whether nothing is written beside the mention."""
        return not (self.edit_ids or self.awaited or self.participant or self.refiled or self.others)
