"""Which format a record has: the first that recognises it. A record that none does may have Earshot's own columns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from infra.replay.formats.networks.bluesky import BLUESKY
from infra.replay.formats.networks.mastodon import MASTODON
from infra.replay.formats.networks.scraped import SCRAPED
from infra.replay.formats.networks.x_v1 import X_V1
from infra.replay.formats.networks.x_v2 import X_V2
from infra.replay.formats.record import Format, FoundPost, NotAPostError, Values, structured, table
from infra.replay.formats.tables import TABLES
from infra.replay.rows import RowError

FORMATS: tuple[Format, ...] = (BLUESKY, MASTODON, X_V2, SCRAPED, X_V1)
# Answers that hold posts in a list beside what says how they were found.
_LISTS = ("statuses", "posts", "feed", "notifications", "tweets", "ancestors", "descendants", "results", "items")
_REMEDY = (
    "Recordings of X, Bluesky and Mastodon are read as they are: make rows of it with id, created_at, author_id, text."
)
# What people have that looks like posts, and is of a network that is not read here.
_OTHERS: Mapping[str, str] = {
    "Listing": "a listing of Reddit",
    "t1": "a comment of Reddit",
    "t3": "a post of Reddit",
    "youtube#": "an answer of YouTube",
}
# What a record holds: posts, and of a list of records also why one of them gives none.
Found = FoundPost | RowError | NotAPostError


def format_of(values: Values) -> Format | None:
    """The format that recognises a record; None where none does."""
    return next((one for one in FORMATS if one.recognises(values)), None)


def unpacked(values: Values) -> tuple[str | None, Iterator[Found]]:
    """The name of the format, and the posts of a record; no name where it may have Earshot's own columns.

    RowError where it is recognised as what is not read. Of a list of records each stands or falls alone: the error of
    one comes in its place, and the others are read.
    """
    kind = str(values.get("kind", ""))
    other = next((what for mark, what in _OTHERS.items() if kind == mark or (mark[-1] == "#" and mark in kind)), None)
    if other is not None and "text" not in values:
        raise RowError(f"This is {other}.", _REMEDY)
    if _may_be_flattened(values):
        whole = structured(values)
        values = whole if format_of(whole) is not None else values
    found = format_of(values) or next((one for one in TABLES if one.recognises(values)), None)
    if found is not None:
        return found.name, found.posts(values)
    if "id" not in values:
        inner = [_unpacked_item(item) for name in _LISTS for item in _items(values.get(name))]
        known = next((name for name, _ in inner if isinstance(name, str)), None)
        if known is not None:
            return known, _of_each(inner)
        refused = next((name for name, _ in inner if isinstance(name, RowError)), None)
        if refused is not None:
            raise refused
    return None, iter(())


def _items(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _unpacked_item(item: object) -> tuple[str | RowError | None, Iterator[Found]]:
    """As ``unpacked``, of one item of a list: with the error in place of the name where it is not read."""
    try:
        return unpacked(cast("Values", item)) if isinstance(item, Mapping) else (None, iter(()))
    except RowError as error:
        return error, iter(())


def _of_each(inner: Sequence[tuple[str | RowError | None, Iterator[Found]]]) -> Iterator[Found]:
    for name, posts in inner:
        if name is None:
            yield RowError("An item of the list is of no known format.", _REMEDY)
        elif isinstance(name, RowError):
            yield name
        else:
            try:
                yield from posts
            except (RowError, NotAPostError) as error:
                yield error


def _may_be_flattened(values: Values) -> bool:
    """Whether the columns of a table are parts of nested objects, or hold such objects as text."""
    nested = ("referenced_tweets", "public_metrics", "edit_history_tweet_ids", "author", "user", "account", "record")
    return any("." in name for name in values) or any(
        isinstance(values.get(name), str) and str(values[name]).lstrip()[:1] in ("[", "{") for name in nested
    )


__all__ = ["FORMATS", "format_of", "table", "unpacked"]
