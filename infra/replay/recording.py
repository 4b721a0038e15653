"""Recorded posts: a file that somebody saved, read as the mentions that a source would have delivered.

Each row is a post with the columns of ``COLUMNS``; a JSON object with ``data`` is a response page of the X API v2.
What a file leaves out is derived from all of its posts: the conversation from the reply links, the brand from
mentions, replies and authors.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import cast

from earshot.errors import MentionError
from earshot.mentions.mention import Author, Mention
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.mentions.sources.x.posts import SOURCE, link_to, mentions_of_page
from infra.replay import columns
from infra.replay.rows import BadRow, RecordingError, Row, RowError, Rows, encodable, read_rows

__all__ = ["COLUMNS", "REQUIRED", "BadRow", "Recording", "RecordingError", "read_recording"]

REQUIRED = ("id", "created_at", "author_id", "text")
COLUMNS = (
    *REQUIRED,
    "author_handle",
    "author_name",
    "followers",
    "verified",
    "reposts",
    "lang",
    "conversation_id",
    "in_reply_to_id",
    "in_reply_to_user_id",
    "reposted_id",
    "quoted_id",
    "source",
)
"""The columns that are read; others are ignored."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The posts of a file, oldest first (at one instant, by id), and the rows that were left out, by line.

    ``unmatched`` counts the posts that name none of several brands, and contain no term of any.
    """

    mentions: list[Mention]
    bad: list[BadRow]
    unmatched: int = 0


@dataclass(frozen=True, slots=True)
class _Post:
    """A mention whose brand, and perhaps its conversation, must still be derived, and its line."""

    line: int
    mention: Mention
    has_conversation: bool

    def repeats(self, other: "_Post") -> bool:
        """Whether both say the same; between two readings of one post, its author
        may have won followers, and it reposts."""
        return self._content() == other._content()

    def _content(self) -> Mention:
        return replace(
            self.mention, author=Author(self.mention.author.id), brand="", own=False, link=None, reposts=None
        )


def read_recording(
    path: str | Path, brands: Sequence[str], terms: Mapping[str, str | None] = MappingProxyType({})
) -> Recording:
    """The posts of a file; ``brands`` (at least one handle, with ``@`` or without) says who the brand is.

    ``+`` joins the accounts of one brand. ``terms`` are search terms with the brand that each is for, None: the only
    one. With several brands or with terms, a post that names no brand and contains no term is left out.

    RecordingError where the file as a whole cannot be used. A row that cannot be used is in ``bad``, and takes no other
    with it; the same post twice is one mention.
    """
    accounts = BrandAccounts(
        [handle for brand in brands for handle in handles_of(brand)],
        terms,
        brands={handle.lower(): handles_of(brand)[0] for brand in brands for handle in handles_of(brand)},
    )
    rows = read_rows(path)
    if not any(map(_is_page, rows.good)):
        rows.require(*REQUIRED)
    posts: dict[str, _Post] = {}
    for row in rows.good:
        for post in _page(row, accounts, rows) if _is_page(row) else _post(row, accounts, rows):
            first = posts.setdefault(post.mention.key_of(post.mention.version_id), post)
            if not first.repeats(post):
                problem = f"Post {post.mention.id} is on line {first.line} already, with other content."
                rows.refuse(row.line, RowError(problem, "Keep the row that is right; the first was used."))
    found = _with_brand(_with_conversation(posts), accounts)
    mentions = [mention for mention in found if mention.brand]
    in_order = sorted(rows.bad, key=lambda bad: bad.line)
    return Recording(sorted(mentions, key=_age), in_order, len(found) - len(mentions))


def _is_page(row: Row) -> bool:
    return "id" not in row.values and any(isinstance(row.values.get(part), (dict, list)) for part in ("data", "meta"))


def handles_of(brand: str) -> list[str]:
    """The handles of a brand's accounts, the main one first: ``@NimbusAir+@NimbusHelp``."""
    return [handle.strip().lstrip("@") for handle in brand.split("+")]


def _page(row: Row, accounts: BrandAccounts, rows: Rows) -> Iterator[_Post]:
    data: object = row.values.get("data")
    try:
        # The answer to a look-up of one post holds it alone, not in a list.
        posts: object = [cast(object, data)] if isinstance(data, dict) else data
        page = mentions_of_page({**row.values, "data": posts}, accounts)
    except MentionError as error:
        rows.refuse(row.line, RowError(f"The page cannot be read: {error}", "Save the response as X gave it."))
        return
    for rejected in page.rejected:
        rows.refuse(row.line, RowError(f"Post {rejected.key} of the page cannot be read.", rejected.reason))
    for mention in (*page.mentions, *page.originals):
        if encodable(mention.text):
            # In a page without conversation ids each post gets its own.
            has_conversation = mention.conversation_id != mention.id or mention.in_reply_to_id is None
            yield _Post(row.line, mention, has_conversation)
        else:
            problem = f"Post {mention.id} of the page holds half a character or bytes that are not UTF-8."
            rows.refuse(row.line, RowError(problem, "Save the response as X gave it."))


