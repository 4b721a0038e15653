"""A stand-in for Facebook's Graph API on 127.0.0.1: a page's feed, tagged posts, comments, withheld authors, refusals.

It answers as https://developers.facebook.com/docs/graph-api/reference has it, to the token of one page. What is written
is put by ``post``, ``tag`` and ``comment``.
"""

import itertools
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from infra.local.loopback import Handler
from infra.local.social.faults import Fault, Json, StandIn, bearer_token, send

Query = Mapping[str, list[str]]
TOKEN = "EAAGm0PX4ZCpsBA-the-token-of-a-page"  # noqa: S105 - of nobody


def refusal(code: int, message: str = "", status: int = 400, subcode: int = 0, **headers: str) -> Fault:
    """A refusal as the Graph API has it."""
    error: Json = {"message": message or f"(#{code}) refused", "type": "OAuthException", "code": code}
    error |= {"error_subcode": subcode} if subcode else {}
    return Fault(status, {"error": {**error, "fbtrace_id": "EJplcsCHuLu"}}, headers)


EXPIRED = refusal(190, "Error validating access token: Session has expired on Monday.", 401, 463)
NOT_PERMITTED = refusal(10, "(#10) This endpoint requires the 'pages_read_user_content' permission", 403)
NOT_SHOWN = refusal(10, "(#10) Object does not exist, cannot be loaded due to missing permission or reviewable feature")
DELETED = refusal(100, "Unsupported get request. Object with ID '7' does not exist", 400, 33)
OLD_VERSION = refusal(2635, "(#2635) You are calling a deprecated version of the API. Please update to the latest")
FAILS = refusal(2, "An unexpected error has occurred. Please retry your request later.", 500)


def too_often(code: int, minutes: int | None = None) -> Fault:
    """A refusal for the rate, with the header that says for how long, if it does."""
    usage = [{"type": "pages", "call_count": 100, "total_cputime": 25, "estimated_time_to_regain_access": minutes}]
    headers = {} if minutes is None else {"X-Business-Use-Case-Usage": json.dumps({"1029384756": usage})}
    return Fault(400, refusal(code, f"(#{code}) Page request limit reached").body, headers)


