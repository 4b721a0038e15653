"""A stand-in for Reddit's API on 127.0.0.1: an app's token, listings, searches, threads, look-ups, refusals.

It answers as https://www.reddit.com/dev/api and the wiki of reddit-archive/reddit have it, for one app. What posts is
put by ``submit`` and ``comment``.
"""

import base64
import itertools
from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from infra.local.loopback import Handler
from infra.local.social.faults import Fault, Json, StandIn, bearer_token, send

Query = Mapping[str, list[str]]
DEEPEST = 10  # level of a thread that is shown
APP, APP_SECRET = "p-jcoLKBynTLew", "gko_LXELoV07ZBNUXrvWZfzE3aI"


def refusal(status: int, message: str, reason: str = "", **headers: str) -> Fault:
    """A refusal as Reddit has it."""
    return Fault(status, {"message": message, "error": status} | ({"reason": reason} if reason else {}), headers)


PRIVATE = refusal(403, "Forbidden", "private")
BANNED = refusal(404, "Not Found", "banned")
NO_SUCH_COMMUNITY = Fault(302, b"", {"Location": "https://oauth.reddit.com/subreddits/search?q=travel"})
BLOCKED = Fault(403, b"<html><title>Blocked</title>whoa there, pardner!</html>", {"Content-Type": "text/html"})
FAILS = Fault(503, b"<html>Our CDN was unable to reach our servers</html>", {"Content-Type": "text/html"})


def too_often(seconds: float) -> Fault:
    """A refusal for the rate, with the headers that say for how long."""
    headers = {"X-Ratelimit-Used": "1000", "X-Ratelimit-Remaining": "0", "X-Ratelimit-Reset": str(seconds)}
    return Fault(429, {"message": "Too Many Requests", "error": 429}, headers)


