"""Which format a record has: the first that recognises it. A record that none does may have Earshot's own columns."""

from collections.abc import Iterator, Mapping

from infra.replay.formats.networks.bluesky import BLUESKY
from infra.replay.formats.networks.mastodon import MASTODON
from infra.replay.formats.networks.scraped import SCRAPED
from infra.replay.formats.networks.x_v1 import X_V1
from infra.replay.formats.networks.x_v2 import X_V2
from infra.replay.formats.record import Format, FoundPost, Values, structured, table, tables
from infra.replay.formats.tables import TABLES
from infra.replay.rows import RowError

FORMATS: tuple[Format, ...] = (BLUESKY, MASTODON, X_V2, SCRAPED, X_V1)
# Answers that hold posts in a list beside what says how they were found.
_LISTS = ("statuses", "posts", "feed", "notifications", "tweets", "ancestors", "descendants", "results", "items")
_REMEDY = (
    "Earshot listens to X, Bluesky and Mastodon: make rows of it with the columns id, created_at, author_id, text."
)
# What people have that looks like posts, and is of a network that is not read here.
_OTHERS: Mapping[str, str] = {
    "Listing": "a listing of Reddit",
    "t1": "a comment of Reddit",
    "t3": "a post of Reddit",
    "youtube#": "an answer of YouTube",
}


def format_of(values: Values) -> Format | None:
    """The format that recognises a record; None where none does."""
    return next((one for one in FORMATS if one.recognises(values)), None)


def unpacked(values: Values) -> tuple[str | None, Iterator[FoundPost]]:
    """The name of the format, and the posts of a record; no name where it may have Earshot's own columns.

    RowError where it is recognised as what is not read.
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
    inner = [item for name in _LISTS for item in tables(values.get(name))]
    if inner and "id" not in values:
        names = [name for name, _ in map(unpacked, inner) if name is not None]
        if names:
            return names[0], (post for item in inner for post in _posts_of(item))
    return None, iter(())


def _posts_of(item: Values) -> Iterator[FoundPost]:
    name, posts = unpacked(item)
    return posts if name is not None else iter(())


def _may_be_flattened(values: Values) -> bool:
    """Whether the columns of a table are parts of nested objects, or hold such objects as text."""
    nested = ("referenced_tweets", "public_metrics", "edit_history_tweet_ids", "author", "user", "account", "record")
    return any("." in name for name in values) or any(
        isinstance(values.get(name), str) and str(values[name]).lstrip()[:1] in ("[", "{") for name in nested
    )


__all__ = ["FORMATS", "format_of", "table", "unpacked"]
