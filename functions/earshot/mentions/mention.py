"""A mention: a public post that names the brand, or a post of the brand itself.

``Mention`` is also the message on the mention queue: ``to_record`` converts it to plain JSON types, and ``from_record``
converts it back or raises an error that names the wrong field and the remedy.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from earshot.errors import MentionError
from earshot.plain_text import cut_to_bytes, one_line, without_halves
from earshot.timestamps import parse_post_time, rfc3339, rfc3339_or_none

RECORD_VERSION = 1
# Characters, and bytes in UTF-8. The id of a case holds an id, a source of 40 characters and two parts of 40 at most,
# and its sort keys a time and numbers beside that; DynamoDB accepts sort keys of 1,024 bytes.
MAX_ID_LENGTH, MAX_ID_BYTES = 220, 660
# The longest post of X has 25,000 characters, but some emoji of 25 bytes count as two. Items of DynamoDB have 400 KB.
MAX_TEXT_BYTES = 100_000
# Characters: more than any network allows. A handle is part of a sort key.
MAX_NAME_LENGTH, MAX_HANDLE_LENGTH, MAX_LINK_LENGTH, MAX_TAG_LENGTH = 200, 100, 2_000, 35
# More than there are people, and less than sums of it that DynamoDB cannot hold.
MAX_COUNT = 10**12
MAX_EDITS = 20  # X allows five
_HANDLE = re.compile(r"(?<![\w@])@(\w{1,30})")
_LEADING_HANDLES = re.compile(r"^[\s.,:;!?\-–—\"'“”]*((?:@\w{1,30}[\s.,:;!?\-–—]*)+)")


@dataclass(frozen=True, slots=True)
class Author:
    """The author of a post. ``followers`` is None if the source does not say."""

    id: str
    handle: str | None = None
    name: str | None = None
    followers: int | None = None
    verified: bool = False

    @property
    def label(self) -> str:
        """The author as staff see it, on one line: ``Jane Doe (@jane)``, ``@jane``, the name or the id."""
        handle, name = one_line(self.handle or ""), one_line(self.name or "")
        if handle and name and name != handle:
            return f"{name} (@{handle})"
        return f"@{handle}" if handle else name or one_line(self.id)


@dataclass(frozen=True, slots=True)
class Mention:
    """One post. Times are aware and in UTC; ``text`` is complete; ``brand`` is a handle without ``@``.

    ``own``: the brand wrote it. ``baseline``: it was read on its source's first run and must alert nobody.
    ``in_reply_to_user_id`` is the author of the post that it replies to, as the source says: that post itself may be
    deleted, or never fetched. ``quotes_brand``: it quotes a post of the brand, and so speaks to it, or its network says
    so otherwise, where texts do not begin with a handle: it answers the brand. ``edit_ids`` are
    the ids of its later versions, the latest last: an edited post keeps the ``id`` of its first version, and has the
    text of the latest, from ``edited_at`` on. ``language`` is the source's own tag (``en``, ``pt``, ``zh-TW``), None if
    the source does not know it. ``reposts`` is the number of reposts when it was read, None if the source does not say.
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
    in_reply_to_user_id: str | None = None
    reposted_id: str | None = None
    quoted_id: str | None = None
    link: str | None = None
    baseline: bool = False
    reposts: int | None = None
    quotes_brand: bool = False
    edit_ids: tuple[str, ...] = ()
    edited_at: datetime | None = None

    @property
    def asked_at(self) -> datetime:
        """Since when it says what it says: its time, or that of its latest edit."""
        return self.edited_at or self.created_at

    @property
    def key(self) -> str:
        """The key of the post, the same whenever it is read: ``source#post_id``."""
        return f"{self.source}#{self.id}"

    @property
    def conversation_key(self) -> str:
        """The key of the conversation that the post belongs to: ``source#conversation_id``."""
        return f"{self.source}#{self.conversation_id}"

    @property
    def author_key(self) -> str:
        """The key of the author: ``source#author_id``."""
        return f"{self.source}#{self.author.id}"

    @property
    def is_repost(self) -> bool:
        """Whether it repeats another post: a repost adds reach, and says nothing new."""
        return self.reposted_id is not None

    @property
    def handles(self) -> tuple[str, ...]:
        """The handles in the text, in order, in lower case and without ``@``."""
        return handles_in(self.text)

    def addresses(self, brands: frozenset[str]) -> bool:
        """Whether the post speaks to one of ``brands`` (lower case), and not only about it.

        It begins with the brand's handle, or quotes a post of the brand.
        """
        return self.quotes_brand or speaks_to(self.text, brands)

    @property
    def version_id(self) -> str:
        """The id of the version that it is: its own, or that of its latest edit."""
        return self.edit_ids[-1] if self.edit_ids else self.id

    def key_of(self, post_id: str) -> str:
        """The key of another post of the same source."""
        return f"{self.source}#{post_id}"

    def to_record(self) -> dict[str, Any]:
        """The mention in plain JSON types."""
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
            "in_reply_to_user_id": self.in_reply_to_user_id,
            "reposted_id": self.reposted_id,
            "quoted_id": self.quoted_id,
            "link": self.link,
            "baseline": self.baseline,
            "reposts": self.reposts,
            "quotes_brand": self.quotes_brand,
            "edit_ids": list(self.edit_ids),
            "edited_at": rfc3339_or_none(self.edited_at),
        }

    @classmethod
    def from_record(cls, record: object) -> "Mention":
        """The mention of a record that ``to_record`` made. MentionError names the field that is wrong."""
        if not isinstance(record, Mapping):
            raise MentionError(f"A mention must be a JSON object, not {_kind(record)}: send a record of to_record().")
        fields = cast("Mapping[str, Any]", record)
        version = fields.get("version")
        if version != RECORD_VERSION:
            raise MentionError(
                f"Field 'version' is {version!r}, and this release reads {RECORD_VERSION}: "
                "deploy the release that wrote the record, then redrive it."
            )
        return cls(
            source=_id(fields, "source"),
            id=_id(fields, "id"),
            author=_author(fields.get("author")),
            text=cut_to_bytes(without_halves(_text(fields, "text", may_be_empty=True)), MAX_TEXT_BYTES),
            created_at=parse_post_time(_text(fields, "created_at"), "created_at"),
            conversation_id=_id(fields, "conversation_id"),
            brand=_id(fields, "brand", most=MAX_HANDLE_LENGTH),
            own=bool(fields.get("own", False)),
            language=_short_or_none(fields, "language", MAX_TAG_LENGTH),
            in_reply_to_id=_id_or_none(fields, "in_reply_to_id"),
            in_reply_to_user_id=_id_or_none(fields, "in_reply_to_user_id"),
            reposted_id=_id_or_none(fields, "reposted_id"),
            quoted_id=_id_or_none(fields, "quoted_id"),
            link=_short_or_none(fields, "link", MAX_LINK_LENGTH),
            baseline=bool(fields.get("baseline", False)),
            reposts=_count_or_none(fields, "reposts"),
            quotes_brand=bool(fields.get("quotes_brand", False)),
            edit_ids=_edit_ids(fields),
            edited_at=_time_or_none(fields, "edited_at"),
        )