class FacebookServer(StandIn):
    """Serves what was written; ``asked`` are the paths that were called, in order.

    ``withheld`` are those whose name and number Facebook does not give to the page's app, ``denied`` the ids of posts
    that are shown to it no longer, ``photos`` those that are objects of another kind. ``ids_asked``
    counts what was asked for by id: Facebook counts each as a call.
    """

    page_id = "1029384756"

    def __init__(self, username: str, now: Any, token: str = TOKEN, port: int = 0) -> None:
        super().__init__(_FacebookHandler, port)
        self.username, self.token, self.now = username, token, now
        self.withheld: set[str] = set()
        self.denied: set[str] = set()
        self.photos: set[str] = set()
        self.ids_asked = 0
        self._posts: list[Json] = []  # the newest first
        self._tagged: list[Json] = []
        self._comments: dict[str, list[Json]] = {}  # of posts, the newest first
        self._numbers = itertools.count(1)

    def post(self, said: str, by: str = "", **more: Any) -> Json:
        """Post on the page now, and return the post. ``by`` is a visitor's name; empty: the page itself."""
        with self._lock:
            self._posts.insert(0, self._new_post(said, by, self.page_id) | more)
            return self._posts[0]

    def tag(self, said: str, by: str, **more: Any) -> Json:
        """Tag the page in a post of one's own, and return it."""
        with self._lock:
            self._tagged.insert(0, self._new_post(said, by, str(sum(by.encode()))) | more)
            return self._tagged[0]

    def comment(self, said: str, below: Json, by: str = "", calls: str = "") -> Json:
        """Comment on a post, or on a comment, now, and return the comment. It may begin with a tag of ``calls``."""
        with self._lock:
            # What answers a reply stands below the comment that this one stands below, too.
            parent = below.get("parent", below) if "post" in below else None
            post_id = str(below.get("post") or below["id"])
            number = f"{post_id.partition('_')[2]}_{next(self._numbers)}"
            comment: Json = {"id": number, "post": post_id, "message": f"{calls} {said}".strip(), "is_hidden": False}
            comment |= {"created_time": _time(self.now()), "from": self._author(by)}
            comment["permalink_url"] = (
                f"https://www.facebook.com/{self.username}/posts/{number.replace('_', '?comment_id=')}"
            )
            if parent is not None:
                comment["parent"] = {name: parent[name] for name in ("id", "created_time", "from") if name in parent}
            if calls:
                tag = {"id": self._author(calls)["id"], "name": calls, "type": "user"}
                comment["message_tags"] = [tag | {"offset": 0, "length": len(calls)}]
            self._comments.setdefault(post_id, []).insert(0, comment)
            return comment

    def edit(self, post: Json, said: str) -> None:
        """Change the text of a post or a comment."""
        post["message"] = said

    def delete(self, post: Json) -> None:
        """Delete a post with what is below it, or a comment."""
        with self._lock:
            for listed in (self._posts, self._tagged, *self._comments.values()):
                listed[:] = [one for one in listed if one is not post]
            self._comments.pop(str(post["id"]), None)

    def answer(self, path: str, query: Query, token: str) -> Fault:
        """What a call is answered with."""
        with self._lock:
            name = path.rpartition("/")[2]
            self.asked.append(name)
            if faults := self._faults.get(name):
                return faults.pop(0)
            if token != self.token:
                return refusal(190, "Invalid OAuth access token - Cannot parse access token", 401)
            fields = query.get("fields", [""])[0]
            match path.split("/")[2:]:
                case [""] if "ids" in query:
                    return self._by_id(query["ids"][0].split(","), fields)
                case ["me"]:
                    return Fault(200, {"id": self.page_id, "name": "Nimbus Air", "username": self.username})
                case [page, "feed"] if page == self.page_id:
                    return self._page(self._posts, query, fields)
                case [page, "tagged"] if page == self.page_id:
                    return self._page(self._tagged, query, fields)
                case [post_id, "comments"] if any(one["id"] == post_id for one in (*self._posts, *self._tagged)):
                    if query.get("filter") != ["stream"] or query.get("order") != ["reverse_chronological"]:
                        return refusal(100, "Invalid parameter")
                    return self._page(self._comments.get(post_id, []), query, fields)
                case _:
                    return DELETED

    def _by_id(self, ids: list[str], fields: str) -> Fault:
        """Objects by their ids; one that is not there has all refused."""
        self.ids_asked += len(ids)
        below = {one["id"]: one for comments in self._comments.values() for one in comments}
        there = {one["id"]: one for one in (*self._posts, *self._tagged)} | below
        if len(ids) > 50:
            return refusal(100, "Too many IDs. Maximum: 50. Provided: 51.")
        for one in ids:
            if one not in there:
                return DELETED
            if one in self.denied:
                return NOT_SHOWN
            if one in self.photos:
                return refusal(100, "(#100) Tried accessing nonexisting field (message) on node type (Photo)")
            if one in below and "story" in fields:
                return refusal(100, "(#100) Tried accessing nonexisting field (story) on node type (Comment)")
        names = re.sub(r"{[^}]*}", "", fields).split(",")
        return Fault(200, {one: {name: there[one][name] for name in names if name in there[one]} for one in ids})

    def _page(self, listed: list[Json], query: Query, fields: str) -> Fault:
        after, limit = query.get("after", [""])[0], int(query.get("limit", ["25"])[0])
        answer = _listed(listed, after, limit)
        shown = re.search(r"comments\.filter\(stream\)\.order\(reverse_chronological\)\.limit\((\d+)\)", fields)
        data: list[Json] = []
        for one in answer["data"]:
            post = self._seen(one)
            if shown and (below := self._comments.get(one["id"])):
                comments = _listed(below, "", int(shown.group(1)))
                post["comments"] = comments | {"data": [self._seen(each) for each in comments["data"]]}
            data.append(post)
        return Fault(200, answer | {"data": data})

    def _seen(self, post: Json) -> Json:
        """A post as the page's app sees it."""
        seen = {name: value for name, value in post.items() if name != "post"}
        for holder in (seen, seen.get("parent", {})):
            if holder.get("from", {}).get("name") in self.withheld:
                holder.pop("from")
        return seen

    def _new_post(self, said: str, by: str, whose: str) -> Json:
        number = f"{whose}_{9_000 + next(self._numbers)}"
        post: Json = {"id": number, "message": said, "created_time": _time(self.now()), "from": self._author(by)}
        post |= {"permalink_url": f"https://www.facebook.com/{number.replace('_', '/posts/')}", "is_published": True}
        return post | {"is_hidden": False, "privacy": {"value": "EVERYONE"}}

    def _author(self, name: str) -> Json:
        if not name:
            return {"id": self.page_id, "name": "Nimbus Air"}
        return {"id": str(10_000 + sum(name.encode())), "name": name}


def _listed(found: list[Json], after: str, limit: int) -> Json:
    # A place among what there is, wherever more is put above it.
    start = max(0, len(found) - int(after)) if after else 0
    page = found[start : start + limit]
    cursors = {"before": str(len(found) - start), "after": str(len(found) - start - len(page))}
    paging: Json = {"cursors": cursors}
    if start + limit < len(found):
        paging["next"] = "https://graph.facebook.com/v26.0/next?access_token=not-to-be-followed"
    return {"data": [dict(one) for one in page], "paging": paging} if page else {"data": []}


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


class _FacebookHandler(Handler):
    def do_GET(self) -> None:
        owner, parts = cast("FacebookServer", self.owner), urlsplit(self.path)
        token = bearer_token(self)
        send(self, owner, owner.answer(parts.path, parse_qs(parts.query), token))
