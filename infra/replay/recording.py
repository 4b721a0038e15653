"""Recorded posts: a file that somebody saved, read as the mentions that a source would have delivered.

Each row is a post with the columns of ``COLUMNS``, whatever its file was (``formats`` reads those), or a response page
of the X API v2.
What a file leaves out is derived from all of its posts: the conversation from the reply links, the brand from
mentions, replies and authors.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import cast

from earshot.errors import MentionError
from earshot.mentions.mention import Author, Mention
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.mentions.sources.x.posts import SOURCE, link_to, mentions_of_page
from infra.replay import columns
from infra.replay.derived import by_age, with_brand, with_conversation
from infra.replay.formats.networks.x_v2 import is_page
from infra.replay.formats.reader import read_posts, require
from infra.replay.formats.sources import accounts_of, handles_of, settle_sources
from infra.replay.rows import BadRow, RecordingError, Row, RowError, Rows, encodable

__all__ = ["COLUMNS", "REQUIRED", "BadRow", "Recording", "RecordingError", "handles_of", "read_recording"]

REQUIRED = ("id", "created_at", "author_id", "text")
COLUMNS = (
    *REQUIRED,
    "author_handle",
    "author_name",
    "followers",
    "verified",
    "reposts",
    "lang",
    "language",
    "conversation_id",
    "in_reply_to_id",
    "in_reply_to_user_id",
    "reposted_id",
    "quoted_id",
    "quoted_handle",
    "source",
    "link",
)
"""The columns that are read; others are ignored."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The posts of a file, oldest first (at one instant, by id), and the rows that were left out, by line.

    ``unmatched`` counts the posts that name none of several brands, and contain no term of any. ``notes`` say how the
    file was understood, where that is not plain.
    """

    mentions: list[Mention]
    bad: list[BadRow]
    unmatched: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Post:
    """A mention whose brand, and perhaps its conversation, must still be derived, and its line.

    ``quoted_handle`` wrote the post that it quotes. ``embedded``: the post was within another.
    """

    line: int
    mention: Mention
    has_conversation: bool
    quoted_handle: str | None = None
    embedded: bool = False

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
    rows = read_posts(path)
    if not any(is_page(row.values) for row in rows.good):
        require(rows, *REQUIRED)
    settle_sources(rows)
    accounts = accounts_of(brands, terms, rows)
    read = [post for row in rows.good for post in _posts_of(row, accounts, rows)]
    posts: dict[str, _Post] = {}
    # What is within another post counts where the file has no better one.
    for post in sorted(read, key=lambda post: post.embedded):
        first = posts.setdefault(post.mention.key_of(post.mention.version_id), post)
        if not post.embedded and not first.repeats(post):
            problem = f"Post {post.mention.id} is on line {first.line} already, with other content."
            rows.refuse(post.line, RowError(problem, "Keep the row that is right; the first was used."))
    return _recording(posts, accounts, rows)


def _recording(posts: Mapping[str, _Post], accounts: BrandAccounts, rows: Rows) -> Recording:
    known = {key: post.mention.conversation_id for key, post in posts.items() if post.has_conversation}
    quoted = {
        post.mention.key: brand
        for post in posts.values()
        if post.quoted_handle and (brand := accounts.brand_of_handle(post.quoted_handle))
    }
    found = with_brand(with_conversation({key: post.mention for key, post in posts.items()}, known), accounts, quoted)
    mentions = [mention for mention in found if mention.brand]
    is_of_others = bool(rows.notes) or any(is_page(row.values) for row in rows.good)
    if is_of_others and mentions and not any(map(_is_named, mentions)):
        rows.notes.append(
            "No post says who wrote it by name, only by number: which ones are the brand's own is not known. "
            f"Add the number of its account: --brand {accounts.handles[0]}+NUMBER."
        )
    in_order = sorted(rows.bad, key=lambda bad: bad.line)
    return Recording(sorted(mentions, key=by_age), in_order, len(found) - len(mentions), tuple(rows.notes))


def _posts_of(row: Row, accounts: BrandAccounts, rows: Rows) -> Iterator[_Post]:
    return _page(row, accounts, rows) if is_page(row.values) else _post(row, accounts, rows)


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
    for embedded, mention in [(False, one) for one in page.mentions] + [(True, one) for one in page.originals]:
        if encodable(mention.text):
            # In a page without conversation ids each post gets its own.
            has_conversation = mention.conversation_id != mention.id or mention.in_reply_to_id is None
            yield _Post(row.line, mention, has_conversation, embedded=embedded)
        else:
            problem = f"Post {mention.id} of the page holds half a character or bytes that are not UTF-8."
            rows.refuse(row.line, RowError(problem, "Save the response as X gave it."))


def _post(row: Row, accounts: BrandAccounts, rows: Rows) -> Iterator[_Post]:
    try:
        mention = _mention(row.values, accounts)
    except RowError as error:
        rows.refuse(row.line, error)
        return
    # The original of a repost matters where it is about a brand.
    if not row.embedded or accounts.is_named_in(mention):
        has_conversation = columns.identifier(row.values, "conversation_id") is not None
        quoted = (columns.word(row.values, "quoted_handle") or "").lstrip("@") or None
        yield _Post(row.line, mention, has_conversation, quoted, row.embedded)


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
        language=columns.language(values),
        in_reply_to_id=columns.identifier(values, "in_reply_to_id"),
        in_reply_to_user_id=columns.identifier(values, "in_reply_to_user_id"),
        reposted_id=columns.identifier(values, "reposted_id"),
        quoted_id=columns.identifier(values, "quoted_id"),
        link=_link(values, source, post_id, author.handle or own_handle),
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


def _link(values: columns.Values, source: str, post_id: str, handle: str | None) -> str | None:
    given = columns.word(values, "link")
    if given is not None and given.startswith(("https://", "http://")):
        return given
    return link_to(post_id, handle) if source == SOURCE and _is_number(post_id) else None


def _names_of(author: Author) -> set[str]:
    return {(author.handle or "").lower(), author.id.lstrip("@").lower()}


def _is_named(mention: Mention) -> bool:
    return mention.own or mention.author.handle is not None or not _is_number(mention.author.id)


def _is_number(post_id: str) -> bool:
    return post_id.isascii() and post_id.isdigit()