def _post(row: Row, accounts: BrandAccounts, rows: Rows) -> Iterator[_Post]:
    try:
        mention = _mention(row.values, accounts)
    except RowError as error:
        rows.refuse(row.line, error)
    else:
        yield _Post(row.line, mention, columns.identifier(row.values, "conversation_id") is not None)


def _mention(values: columns.Values, accounts: BrandAccounts) -> Mention:
    """The post of a row; without a conversation id, its own id is used. RowError names the column at fault."""
    author = _author(values)
    # Some files write a handle where others have the author's number.
    own_handle = next((handle for handle in accounts.handles if handle.lower() in _names_of(author)), None)
    post_id, source = columns.required_identifier(values, "id"), columns.word(values, "source") or SOURCE
    return Mention(
        source=source,
        id=post_id,
        author=replace(author, handle=author.handle or own_handle),
        text=columns.text(values, "text"),
        created_at=columns.time(values, "created_at"),
        conversation_id=columns.identifier(values, "conversation_id") or post_id,
        brand="",
        own=own_handle is not None,
        language=columns.word(values, "lang"),
        in_reply_to_id=columns.identifier(values, "in_reply_to_id"),
        in_reply_to_user_id=columns.identifier(values, "in_reply_to_user_id"),
        reposted_id=columns.identifier(values, "reposted_id"),
        quoted_id=columns.identifier(values, "quoted_id"),
        link=link_to(post_id, author.handle or own_handle) if source == SOURCE and _is_number(post_id) else None,
        reposts=columns.count(values, "reposts"),
    )


def _author(values: columns.Values) -> Author:
    return Author(
        id=columns.required_identifier(values, "author_id"),
        handle=(columns.word(values, "author_handle") or "").lstrip("@") or None,
        name=columns.word(values, "author_name"),
        followers=columns.count(values, "followers"),
        verified=columns.truth(values, "verified"),
    )


def _with_conversation(posts: Mapping[str, _Post]) -> list[Mention]:
    """Where a row names no conversation, it is that of the post it answers, and so on up to the first one.

    Answers to one post that the file lacks share a conversation, named after the post that is missing.
    """
    known = {key: post.mention.conversation_id for key, post in posts.items() if post.has_conversation}
    for key in posts:
        trail: list[str] = []
        on_trail: set[str] = set()
        at, root = key, ""
        while at not in known and at in posts and at not in on_trail:
            trail.append(at)
            on_trail.add(at)
            mention = posts[at].mention
            root = mention.in_reply_to_id or mention.id
            at = f"{mention.source}#{root}"
        if at in known:
            root = known[at]
        elif at in on_trail:
            # The first post is no reply and so leads to itself. Reply links in a circle have no first post: the oldest
            # id is used, whichever row the file begins with.
            root = min((posts[member].mention.id for member in trail[trail.index(at) :]), key=_order)
        known.update(dict.fromkeys(trail, root))
    return [replace(post.mention, conversation_id=known[key]) for key, post in posts.items()]


def _with_brand(mentions: Iterable[Mention], accounts: BrandAccounts) -> list[Mention]:
    """Each with its brand, empty where there is none, and whether it quotes a post of the brand.

    The brand wrote the post, is the first that it names, is quoted or replied to, is whom its conversation is with, or
    has a term that the post contains. A single brand without terms is everybody's.
    """
    by_age = sorted(mentions, key=_age)
    wrote = {mention.key: brand for mention in by_age if (brand := accounts.writer_of(mention))}
    named = {mention.key: brand for mention in by_age if (brand := accounts.first_named(mention))}
    quoted = {mention.key: wrote.get(mention.key_of(mention.quoted_id or "")) for mention in by_age}
    partner: dict[str, str] = {}
    for brands in (wrote, named):
        for mention in by_age:
            if mention.key in brands:
                partner.setdefault(mention.conversation_key, brands[mention.key])
    only = accounts.only_brand if not accounts.terms else None

    def brand_of(mention: Mention) -> str:
        answered = wrote.get(mention.key_of(mention.in_reply_to_id or ""))
        known = wrote.get(mention.key) or named.get(mention.key) or quoted[mention.key] or answered
        return known or partner.get(mention.conversation_key) or accounts.brand_of_term_in(mention) or only or ""

    return [
        replace(
            mention,
            brand=brand_of(mention),
            own=mention.key in wrote,
            quotes_brand=mention.quotes_brand or quoted[mention.key] is not None,
        )
        for mention in by_age
    ]


def _names_of(author: Author) -> set[str]:
    return {(author.handle or "").lower(), author.id.lstrip("@").lower()}


def _age(mention: Mention) -> tuple[datetime, tuple[bool, int, str, str]]:
    return mention.created_at, _order(mention.id)


def _is_number(post_id: str) -> bool:
    return post_id.isascii() and post_id.isdigit()


def _order(post_id: str) -> tuple[bool, int, str, str]:
    """Sorts ids by their number, and after them those that are none."""
    number = (post_id.lstrip("0") or "0") if _is_number(post_id) else ""
    return not number, len(number), number, post_id