def speaks_to(text: str, handles: frozenset[str] | None) -> bool:
    """Whether a text begins with one of ``handles`` (lower case; None: any), as replies and questions on X do."""
    leading = leading_handles(text)
    return bool(leading) if handles is None else not handles.isdisjoint(leading)


def leading_handles(text: str) -> tuple[str, ...]:
    """The handles that a text begins with, in order, in lower case and without ``@``."""
    opening = _LEADING_HANDLES.match(text)
    return () if opening is None else handles_in(opening.group(1))


def handles_in(text: str) -> tuple[str, ...]:
    """The handles in a text, in order, in lower case and without ``@``."""
    return tuple(handle.lower() for handle in _HANDLE.findall(text))


def names_one_of(text: str, handles: frozenset[str] | None) -> bool:
    """Whether a text contains one of ``handles`` (lower case; None: any)."""
    named = handles_in(text)
    return bool(named) if handles is None else not handles.isdisjoint(named)


def _author(author: object) -> Author:
    if not isinstance(author, Mapping):
        raise MentionError(f"Field 'author' must be an object with an 'id', not {_kind(author)}.")
    fields = cast("Mapping[str, Any]", author)
    return Author(
        id=_id(fields, "id", "author."),
        handle=_short_or_none(fields, "handle", MAX_HANDLE_LENGTH, "author."),
        name=_short_or_none(fields, "name", MAX_NAME_LENGTH, "author."),
        followers=_count_or_none(fields, "followers", "author."),
        verified=bool(fields.get("verified", False)),
    )


def _text(record: Mapping[str, Any], field: str, prefix: str = "", *, may_be_empty: bool = False) -> str:
    value = record.get(field)
    if not isinstance(value, str) or not (value or may_be_empty):
        raise MentionError(f"Field '{prefix}{field}' must be a text, not {_kind(value)}.")
    return value


def _id(record: Mapping[str, Any], field: str, prefix: str = "", most: int = MAX_ID_LENGTH) -> str:
    value = _text(record, field, prefix)
    is_short = len(value) <= most and len(value.encode("utf-8", "replace")) <= most * MAX_ID_BYTES // MAX_ID_LENGTH
    if not is_short or not value.isprintable():
        raise MentionError(
            f"Field '{prefix}{field}' must be an id of at most {most} printable characters, "
            f"and it begins with {value[:20]!r}."
        )
    return value


def _text_or_none(record: Mapping[str, Any], field: str, prefix: str = "") -> str | None:
    return None if record.get(field) is None else _text(record, field, prefix)


def _id_or_none(record: Mapping[str, Any], field: str) -> str | None:
    return None if record.get(field) is None else _id(record, field)


def _short_or_none(record: Mapping[str, Any], field: str, most: int, prefix: str = "") -> str | None:
    """A text of other people's that is only shown: where it is longer than any can be, its beginning."""
    text = _text_or_none(record, field, prefix)
    return None if text is None else without_halves(text[:most])


def _time_or_none(record: Mapping[str, Any], field: str) -> datetime | None:
    text = _text_or_none(record, field)
    return None if text is None else parse_post_time(text, field)


def _count_or_none(record: Mapping[str, Any], field: str, prefix: str = "") -> int | None:
    value = record.get(field)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise MentionError(f"Field '{prefix}{field}' must be a count or null, not {str(value)[:40]!r}.")
    if value is not None and value > MAX_COUNT:
        raise MentionError(f"Field '{prefix}{field}' is more than {MAX_COUNT:,}: correct it, or leave it out.")
    return value


def _edit_ids(record: Mapping[str, Any]) -> tuple[str, ...]:
    value: object = record.get("edit_ids") or []
    if not isinstance(value, list):
        raise MentionError(f"Field 'edit_ids' must be a list of ids, not {_kind(value)}.")
    ids = cast("list[object]", value)
    if len(ids) > MAX_EDITS:
        raise MentionError(f"Field 'edit_ids' has {len(ids)} ids, and {MAX_EDITS} at most can be: discard the post.")
    return tuple(_id({"edit_ids": one}, "edit_ids") for one in ids)


def _kind(value: object) -> str:
    return "missing" if value is None else "empty" if value == "" else type(value).__name__
