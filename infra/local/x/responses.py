"""The X stand-in's responses: the JSON of API v2, with X's old or new field names, and only the fields asked for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from earshot.mentions.mention import Author
from earshot.timestamps import rfc3339
from infra.local.x.posts import PostArchive, XPost

LONGEST_TEXT = 280
_LONGEST_REPOST = 140


class FieldVocabulary(StrEnum):
    """The names of X's fields: X has been renaming tweet to post since 2026-08."""

    TWEET = "tweet"
    POST = "post"


_RENAMED = {
    "note_tweet": "note_post",
    "referenced_tweets": "referenced_posts",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "retweet_count": "repost_count",
    "tweets": "posts",
}


# What is a field in the old vocabulary, and an expansion in the new one.
_EXPANDED = frozenset({"author_id", "in_reply_to_user_id", "referenced_tweets"})


class ResponseWriter:
    """Answers to one request: ``params`` say what was asked for, in either vocabulary.

    In the new one the author, the references and whom a post replies to come with expansions, and included posts have
    neither: no expansion brings their authors.
    """

    def __init__(self, archive: PostArchive, params: Mapping[str, str], vocabulary: FieldVocabulary) -> None:
        self._archive = archive
        self._new = vocabulary is FieldVocabulary.POST
        self._fields = self._asked(params, "tweet.fields", "post.fields")
        self._user_fields = self._asked(params, "user.fields")
        self._expansions = self._asked(params, "expansions")

    def page(self, posts: Sequence[XPost], next_token: str | None, known: Mapping[str, XPost]) -> dict[str, Any]:
        """A page of a timeline. ``known`` are the posts that can be included; others are in ``errors``."""
        meta: dict[str, Any] = {"result_count": len(posts)}
        if posts:
            meta |= {"newest_id": posts[0].id, "oldest_id": posts[-1].id}
        if next_token:
            meta["next_token"] = next_token
        return (self.posts(posts, known) if posts else {}) | {"meta": meta}

    def posts(self, posts: Sequence[XPost], known: Mapping[str, XPost]) -> dict[str, Any]:
        """``data``, and ``includes`` and ``errors`` where there are any."""
        referred = dict.fromkeys(ref for post in posts for ref in _references(post).values())
        is_wanted = not self._expansions.isdisjoint(("referenced_tweets", "referenced_tweets.id"))
        wanted = [ref for ref in referred if is_wanted]
        found = [known[ref] for ref in wanted if ref in known]
        writers = [post.author for post in posts] if "author_id" in self._expansions else []
        writers += [post.author for post in found] if "referenced_tweets.id.author_id" in self._expansions else []
        writers += self._replied_to(posts) if self._new and "in_reply_to_user_id" in self._expansions else []
        counts = _Counts(known)
        includes: dict[str, Any] = {}
        if writers:
            includes["users"] = [self.user(author) for author in {writer.id: writer for writer in writers}.values()]
        if found:
            includes[self._name("tweets")] = [self._post(post, counts, is_included=True) for post in found]
        answer: dict[str, Any] = {"data": [self._post(post, counts) for post in posts]}
        if includes:
            answer["includes"] = includes
        if missing := [ref for ref in wanted if ref not in known]:
            answer["errors"] = [not_found(ref) for ref in missing]
        return answer

    def _replied_to(self, posts: Sequence[XPost]) -> list[Author]:
        """The authors of the posts that these reply to, where they are known."""
        parents = (self._archive.posts.get(post.in_reply_to_id or "") for post in posts)
        return [parent.author for parent in parents if parent is not None]

    def _post(self, post: XPost, counts: "_Counts", *, is_included: bool = False) -> dict[str, Any]:
        """One post, with the fields asked for; ``id``, ``text`` and the edit history always come."""
        whole = escape(self._archive.said(post))
        references = [{"type": self._name(kind), "id": ref} for kind, ref in _references(post).items()]
        optional: dict[str, Any] = {
            "author_id": post.author.id,
            "conversation_id": post.conversation_id or post.id,
            "created_at": rfc3339(post.created_at),
            "lang": post.lang or "und",
            "possibly_sensitive": False,
            "public_metrics": {
                self._name("retweet_count"): counts.reposts[post.reposted_id or post.id],
                "reply_count": 0,
                "like_count": 0,
                "quote_count": counts.quotes[post.id],
            },
        }
        if countries := self._archive.withheld.get(post.id):
            optional["withheld"] = {"copyright": False, "country_codes": countries}
        if references:
            optional["referenced_tweets"] = references
        if post.reposted_id is None and len(whole) > LONGEST_TEXT:
            optional["note_tweet"] = {"text": whole}
        if post.in_reply_to_id in self._archive.posts:
            optional["in_reply_to_user_id"] = self._archive.posts[post.in_reply_to_id].author.id
        asked = set(self._fields)
        if self._new:
            asked -= _EXPANDED
            asked |= set[str]() if is_included else self._expansions & _EXPANDED
        shown = {self._name(name): value for name, value in optional.items() if name in asked}
        history = {self._name("edit_history_tweet_ids"): self._archive.versions.get(post.id, [post.id])}
        return {"id": post.id, "text": self._text(post, whole), **history, **shown}

    def user(self, author: Author) -> dict[str, Any]:
        """An account, with the fields asked for."""
        optional: dict[str, Any] = {"verified": author.verified, "protected": False}
        optional["verified_type"] = "blue" if author.verified else "none"
        if author.followers is not None:
            optional["public_metrics"] = {"followers_count": author.followers, "following_count": 0}
        shown = {name: value for name, value in optional.items() if name in self._user_fields}
        handle = author.handle or f"user{author.id}"
        return {"id": author.id, "username": handle, "name": author.name or handle} | shown

    def _text(self, post: XPost, whole: str) -> str:
        if post.reposted_id is None:
            return whole if len(whole) <= LONGEST_TEXT else whole[: LONGEST_TEXT - 1] + "…"
        original = self._archive.posts.get(post.reposted_id)
        text = f"RT @{(original and original.author.handle) or 'someone'}: {whole}"
        return text if len(text) <= _LONGEST_REPOST else text[: _LONGEST_REPOST - 1] + "…"

    def _name(self, name: str) -> str:
        return _RENAMED.get(name, name) if self._new else name

    def _asked(self, params: Mapping[str, str], *names: str) -> frozenset[str]:
        """The fields asked for, under their old names."""
        old = {new: name for name, new in _RENAMED.items()}
        asked = ",".join(params.get(name, "") for name in names)
        return frozenset(old.get(name, name) for name in asked.split(",") if name)


