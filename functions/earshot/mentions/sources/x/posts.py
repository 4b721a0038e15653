"""Posts as the X API v2 writes them, read into mentions. Pure: saved response pages are read by the same code.

Both vocabularies are understood: the API is being renamed from ``tweet`` to ``post`` (``note_tweet``/``note_post``,
``referenced_tweets``/``referenced_posts``, ``includes.tweets``/``includes.posts``, ``retweeted``/``reposted``).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from earshot.errors import MentionError
from earshot.mentions.feeds import FeedPage, Rejected
from earshot.mentions.mention import Author, Mention
from earshot.timestamps import parse_rfc3339

SOURCE = "x"
_REPOSTED = ("retweeted", "reposted")
_QUOTED = ("quoted",)
_REPLIED_TO = ("replied_to",)


@dataclass(frozen=True, slots=True)
class Brands:
    """Who the brand is on X: its handles as configured, the search terms, the account numbers where known."""

    handles: Sequence[str]
    terms: Sequence[str] = ()
    user_ids: frozenset[str] = frozenset()

    def owns(self, author: Author) -> bool:
        """Whether a brand account wrote it. A recorded post may carry the handle as the author's id."""
        names = {handle.lower() for handle in self.handles}
        return author.id in self.user_ids or bool(names & {(author.handle or "").lower(), author.id.lower()})

    def named_in(self, mention: Mention) -> bool:
        """Whether the text names a handle or a term."""
        text = mention.text.casefold()
        return bool(self._first(mention.handles)) or any(term.strip('"').casefold() in text for term in self.terms)

    def concerned_by(self, mention: Mention, feed_handle: str | None) -> str:
        """The handle a mention is filed under: its author's if own, the first it names, its feed's, our first."""
        author = self._first((mention.author.handle or mention.author.id,)) if mention.own else None
        return author or self._first(mention.handles) or feed_handle or self.handles[0]

    def _first(self, handles: Sequence[str]) -> str | None:
        ours = {handle.lower(): handle for handle in self.handles}
        return next((ours[handle.lower()] for handle in handles if handle.lower() in ours), None)


def mentions_of_page(page: Mapping[str, Any], brands: Brands, feed_handle: str | None = None) -> FeedPage:
    """Read one v2 response. A post that is no mention ends in ``rejected`` with the reason, its neighbours do not.

    Raises MentionError if the response is no page at all.
    """
    data = page.get("data") or []
    if not isinstance(data, list) or not isinstance(page.get("includes") or {}, Mapping):
        raise MentionError("Field 'data' of the page must be a list of posts and 'includes' an object.")
    includes, meta = page.get("includes") or {}, page.get("meta") or {}
    users = {str(user.get("id")): user for user in _objects(includes.get("users"))}
    included = {str(post.get("id")): post for post in _objects(_either(includes, "tweets", "posts"))}
    mentions, rejected, reads = [], [], {}
    for post in data:
        try:
            mentions.append(mention_of(post, users, included, brands, feed_handle))
            reads[mentions[-1].id] = 1 + sum(ref in included for ref in _references(post).values())
        except MentionError as error:
            rejected.append(_reject(post, str(error)))
            reads[rejected[-1].key] = 1
    return FeedPage(
        mentions=tuple(mentions),
        originals=tuple(_originals(mentions, users, included, brands, feed_handle)),
        rejected=tuple(rejected),
        next_token=meta.get("next_token"),
        newest_id=meta.get("newest_id") or (mentions[0].id if mentions else None),
        reads=reads,
        notes=_notes(page),
    )


def mention_of(
    post: object,
    users: Mapping[str, Mapping[str, Any]],
    included: Mapping[str, Mapping[str, Any]],
    brands: Brands,
    feed_handle: str | None = None,
) -> Mention:
    """One post of a page. MentionError names the field that makes it unreadable."""
    if not isinstance(post, Mapping):
        raise MentionError(f"A post is a JSON object, and this is {type(post).__name__}.")
    references = _references(post)
    reposted_id = _first_of(references, _REPOSTED)
    author = _author(_id(post, "author_id"), users)
    post_id = _id(post, "id")
    # X cuts the text of a repost ("RT @handle: ..."): the included original has the whole.
    whole = included.get(reposted_id or "", post)
    draft = Mention(
        source=SOURCE,
        id=post_id,
        author=author,
        text=_text(whole),
        created_at=parse_rfc3339(_string(post, "created_at"), "created_at"),
        conversation_id=str(post.get("conversation_id") or post_id),
        brand="",
        own=brands.owns(author),
        language=_language(post.get("lang")),
        in_reply_to_id=_first_of(references, _REPLIED_TO),
        reposted_id=reposted_id,
        quoted_id=_first_of(references, _QUOTED),
        link=link_to(post_id, author.handle),
        reposts=_reposts(post),
    )
    return replace(draft, brand=brands.concerned_by(draft, feed_handle))


