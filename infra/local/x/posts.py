"""Recorded posts, as the X stand-in serves them and as files of JSON lines keep them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from earshot.mentions.mention import Author
from earshot.timestamps import parse_rfc3339


@dataclass(frozen=True, slots=True)
class XPost:
    """One post on X. ``text`` is what its author wrote, whole; that of a repost is ignored (X writes "RT @...").

    ``visible_at``: when X's index knows it, later than ``created_at`` for a post that is indexed late.
    """

    id: str
    author: Author
    text: str
    created_at: datetime
    lang: str | None = None
    conversation_id: str | None = None
    in_reply_to_id: str | None = None
    reposted_id: str | None = None
    quoted_id: str | None = None
    visible_at: datetime | None = None

    @property
    def rank(self) -> tuple[datetime, int, str]:
        """Newest last: by time, and at one instant by id, as X's ids rise with time."""
        return (self.created_at, len(self.id), self.id)

    @classmethod
    def from_record(cls, record: Mapping[str, Any], start: datetime | None = None) -> "XPost":
        """A line of a file: ``author`` as an object, or ``author_id``, ``author_handle``, ``author_name`` and so on.

        A record with ``offset_seconds`` instead of ``created_at`` is counted from ``start``.
        """
        nested = record.get("author")
        author: Mapping[str, Any] = cast("Mapping[str, Any]", nested) if isinstance(nested, Mapping) else {}
        if "created_at" in record:
            created_at = parse_rfc3339(record["created_at"], "created_at")
        else:
            created_at = (start or datetime.now(UTC)) + timedelta(seconds=record["offset_seconds"])
        return cls(
            id=str(record["id"]),
            author=Author(
                id=str(author.get("id") or record["author_id"]),
                handle=author.get("handle") or record.get("author_handle"),
                name=author.get("name") or record.get("author_name"),
                followers=author.get("followers", record.get("followers")),
                verified=bool(author.get("verified", record.get("verified", False))),
            ),
            text=record["text"],
            created_at=created_at,
            **{name: record.get(name) for name in _OPTIONAL},
        )


_OPTIONAL = ("lang", "conversation_id", "in_reply_to_id", "reposted_id", "quoted_id")


@dataclass(slots=True)
class PostArchive:
    """All posts, visible or not yet, and the accounts by handle; ``handles`` by account number.

    ``protected`` are ids of posts that their author shows to followers alone, ``withheld`` the countries in which a
    post is not shown, ``versions`` the ids of all versions of an edited one.

    Posts may be added while it is served.
    """

    posts: dict[str, XPost] = field(default_factory=dict[str, XPost])
    accounts: dict[str, Author] = field(default_factory=dict[str, Author])
    handles: dict[str, str] = field(default_factory=dict[str, str])
    protected: set[str] = field(default_factory=set[str])
    withheld: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    versions: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    @classmethod
    def of(cls, posts: Iterable[XPost], handles: Sequence[str] = ()) -> "PostArchive":
        """``handles``: accounts that exist although they wrote nothing."""
        archive = cls()
        archive.add(*posts)
        for handle in handles:
            if handle.lower() not in archive.accounts:
                archive._open(Author(id=_number(handle), handle=handle, name=handle))
        return archive

    def add(self, *posts: XPost) -> None:
        """Publish posts (each can be seen from its own time on)."""
        for post in posts:
            self.posts[post.id] = post
            self._open(post.author)

    def edit(self, post_id: str, new_id: str, text: str) -> None:
        """Have a post be edited: its new version has an id of its own."""
        ids = [*self.versions.get(post_id, [post_id]), new_id]
        self.posts[new_id] = replace(self.posts[post_id], id=new_id, text=text)
        self.versions |= dict.fromkeys(ids, ids)

    def is_earlier_version(self, post_id: str) -> bool:
        """Whether there is a later version: timelines have that alone."""
        return self.versions.get(post_id, [post_id])[-1] != post_id

    def remove(self, handle: str) -> None:
        """Have an account vanish with its posts."""
        author = self.accounts.pop(handle.lower())
        del self.handles[author.id]
        self.posts = {key: post for key, post in self.posts.items() if post.author.id != author.id}

    def _open(self, author: Author) -> None:
        if author.handle:
            self.accounts[author.handle.lower()] = author
            self.handles[author.id] = author.handle

    def visible(self, now: datetime) -> list[XPost]:
        """What X's index knows at ``now``, newest first."""
        known = (post for post in tuple(self.posts.values()) if (post.visible_at or post.created_at) <= now)
        known = (one for one in known if one.id not in self.protected and not self.is_earlier_version(one.id))
        return sorted(known, key=lambda post: post.rank, reverse=True)

    def said(self, post: XPost) -> str:
        """What a post says: a repost says what its original says."""
        original = self.posts.get(post.reposted_id or "")
        return original.text if original else post.text


def _number(handle: str) -> str:
    """An account number that stays the same from run to run."""
    return str(int.from_bytes(hashlib.sha256(handle.lower().encode()).digest()[:6], "big"))