class _Counts:
    """Reposts and quotes of each post that X's index knows. A repost has the count of its original."""

    def __init__(self, known: Mapping[str, XPost]) -> None:
        self.reposts = Counter(post.reposted_id for post in known.values())
        self.quotes = Counter(post.quoted_id for post in known.values())


def escape(text: str) -> str:
    """Escape the three characters that X escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def not_found(post_id: str, parameter: str = "referenced_tweets.id") -> dict[str, Any]:
    """The partial error for a post that was deleted or whose author is suspended; it comes with HTTP 200."""
    return {
        "value": post_id,
        "detail": f"Could not find tweet with {parameter}: [{post_id}].",
        "title": "Not Found Error",
        "resource_type": "tweet",
        "parameter": parameter,
        "resource_id": post_id,
        "type": "https://api.twitter.com/2/problems/resource-not-found",
    }


def not_authorized(post_id: str) -> dict[str, Any]:
    """The partial error for a post that is looked up, and whose author has protected their posts."""
    return {
        "value": post_id,
        "detail": f"Sorry, you are not authorized to see the Tweet with ids: [{post_id}].",
        "title": "Authorization Error",
        "section": "data",
        "resource_type": "tweet",
        "parameter": "ids",
        "resource_id": post_id,
        "type": "https://api.twitter.com/2/problems/not-authorized-for-resource",
    }


def user_not_found(value: str, parameter: str) -> dict[str, Any]:
    """The error for an account that does not exist (any more); it comes with HTTP 200, and without ``data``."""
    return {
        "value": value,
        "detail": f"Could not find user with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": "user",
        "parameter": parameter,
        "resource_id": value,
        "type": "https://api.twitter.com/2/problems/resource-not-found",
    }


def _references(post: XPost) -> dict[str, str]:
    kinds = {"retweeted": post.reposted_id, "quoted": post.quoted_id, "replied_to": post.in_reply_to_id}
    return {kind: ref for kind, ref in kinds.items() if ref}