class RedditServer(StandIn):
    """Serves what was posted; ``asked`` are the paths that were called, in order. ``most_listed`` ends each listing."""

    def __init__(self, now: Any, app: str = APP, secret: str = APP_SECRET, port: int = 0) -> None:
        super().__init__(_RedditHandler, port)
        self.now, self.app, self.secret = now, app, secret
        self.most_listed = 1_000
        self.agents: set[str] = set()
        self.vanishes = ""  # the name of a post behind which a search does not go on
        self.private: set[str] = set()  # communities: of what is in them nothing is served by name
        self.tokens_given = 0
        self._posts: list[Json] = []  # the newest first
        self._tokens: set[str] = set()
        self._numbers = itertools.count(36**5)

    @property
    def credential(self) -> str:
        """What an operator gives: the app's id and secret."""
        return f"{self.app}:{self.secret}"

    def submit(self, title: str, by: str = "jane_doe", community: str = "travel", said: str = "", **more: Any) -> Json:
        """Post a submission now, and return it."""
        with self._lock:
            number = _base36(next(self._numbers))
            path = f"/r/{community}/comments/{number}/{title.lower().replace(' ', '_')[:40]}/"
            post = self._post(f"t3_{number}", by, community, path)
            post |= {"title": title, "selftext": said, "is_self": True, "num_comments": 0, "num_crossposts": 0}
            post |= {
                "url": f"https://www.reddit.com{path}",
                "removed_by_category": None,
                "subreddit_subscribers": 90_000,
            }
            self._posts.insert(0, post | more)
            return self._posts[0]

    def comment(self, said: str, below: Json, by: str = "jane_doe", **more: Any) -> Json:
        """Comment on a submission or a comment now, and return it."""
        with self._lock:
            link = below if below["name"].startswith("t3_") else self._named(below["link_id"])
            number = _base36(next(self._numbers))
            post = self._post(f"t1_{number}", by, link["subreddit"], f"{link['permalink']}{number}/")
            post |= {"body": said, "link_id": link["name"], "parent_id": below["name"], "link_title": link["title"]}
            post |= {"link_author": link["author"]}
            self._posts.insert(0, post | more)
            link["num_comments"] += 1
            return self._posts[0]

    def edit(self, post: Json, said: str) -> None:
        """Change the text of a post."""
        post |= {"body" if "body" in post else "selftext": said, "edited": float(self.now().timestamp())}

    def delete(self, post: Json) -> None:
        """Delete a post, as its author does: a shell of it is still listed in its thread."""
        post |= {"author": "[deleted]", "body" if "body" in post else "selftext": "[deleted]"}
        post.pop("author_fullname", None)

    def remove(self, post: Json) -> None:
        """Remove a post, as a moderator does."""
        post |= {"author": "[deleted]", "body" if "body" in post else "selftext": "[removed]"}
        post |= {"removed_by_category": "moderator"} if "title" in post else {}

    def close_account(self, name: str) -> None:
        """Delete an account: what it wrote stays, without its name."""
        for post in self._posts:
            if post["author"] == name:
                post["author"] = "[deleted]"

    def end_tokens(self) -> None:
        """Let every token end, as they do after a day."""
        with self._lock:
            self._tokens.clear()

    def token(self, authorization: str, form: Query) -> Fault:
        """What the app's call for a token is answered with."""
        with self._lock:
            self.asked.append("token")
            if faults := self._faults.get("token"):
                return faults.pop(0)
            expected = base64.b64encode(self.credential.encode()).decode()
            if authorization != f"Basic {expected}":
                return refusal(401, "Unauthorized")
            if form.get("grant_type") != ["client_credentials"]:
                return Fault(200, {"error": "unsupported_grant_type"})
            self.tokens_given += 1
            token = f"eyJhbGciOi{self.tokens_given}"
            self._tokens.add(token)
            return Fault(200, {"access_token": token, "token_type": "bearer", "expires_in": 86_400, "scope": "*"})

    def answer(self, path: str, query: Query, token: str) -> Fault:
        """What a call is answered with."""
        with self._lock:
            self.asked.append(path)
            if faults := self._faults.get(path):
                return faults.pop(0)
            if token not in self._tokens:
                return refusal(401, "Unauthorized")
            match path.split("/")[1:]:
                case ["r", community, "new"]:
                    return _page(self._found(community=community, links=True), query)
                case ["r", community, "comments"]:
                    return _page(self._found(community=community, links=False), query)
                case ["user", name, "overview"]:
                    return _page(self._found(author=name), query)
                case ["search"] if query.get("after") == [self.vanishes]:
                    return Fault(200, _listed([]))
                case ["search"]:
                    return _page(self._found(words=query["q"][0].strip('"'), links=True), query)
                case ["api", "info"]:
                    wanted = query["id"][0].split(",")[:100]
                    shown = [one for one in self._posts if one["subreddit"] not in self.private]
                    return Fault(200, _listed([one for one in shown if one["name"] in wanted]))
                case ["comments", number]:
                    limit, comment = int(query.get("limit", ["200"])[0]), query.get("comment", [""])[0]
                    return self._below(f"t3_{number}", limit, comment)
                case _:
                    return refusal(404, "Not Found")

    def _found(
        self, *, community: str = "", author: str = "", words: str = "", links: bool | None = None
    ) -> list[Json]:
        """What a listing has."""

        def belongs(post: Json) -> bool:
            is_there = not community or str(post["subreddit"]).lower() == community.lower()
            is_theirs = not author or str(post["author"]).lower() == author.lower()
            is_kind = links is None or str(post["name"]).startswith("t3_") is links
            return is_there and is_theirs and is_kind and words.lower() in _words(post)

        return [post for post in self._posts if belongs(post)][: self.most_listed]

    def _below(self, name: str, limit: int, comment: str) -> Fault:
        if not any(one["name"] == name for one in self._posts):
            return refusal(404, "Not Found")
        below = [one for one in self._posts if one.get("link_id") == name]
        shown, seen = below[:limit], set[str]()
        if comment:
            tree = _listed([self._with_replies(one, shown, seen) for one in below if one["id"] == comment])
            return Fault(200, [_listed([self._named(name)]), tree])
        tree = _listed([self._with_replies(one, shown, seen) for one in shown if one["parent_id"] == name])
        if hidden := [one["id"] for one in below if one["name"] not in seen]:
            more = {"kind": "more", "data": {"count": len(hidden), "children": hidden, "parent_id": name}}
            tree["data"]["children"].append(more)
        return Fault(200, [_listed([self._named(name)]), tree])

    def _with_replies(self, post: Json, shown: Sequence[Json], seen: set[str], depth: int = 1) -> Json:
        seen.add(post["name"])
        below = [one for one in shown if one["parent_id"] == post["name"]]
        if depth == DEEPEST and below:
            # "Continue this thread": what stands below is not even named.
            while below:
                seen |= {one["name"] for one in below}
                below = [one for one in shown if one["parent_id"] in {each["name"] for each in below}]
            more: Json = {"count": 0, "children": [], "id": "_", "name": "t1__", "parent_id": post["name"]}
            return {**post, "replies": {"data": {"children": [{"kind": "more", "data": more}]}}}
        found = [self._with_replies(one, shown, seen, depth + 1) for one in below]
        return {**post, "replies": _listed(found) if found else ""}

    def _named(self, name: str) -> Json:
        return next(one for one in self._posts if one["name"] == name)

    def _post(self, name: str, by: str, community: str, permalink: str) -> Json:
        return {
            "name": name,
            "id": name[3:],
            "author": by,
            "author_fullname": f"t2_{by.lower().replace('_', '')}",
            "subreddit": community,
            "permalink": permalink,
            "created_utc": float(int(self.now().timestamp())),
            "edited": False,
            "score": 1,
        }


def _words(post: Json) -> str:
    return f"{post.get('title', '')} {post.get('selftext', '')} {post.get('body', '')}".lower()


def _page(found: list[Json], query: Query) -> Fault:
    names = [one["name"] for one in found]
    after, limit = query.get("after", [""])[0], min(int(query.get("limit", ["25"])[0]), 100)
    if after and after not in names:
        return Fault(200, _listed([]))
    start = names.index(after) + 1 if after else 0
    page = found[start : start + limit]
    return Fault(200, _listed(page, page[-1]["name"] if start + limit < len(found) else None))


def _listed(posts: Sequence[Json], after: str | None = None) -> Json:
    children = [{"kind": one["name"][:2], "data": one} for one in posts]
    return {"kind": "Listing", "data": {"after": after, "dist": len(posts), "children": children, "before": None}}


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits


class _RedditHandler(Handler):
    def do_GET(self) -> None:
        owner, parts = cast("RedditServer", self.owner), urlsplit(self.path)
        owner.agents.add(self.headers.get("User-Agent") or "")
        token = bearer_token(self)
        send(self, owner, owner.answer(parts.path, parse_qs(parts.query), token))

    def do_POST(self) -> None:
        owner = cast("RedditServer", self.owner)
        form = parse_qs(self.body().decode())
        send(self, owner, owner.token(self.headers.get("Authorization") or "", form))
