"""A mention: one public post that names the brand, or one of the brand's own that answers a customer.

``Mention`` is what travels through the queue: ``to_record`` writes it as plain JSON types, ``from_record``
reads it back and refuses what is no mention with an error that names the field and the remedy.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from earshot.errors import MentionError
from earshot.timestamps import parse_rfc3339, rfc3339

RECORD_VERSION = 1
LONGEST_ID = 250  # characters: DynamoDB takes no sort key of more than 1,024 bytes
_HANDLE = re.compile(r"(?<![\w@])@(\w{1,30})")
_LEADING_HANDLES = re.compile(r"^[\s.,:;!?\-–—\"'“”]*((?:@\w{1,30}[\s.,:;!?\-–—]*)+)")


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a post. ``followers`` is None where the source does not say."""

    id: str
    handle: str | None = None
    name: str | None = None
    followers: int | None = None
    verified: bool = False

    @property
    def label(self) -> str:
        """How staff read the author: ``Jane Doe (@jane)``, ``@jane``, or the bare id."""
        if self.handle and self.name and self.name != self.handle:
            return f"{self.name} (@{self.handle})"
        return f"@{self.handle}" if self.handle else self.name or self.id


@dataclass(frozen=True, slots=True)
class Mention:
    """One post. Times are aware and in UTC; ``text`` is whole and unaltered; ``brand`` is a handle without ``@``.

    ``own``: the brand wrote it. ``baseline``: it was read on its source's first run and must page nobody.
    ``language`` is the source's own tag (``en``, ``pt``, ``zh-TW``), None where the source does not know.
    ``reposts`` is how often it had been passed on when it was read, None where the source does not say.
    """

    source: str
    id: str
    author: Author
    text: str
    created_at: datetime
    conversation_id: str
    brand: str
    own: bool = False
    language: str | None = None
    in_reply_to_id: str | None = None
    reposted_id: str | None = None
    quoted_id: str | None = None
    link: str | None = None
    baseline: bool = False
    reposts: int | None = None

    @property
    def key(self) -> str:
        """What makes a mention one and the same wherever it is read again: ``source#post_id``."""
        return f"{self.source}#{self.id}"

    @property
    def conversation_key(self) -> str:
        """The key of the conversation that the post belongs to: ``source#conversation_id``."""
        return f"{self.source}#{self.conversation_id}"

    @property
    def author_key(self) -> str:
        """The key of who wrote it: ``source#author_id``."""
        return f"{self.source}#{self.author.id}"

    @property
    def is_repost(self) -> bool:
        """A repost repeats a post of somebody else: it adds reach, and says nothing new."""
        return self.reposted_id is not None

    @property
    def handles(self) -> tuple[str, ...]:
        """The handles that the text names, in order, in lower case and without ``@``."""
        return handles_in(self.text)

    def addresses(self, brands: frozenset[str]) -> bool:
        """Whether the post speaks *to* one of ``brands`` (lower case), rather than only about it."""
        return speaks_to(self.text, brands)

    def to_record(self) -> dict[str, Any]:
        """Plain JSON types, as the queue carries them."""
        return {
            "version": RECORD_VERSION,
            "source": self.source,
            "id": self.id,
            "author": {
                "id": self.author.id,
                "handle": self.author.handle,
                "name": self.author.name,
                "followers": self.author.followers,
                "verified": self.author.verified,
            },
            "text": self.text,
            "created_at": rfc3339(self.created_at),
            "conversation_id": self.conversation_id,
            "brand": self.brand,
            "own": self.own,
            "language": self.language,
            "in_reply_to_id": self.in_reply_to_id,
            "reposted_id": self.reposted_id,
            "quoted_id": self.quoted_id,
            "link": self.link,
            "baseline": self.baseline,
            "reposts": self.reposts,
        }

    @classmethod
    def from_record(cls, record: object) -> "Mention":
        """Read what ``to_record`` wrote; MentionError names the field that is at fault."""
        if not isinstance(record, Mapping):
            raise MentionError(f"A mention is a JSON object, and this is {_kind(record)}: send what to_record() wrote.")
        version = record.get("version")
        if version != RECORD_VERSION:
            raise MentionError(
                f"Field 'version' is {version!r}, and this release reads {RECORD_VERSION}: "
                "deploy the release that wrote the record, then redrive it."
            )
        author = record.get("author")
        if not isinstance(author, Mapping):
            raise MentionError(f"Field 'author' must be an object with an 'id', not {_kind(author)}.")
        return cls(
            source=_id(record, "source"),
            id=_id(record, "id"),
            author=Author(
                id=_id(author, "id", "author."),
                handle=_text_or_none(author, "handle", "author."),
                name=_text_or_none(author, "name", "author."),
                followers=_count_or_none(author, "followers", "author."),
                verified=bool(author.get("verified", False)),
            ),
            text=_text(record, "text", may_be_empty=True),
            created_at=parse_rfc3339(_text(record, "created_at"), "created_at"),
            conversation_id=_id(record, "conversation_id"),
            brand=_text(record, "brand"),
            own=bool(record.get("own", False)),
            language=_text_or_none(record, "language"),
            in_reply_to_id=_text_or_none(record, "in_reply_to_id"),
            reposted_id=_text_or_none(record, "reposted_id"),
            quoted_id=_text_or_none(record, "quoted_id"),
            link=_text_or_none(record, "link"),
            baseline=bool(record.get("baseline", False)),
            reposts=_count_or_none(record, "reposts"),
        )


def speaks_to(text: str, handles: frozenset[str] | None) -> bool:
    """Whether a text opens with one of ``handles`` (lower case; None: any): on X replies and public questions do."""
    opening = _LEADING_HANDLES.match(text)
    if opening is None or handles is None:
        return opening is not None
    return not handles.isdisjoint(handles_in(opening.group(1)))


def handles_in(text: str) -> tuple[str, ...]:
    """The handles that a text names, in order, in lower case and without ``@``."""
    return tuple(handle.lower() for handle in _HANDLE.findall(text))


def names_one_of(text: str, handles: frozenset[str] | None) -> bool:
    """Whether a text has one of ``handles`` (lower case; None: any) anywhere in it."""
    named = handles_in(text)
    return bool(named) if handles is None else not handles.isdisjoint(named)


def _text(record: Mapping[str, Any], field: str, prefix: str = "", *, may_be_empty: bool = False) -> str:
    value = record.get(field)
    if not isinstance(value, str) or not (value or may_be_empty):
        raise MentionError(f"Field '{prefix}{field}' must be a text, not {_kind(value)}.")
    return value


def _id(record: Mapping[str, Any], field: str, prefix: str = "") -> str:
    value = _text(record, field, prefix)
    if len(value) > LONGEST_ID or not value.isprintable():
        raise MentionError(
            f"Field '{prefix}{field}' is no id: it must have {LONGEST_ID} printable characters at most, "
            f"and begins {value[:20]!r}."
        )
    return value


def _text_or_none(record: Mapping[str, Any], field: str, prefix: str = "") -> str | None:
    return None if record.get(field) is None else _text(record, field, prefix)


def _count_or_none(record: Mapping[str, Any], field: str, prefix: str = "") -> int | None:
    value = record.get(field)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise MentionError(f"Field '{prefix}{field}' must be a count or null, not {value!r}.")
    return value


def _kind(value: object) -> str:
    return "missing" if value is None else "empty" if value == "" else type(value).__name__
