"""Converts posts of the X API v2 to mentions, without calling X: recorded response pages are read by the same code.

X is renaming ``tweet`` to ``post`` in its API, and both sets of names are accepted (``note_tweet``/``note_post``,
``referenced_tweets``/``referenced_posts``, ``includes.tweets``/``includes.posts``, ``retweeted``/``reposted``).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from earshot.errors import MentionError
from earshot.mentions.feeds import FeedPage
from earshot.mentions.mention import MAX_EDITS, Author, Mention
from earshot.mentions.source_state import reason_given
from earshot.mentions.sources.contract import RejectedPost
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.timestamps import parse_post_time

SOURCE = "x"
_REPOSTED = ("retweeted", "reposted")
_QUOTED = ("quoted",)
_REPLIED_TO = ("replied_to",)

# A JSON object as X sends it; each field is checked where it is read.
Payload = Mapping[str, Any]


def mentions_of_page(page: Payload, brands: BrandAccounts, feed_brand: str | None = None) -> FeedPage:
    """Convert one response page. A post that cannot be converted is in ``rejected``, with the reason.

    MentionError if the response is not a page of posts at all.
    """
    if not isinstance(page.get("data") or [], list) or not isinstance(page.get("includes") or {}, Mapping):
        raise MentionError("Field 'data' of the page must be a list of posts and 'includes' an object.")
    includes, meta = _object(page.get("includes")), _object(page.get("meta"))
    users = {str(user.get("id")): user for user in _objects(includes.get("users"))}
    included = _included(page)
    mentions: list[Mention] = []
    rejected: list[RejectedPost] = []
    reads: dict[str, int] = {}
    for post in _items(page.get("data")):
        try:
            mention = mention_of(post, users, included, brands, feed_brand)
        except MentionError as error:
            rejected.append(_reject(post, str(error)))
            reads[rejected[-1].key] = 1
        else:
            mentions.append(mention)
            reads[mention.version_id] = 1 + sum(ref in included for ref in _references(_object(post)).values())
    return FeedPage(
        mentions=tuple(mentions),
        originals=tuple(_originals(mentions, users, included, brands, feed_brand)),
        rejected=tuple(rejected),
        next_token=meta.get("next_token"),
        newest_id=meta.get("newest_id") or (mentions[0].version_id if mentions else None),
        reads=reads,
        notes=_notes(page),
    )


def mention_of(
    post: object,
    users: Mapping[str, Payload],
    included: Mapping[str, Payload],
    brands: BrandAccounts,
    feed_brand: str | None = None,
) -> Mention:
    """Convert one post of a page; ``users`` and ``included`` are what the page includes, by id.

    MentionError names the field that is missing or wrong.
    """
    if not isinstance(post, Mapping):
        raise MentionError(f"A post must be a JSON object, not {type(post).__name__}.")
    fields = cast("Payload", post)
    references = _references(fields)
    reposted_id = _first_reference(references, _REPOSTED)
    author = _author(_id(fields, "author_id"), users)
    first_id, *edit_ids = _versions(fields)
    quoted_id = _first_reference(references, _QUOTED)
    quoted = _author_of(included.get(quoted_id or ""), users)
    # X begins a conversation anew for each version of its first post.
    conversation_id = str(fields.get("conversation_id") or first_id)
    # X cuts the text of a repost ("RT @handle: ..."); the included original has all of it.
    complete = included.get(reposted_id or "", fields)
    draft = Mention(
        source=SOURCE,
        id=first_id,
        author=author,
        text=_text(complete),
        created_at=parse_post_time(_string(fields, "created_at"), "created_at"),
        conversation_id=first_id if conversation_id in edit_ids else conversation_id,
        brand="",
        own=brands.owns(author),
        language=_language(fields.get("lang")),
        in_reply_to_id=_first_reference(references, _REPLIED_TO),
        in_reply_to_user_id=_user_id(fields.get("in_reply_to_user_id")),
        reposted_id=reposted_id,
        quoted_id=quoted_id,
        link=link_to(_id(fields, "id"), author.handle),
        reposts=_reposts(fields),
        quotes_brand=quoted is not None and brands.owns(quoted),
        edit_ids=tuple(edit_ids),
    )
    return replace(draft, brand=brands.brand_for(draft, feed_brand, quoted))


def is_page(answer: Payload) -> bool:
    """Whether an answer is a page, which an empty one is, too: it has posts, or says how many it has."""
    return answer.get("data") is not None or answer.get("meta") is not None


def account_problem(answer: Payload, user_id: str) -> str | None:
    """What X says against the account whose timeline was asked for; None where it serves it.

    An account that was suspended, deleted or protected is answered with HTTP 200, without posts and with errors only.
    """
    if answer.get("data"):
        return None
    for error in _objects(answer.get("errors")):
        about = {str(error.get("value")), str(error.get("resource_id"))}
        if error.get("parameter") == "id" or (error.get("resource_type") == "user" and user_id in about):
            return reason_given(str(error.get("detail") or error.get("title") or "it gives no reason"))
    return None


def posts_without_author(page: Payload) -> list[str]:
    """The ids of the included posts that the page reposts or quotes, and whose author X did not say."""
    included = _included(page)
    ids: dict[str, None] = {}
    for post in _objects(page.get("data")):
        references = _references(post)
        for post_id in (_first_reference(references, _REPOSTED), _first_reference(references, _QUOTED)):
            if post_id in included and _user_id(included[post_id].get("author_id")) is None:
                ids[post_id] = None
    return list(ids)


def with_included(page: Payload, found: Payload) -> Payload:
    """The page as if it had included the posts of another answer, and their authors."""
    posts = {**_included(page), **{str(post.get("id")): post for post in _objects(found.get("data"))}}
    users = [*_objects(_object(page.get("includes")).get("users"))]
    users += _objects(_object(found.get("includes")).get("users"))
    return {**page, "includes": {"posts": list(posts.values()), "users": users}}


def link_to(post_id: str, handle: str | None) -> str:
    """The address of a post; X redirects the form that does without the handle."""
    return f"https://x.com/{handle}/status/{post_id}" if handle else f"https://x.com/i/web/status/{post_id}"


def _originals(
    mentions: Sequence[Mention],
    users: Mapping[str, Payload],
    included: Mapping[str, Payload],
    brands: BrandAccounts,
    feed_brand: str | None,
) -> list[Mention]:
    """The originals of reposts that name the brand and are not on the page themselves.

    One that cannot be converted is left out: its repost has been.
    """
    listed = {mention.id for mention in mentions}
    originals: list[Mention] = []
    for post_id in dict.fromkeys(mention.reposted_id for mention in mentions if mention.reposted_id):
        if post_id in listed or post_id not in included:
            continue
        try:
            original = mention_of(included[post_id], users, included, brands, feed_brand)
        except MentionError:
            continue
        if brands.is_named_in(original):
            originals.append(original)
    return originals


def _included(page: Payload) -> dict[str, Payload]:
    """The posts that a page includes, by id."""
    posts = _objects(_first_value(_object(page.get("includes")), "tweets", "posts"))
    return {str(post.get("id")): post for post in posts}


def _versions(post: Payload) -> tuple[str, ...]:
    """The ids of all versions of a post up to this one, the first one first."""
    post_id = _id(post, "id")
    history = [str(id) for id in _items(_first_value(post, "edit_history_tweet_ids", "edit_history_post_ids"))]
    # X's ids rise with time. What comes after this version has a record of its own.
    order = sorted({*history, post_id}, key=lambda id: (len(id), id))
    return tuple(order[: order.index(post_id) + 1][: MAX_EDITS + 1])


def _author_of(post: Payload | None, users: Mapping[str, Payload]) -> Author | None:
    """The author of an included post; None where there is none, or X does not say."""
    user_id = None if post is None else _user_id(post.get("author_id"))
    return None if user_id is None else _author(user_id, users)


def _user_id(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip() else None


def _author(author_id: str, users: Mapping[str, Payload]) -> Author:
    user = users.get(author_id)
    if user is None:
        return Author(id=author_id)
    return Author(
        id=author_id,
        handle=user.get("username") or None,
        name=user.get("name") or None,
        followers=_count(_object(user.get("public_metrics")).get("followers_count")),
        verified=bool(user.get("verified")) or user.get("verified_type", "none") not in ("none", None, ""),
    )


def _reposts(post: Payload) -> int | None:
    """The number of reposts, with a comment or without; None if X gives neither count."""
    metrics = _object(post.get("public_metrics"))
    counts = (_count(_first_value(metrics, "retweet_count", "repost_count")), _count(metrics.get("quote_count")))
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _text(post: Payload) -> str:
    """The complete text as the author wrote it: X cuts ``text`` at 280 characters, and escapes &, < and >."""
    note = _object(_first_value(post, "note_tweet", "note_post")).get("text")
    text = note if isinstance(note, str) else post.get("text")
    if not isinstance(text, str):
        raise MentionError("Field 'text' must be a text.")
    # Half a surrogate pair is not a character, and no store accepts it.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _references(post: Payload) -> dict[str, str]:
    """The ids of the posts that a post refers to, by the type of the reference."""
    references = _objects(_first_value(post, "referenced_tweets", "referenced_posts"))
    return {str(reference.get("type")): str(reference["id"]) for reference in references if reference.get("id")}


def _first_reference(references: Mapping[str, str], types: Sequence[str]) -> str | None:
    return next((references[name] for name in types if name in references), None)


def _language(tag: object) -> str | None:
    return tag if isinstance(tag, str) and tag not in ("", "und") else None


def _notes(page: Payload) -> tuple[str, ...]:
    """X reports partial errors with HTTP 200: mostly referenced posts that were deleted or are protected."""
    titles = [str(error.get("title") or error.get("detail") or "error") for error in _objects(page.get("errors"))]
    return tuple(
        f"X left out {titles.count(title)} of the referenced posts or users: {title}" for title in dict.fromkeys(titles)
    )


def _reject(post: object, reason: str) -> RejectedPost:
    body = json.dumps(post, sort_keys=True)
    post_id = _object(post).get("id")
    return RejectedPost(str(post_id or hashlib.sha256(body.encode()).hexdigest()[:16]), body, reason)


def _first_value(record: Payload, *names: str) -> object:
    return next((record[name] for name in names if record.get(name) is not None), None)


def _object(value: object) -> Payload:
    """The value if it is a JSON object, an empty object otherwise."""
    return cast("Payload", value) if isinstance(value, Mapping) else {}


def _items(value: object) -> list[object]:
    """The value if it is a JSON list, an empty list otherwise."""
    return cast("list[object]", value) if isinstance(value, list) else []


def _objects(value: object) -> list[Payload]:
    return [cast("Payload", item) for item in _items(value) if isinstance(item, Mapping)]


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None


def _id(post: Payload, field: str) -> str:
    value = post.get(field)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise MentionError(f"Field '{field}' is missing or not an id: request it from X, or discard the post.")
    return str(value)


def _string(post: Payload, field: str) -> str:
    value = post.get(field)
    if not isinstance(value, str):
        raise MentionError(f"Field '{field}' is missing: request it from X, or discard the post.")
    return value