def link_to(post_id: str, handle: str | None) -> str:
    """Where the post can be read; X redirects the second form when the handle is not known."""
    return f"https://x.com/{handle}/status/{post_id}" if handle else f"https://x.com/i/web/status/{post_id}"


def _originals(
    mentions: Sequence[Mention],
    users: Mapping[str, Mapping[str, Any]],
    included: Mapping[str, Mapping[str, Any]],
    brands: Brands,
    feed_handle: str | None,
) -> list[Mention]:
    """The reposted posts that name the brand and that the page does not list itself.

    One that cannot be read is left out: its repost, which is whole, stands for it.
    """
    listed = {mention.id for mention in mentions}
    found = []
    for post_id in dict.fromkeys(mention.reposted_id for mention in mentions if mention.reposted_id):
        if post_id in listed or post_id not in included:
            continue
        try:
            original = mention_of(included[post_id], users, included, brands, feed_handle)
        except MentionError:
            continue
        if brands.named_in(original):
            found.append(original)
    return found


def _author(author_id: str, users: Mapping[str, Mapping[str, Any]]) -> Author:
    user = users.get(author_id)
    if user is None:
        return Author(id=author_id)
    followers = (user.get("public_metrics") or {}).get("followers_count")
    return Author(
        id=author_id,
        handle=user.get("username") or None,
        name=user.get("name") or None,
        followers=followers if isinstance(followers, int) and followers >= 0 else None,
        verified=bool(user.get("verified")) or user.get("verified_type", "none") not in ("none", None, ""),
    )


def _reposts(post: Mapping[str, Any]) -> int | None:
    """How often it was passed on, with a comment or without."""
    metrics = post.get("public_metrics")
    if not isinstance(metrics, Mapping):
        return None
    counts = (_either(metrics, "retweet_count", "repost_count"), metrics.get("quote_count"))
    known = [count for count in counts if isinstance(count, int) and count >= 0]
    return sum(known) if known else None


def _text(post: Mapping[str, Any]) -> str:
    """The whole text as its author wrote it: X cuts ``text`` at 280 characters, and escapes &, < and >."""
    note = _either(post, "note_tweet", "note_post")
    text = note.get("text") if isinstance(note, Mapping) else None
    text = text if isinstance(text, str) else post.get("text")
    if not isinstance(text, str):
        raise MentionError("Field 'text' must be a text.")
    # Half of a surrogate pair is no character, and no store would take it.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _references(post: Mapping[str, Any]) -> dict[str, str]:
    references = _objects(_either(post, "referenced_tweets", "referenced_posts"))
    return {str(reference.get("type")): str(reference["id"]) for reference in references if reference.get("id")}


def _first_of(references: Mapping[str, str], kinds: Sequence[str]) -> str | None:
    return next((references[kind] for kind in kinds if kind in references), None)


def _language(tag: object) -> str | None:
    return tag if isinstance(tag, str) and tag not in ("", "und") else None


def _notes(page: Mapping[str, Any]) -> tuple[str, ...]:
    """Partial errors come with HTTP 200: most often a post referred to was deleted, or its author is protected."""
    titles = [str(error.get("title") or error.get("detail") or "error") for error in _objects(page.get("errors"))]
    return tuple(
        f"X could not give {titles.count(title)} of what was asked: {title}" for title in dict.fromkeys(titles)
    )


def _reject(post: object, reason: str) -> Rejected:
    body = json.dumps(post, sort_keys=True)
    post_id = post.get("id") if isinstance(post, Mapping) else None
    return Rejected(str(post_id or hashlib.sha256(body.encode()).hexdigest()[:16]), body, reason)


def _either(record: Mapping[str, Any], *names: str) -> Any:
    return next((record[name] for name in names if record.get(name) is not None), None)


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _id(post: Mapping[str, Any], field: str) -> str:
    value = post.get(field)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise MentionError(f"Field '{field}' is missing or no id: ask X for it, or leave the post out.")
    return str(value)


def _string(post: Mapping[str, Any], field: str) -> str:
    value = post.get(field)
    if not isinstance(value, str):
        raise MentionError(f"Field '{field}' is missing: ask X for it, or leave the post out.")
    return value
