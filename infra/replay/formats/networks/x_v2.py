"""Posts of the X API v2 outside a response page: what twarc2 flattens, twarc-csv's tables, Tweepy's objects.

Each becomes a page of one post, so that ``earshot.mentions.sources.x.posts`` reads it as what X delivers live.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from earshot.errors import MentionError
from earshot.mentions.mention import Mention
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.mentions.sources.x.posts import mentions_of_page
from infra.replay import columns
from infra.replay.formats.record import Format, FoundPost, Values, first, table, tables
from infra.replay.rows import Row, RowError

# No other source has these, and Earshot's own columns do not.
_ONLY_HERE = frozenset(
    {
        "edit_history_tweet_ids",
        "edit_history_post_ids",
        "referenced_tweets",
        "referenced_posts",
        "public_metrics",
        "note_tweet",
        "note_post",
        "context_annotations",
        "reply_settings",
        "__twarc",
    }
)
_REFERENCES = ("referenced_tweets", "referenced_posts")
# twarc-csv names the author of a referenced post only in columns of their own.
_WRITERS = {"quoted": "quoted", "retweeted": "retweeted"}
_IDS = ("id", "author_id", "conversation_id", "in_reply_to_user_id")


def is_page(values: Values) -> bool:
    """Whether this is a response page."""
    return "id" not in values and any(isinstance(values.get(part), (dict, list)) for part in ("data", "meta"))


def fields_of_page(row: Row) -> list[dict[str, Any]]:
    """The posts of a page in Earshot's columns, for whoever asks about texts alone. RowError where it is none."""
    data: object = row.values.get("data")
    try:
        page = mentions_of_page(
            {**row.values, "data": [cast("object", data)] if isinstance(data, dict) else data}, BrandAccounts(["-"])
        )
    except MentionError as error:
        raise RowError(f"The page cannot be read: {error}", "Save the response as X gave it.") from None
    if page.rejected and not page.mentions:
        raise RowError(f"Post {page.rejected[0].key} of the page cannot be read.", page.rejected[0].reason)
    return [_fields(mention) for mention in page.mentions]


def _fields(mention: Mention) -> dict[str, Any]:
    author = mention.author
    return {
        "id": mention.id,
        "text": mention.text,
        "lang": mention.language,
        "author_handle": author.handle,
        "followers": author.followers,
        "verified": "true" if author.verified else "false",
        "reposts": mention.reposts,
    }


def _recognises(values: Values) -> bool:
    if not isinstance(values.get("text"), str) or "id" not in values or "user" in values:
        return False
    return not _ONLY_HERE.isdisjoint(values) or "username" in table(values, "author")


def _posts(values: Values) -> Iterator[FoundPost]:
    users: dict[str, Values] = {}
    included: list[Values] = []
    references = list(_references(values, users, included))
    post = {name: value for name, value in values.items() if name not in ("author", "in_reply_to_user", *_REFERENCES)}
    author = table(values, "author")
    post.setdefault("author_id", author.get("id"))
    for name in _IDS:
        if post.get(name) is not None:
            post[name] = columns.identifier(post, name)
    _know(users, author, post.get("author_id"))
    if references:
        post["referenced_tweets"] = references
    history = first(values, "edit_history_tweet_ids", "edit_history_post_ids")
    post["edit_history_tweet_ids"] = _history(history)
    page: dict[str, Any] = {"data": [post], "includes": {"users": list(users.values()), "tweets": included}}
    yield FoundPost(page)


def _references(values: Values, users: dict[str, Values], included: list[Values]) -> Iterator[dict[str, Any]]:
    """The type and id of each post that is referred to; what is known of it goes into ``included``."""
    given: object = first(values, *_REFERENCES)
    if isinstance(given, Mapping):
        # A flattened table has a column for each type.
        given = [{**table(cast("Values", given), kind), "type": kind} for kind in cast("Values", given)]
    for reference in tables(given):
        post_id, kind = columns.identifier(reference, "id"), str(reference.get("type"))
        if post_id is None:
            continue
        yield {"id": post_id, "type": kind}
        author = table(reference, "author")
        writer = columns.identifier(reference, "author_id") or columns.identifier(author, "id")
        if kind in _WRITERS and writer is None:
            writer = columns.identifier(values, f"{kind}_user_id")
            author = {"id": writer, "username": values.get(f"{kind}_username")}
        _know(users, author, writer)
        whole = isinstance(reference.get("text"), str) and reference.get("created_at")
        if writer is not None and (whole or kind == "quoted"):
            inside = {name: value for name, value in reference.items() if name not in ("type", "author")}
            deeper = list(_references(reference, users, included)) if whole else []
            included.append({**inside, "id": post_id, "author_id": writer, "referenced_tweets": deeper})


def _know(users: dict[str, Values], user: Values, user_id: object) -> None:
    if user_id is not None and user.get("username"):
        users.setdefault(str(user_id), {**user, "id": str(user_id)})


def _history(given: object) -> list[str]:
    """The ids of the versions. A table may hold them as ``[1401]`` or ``['1401']``."""
    if isinstance(given, str):
        return re.findall(r"\d+", given)
    return [str(one) for one in cast("list[object]", given)] if isinstance(given, list) else []


X_V2 = Format("posts of the X API v2 (twarc2, twarc-csv, Tweepy)", _recognises, _posts)
