"""Who or what is to be forgotten: an author with all that is known of them, or one post."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2s
from typing import Any, cast

from earshot.aws.dynamodb import Record
from earshot.cases.conversation.forgetting import REMOVED


class Kind(StrEnum):
    """What is forgotten."""

    AUTHOR = "author"
    POST = "post"


@dataclass(slots=True)
class Subject:
    """``ids`` are those of the author, ``posts`` the ids of their posts, all of the network ``source``.

    ``handles`` are in lower case. ``cases`` are the keys of the conversations that are theirs, with the ids of the
    posts in each. ``takes_author``: nothing else of the author of a post is in its case, and so they go with it.
    """

    kind: Kind
    source: str
    name: str
    ids: set[str] = field(default_factory=set[str])
    handles: set[str] = field(default_factory=set[str])
    names: set[str] = field(default_factory=set[str])
    posts: set[str] = field(default_factory=set[str])
    texts: set[str] = field(default_factory=set[str])
    cases: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    takes_author: bool = False

    @property
    def is_known(self) -> bool:
        """Whether anything of it is stored, or it was named by its id."""
        return bool(self.ids if self.kind is Kind.AUTHOR else self.posts)

    @property
    def digest(self) -> str:
        """What a receipt names it by: it tells nobody who it is, and whoever knows it can check it."""
        known = min(self.ids, default=self.name) if self.kind is Kind.AUTHOR else self.name
        return digest_of(self.kind, self.source, known)

    def wrote(self, author: Mapping[str, Any]) -> bool:
        """Whether this is the author, by id or handle."""
        if self.kind is Kind.POST:
            return False
        return str(author.get("id")) in self.ids or str(author.get("handle") or "").lower() in self.handles

    def has(self, mention: Mapping[str, Any]) -> bool:
        """Whether a mention, as it is stored, is to be forgotten."""
        if mention.get("source") != self.source:
            return False
        if self.kind is Kind.POST:
            return not self.posts.isdisjoint((str(mention.get("id")), *_ids(mention.get("edit_ids"))))
        return self.wrote(mention.get("author") or {})

    def passes_on(self, mention: Mapping[str, Any]) -> bool:
        """Whether a mention is a repost of what is to be forgotten: it has its text."""
        return mention.get("source") == self.source and mention.get("reposted_id") in self.posts


def digest_of(kind: Kind, source: str, name: str) -> str:
    """A digest of who or what is forgotten, for receipts."""
    return blake2s(f"{kind}|{source}|{name.lower()}".encode(), digest_size=16).hexdigest()


def find(kind: Kind, source: str, name: str, scan: Iterable[Record], again: Iterable[Record]) -> Subject:
    """All that two readings of the case table know of an author (a handle or an id) or a post (its id)."""
    subject = Subject(kind, source, name)
    if kind is Kind.POST:
        subject.posts.add(name)
    elif _is_id(source, name):
        subject.ids.add(name)
    elif source in _WITH_HANDLES:
        subject.handles.add(name.lower())
    for record in scan:
        for author in _authors(record, source):
            if subject.wrote(author) or name in (str(author["id"]), str(author.get("handle") or "")):
                subject.ids.add(str(author["id"]))
    for record in again:
        _learn(subject, record)
    return subject


# Where people are known by handles. Elsewhere an id may be any text: those that are stored tell.
_WITH_HANDLES = frozenset({"x", "bluesky", "mastodon", "reddit", "youtube"})


def _is_id(source: str, name: str) -> bool:
    return name.isdigit() if source == "x" else name.startswith("did:") or name.isdigit()


def _authors(record: Record, source: str) -> Iterator[Mapping[str, Any]]:
    if "mention" in record and record["mention"].get("source") == source:
        yield record["mention"]["author"]
    state: Mapping[str, Any] = record.get("conversation_state") or {}
    case: Mapping[str, Any] | None = state.get("case")
    if case and case["key"].get("source") == source:
        yield case["author"]


def _learn(subject: Subject, record: Record) -> None:
    for author in _authors(record, subject.source):
        if subject.wrote(author):
            subject.handles |= {str(author["handle"]).lower()} if author.get("handle") else set()
            subject.names |= {str(author["name"])} if author.get("name") else set()
    mention: Mapping[str, Any] = record.get("mention") or {}
    if subject.has(mention):
        subject.posts |= {str(mention["id"]), *_ids(mention.get("edit_ids"))}
        if mention.get("text") not in ("", REMOVED, None):
            subject.texts.add(str(mention["text"]))
        if record.get("case_conversation"):
            subject.cases.setdefault(str(record["case_conversation"]), set()).add(str(mention["id"]))
    state: Mapping[str, Any] = record.get("conversation_state") or {}
    case: Mapping[str, Any] | None = state.get("case")
    if case is None or case["key"].get("source") != subject.source:
        return
    is_theirs = subject.wrote(case["author"]) or case["headline"].get("id") in subject.posts
    if is_theirs:
        subject.cases.setdefault(str(state["key"]), set())
        if case["headline"].get("text") not in ("", REMOVED, None):
            subject.texts.add(str(case["headline"]["text"]))


def _ids(value: object) -> list[str]:
    return [str(one) for one in cast("list[object]", value)] if isinstance(value, list) else []
