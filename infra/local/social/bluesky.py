"""A stand-in for Bluesky's API on 127.0.0.1: sessions that end, pages, notifications, searches, moderation, refusals.

It answers as https://docs.bsky.app has it, for one account with an app password. What posts is put by ``post``.
"""

import itertools
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from infra.local.loopback import Handler
from infra.local.social.faults import Fault, Json, StandIn, bearer_token, send

POST = "app.bsky.feed.post"
MODERATORS = "did:plc:ar7c4by46qjdydhdevvrndac"
Query = Mapping[str, list[str]]


def refusal(status: int, error: str, message: str = "", **headers: str) -> Fault:
    """A refusal as XRPC has it."""
    return Fault(status, {"error": error, "message": message or error}, headers)


FAILS = refusal(502, "UpstreamFailure", "Upstream service unreachable")
TAKEN_DOWN = refusal(400, "AccountTakedown", "Account has been taken down")


def too_often(until: datetime) -> Fault:
    """A refusal for the rate, with the headers that say until when."""
    headers = {"RateLimit-Limit": "3000", "RateLimit-Remaining": "0", "RateLimit-Reset": str(int(until.timestamp()))}
    return Fault(429, {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, headers)


class BlueskyServer(StandIn):
    """Serves what was posted; ``asked`` are the methods that were called, in order.

    A fault of ``searchPosts`` meets any call of it, one of ``searchPosts?50`` that for the page at this cursor.
    """

    def __init__(self, account: str, now: Any, password: str = "abcd-efgh-ijkl-mnop", port: int = 0) -> None:  # noqa: S107
        super().__init__(_BlueskyHandler, port)
        self.account, self.password, self.did = account, password, "did:plc:" + "b" * 24
        self.now = now
        self.sign_ins = 0
        self.followers: dict[str, int] = {}
        self._posts: list[Json] = []
        self._feed: list[Json] = []  # of the account
        self._tokens: dict[str, str] = {}  # what each token in force is for
        self._numbers = itertools.count(1)

    def post(self, text: str, by: str = "jane.example", **more: Any) -> Json:
        """Publish a post now, and return its view. ``by`` is a handle; ``reply_to`` and ``quote`` are views.

        ``mentions`` is a handle whose mention in the text is marked; ``created_at`` and ``labels`` are what they say.
        """
        with self._lock:
            did = self._did(by)
            number = next(self._numbers)
            record: Json = {"$type": POST, "text": text, "createdAt": _time(more.get("created_at") or self.now())}
            record["langs"] = ["en"]
            uri = f"at://{did}/{POST}/3k{number:011d}"
            if reply_to := more.get("reply_to"):
                root = reply_to["record"].get("reply", {}).get("root", {"uri": reply_to["uri"], "cid": "c"})
                record["reply"] = {"root": root, "parent": {"uri": reply_to["uri"], "cid": "c"}}
            if quote := more.get("quote"):
                record["embed"] = {"$type": "app.bsky.embed.record", "record": {"uri": quote["uri"], "cid": "c"}}
            record |= more.get("record", {})
            author: Json = {"did": did, "handle": by, "displayName": more.get("name", by.partition(".")[0].title())}
            view: Json = {"uri": uri, "cid": f"cid{number}", "author": author, "record": record, "likeCount": 0}
            view |= {"repostCount": more.get("reposts", 0), "quoteCount": 0, "indexedAt": _time(self.now())}
            view["labels"] = [{"src": MODERATORS, "uri": uri, "val": one} for one in more.get("labels", ())]
            self._posts.insert(0, view)
            if did == self.did:
                self._feed.insert(0, {"post": view})
        return view

    def repost(self, view: Json) -> None:
        """Have the account repeat a post."""
        reason = {"$type": "app.bsky.feed.defs#reasonRepost", "indexedAt": _time(self.now())}
        with self._lock:
            self._feed.insert(0, {"post": view, "reason": reason})

    def mention(self, text: str, by: str = "jane.example", **more: Any) -> Json:
        """Publish a post that begins with a mention of the account."""
        handle = f"@{self.account}"
        index = {"byteStart": 0, "byteEnd": len(handle)}
        facet = {"index": index, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": self.did}]}
        return self.post(f"{handle} {text}", by, record={"facets": [facet]}, **more)

    def delete(self, view: Json) -> None:
        """Delete a post. Its notification may still be listed."""
        view["deleted"] = True

    def end_session(self) -> None:
        """Let what gives access expire, as it does after two hours."""
        with self._lock:
            self._tokens = {token: what for token, what in self._tokens.items() if what == "refresh"}

    def revoke(self) -> None:
        """Revoke the app password: every session ends with it."""
        with self._lock:
            self._tokens, self.password = {}, "revoked"

    def answer(self, method: str, query: Query, token: str, body: Json) -> Fault:
        """What a call is answered with."""
        with self._lock:
            self.asked.append(method)
            page = f"{method}?{query.get('cursor', [''])[0]}"
            if faults := self._faults.get(page) or self._faults.get(method):
                return faults.pop(0)
            if method == "createSession":
                self.sign_ins += 1
                if (body.get("identifier"), body.get("password")) != (self.account, self.password):
                    return refusal(401, "AuthenticationRequired", "Invalid identifier or password")
                return Fault(200, self._session())
            wanted = "refresh" if method == "refreshSession" else "access"
            if self._tokens.get(token) != wanted:
                return refusal(400, "ExpiredToken", "Token has expired")
            if method == "refreshSession":
                del self._tokens[token]
                return Fault(200, self._session())
            return self._query(method, query)

    def _session(self) -> Json:
        number = next(self._numbers)
        self._tokens |= {f"access{number}": "access", f"refresh{number}": "refresh"}
        tokens = {"accessJwt": f"access{number}", "refreshJwt": f"refresh{number}"}
        return {"did": self.did, "handle": self.account, "active": True, **tokens}

    def _query(self, method: str, query: Query) -> Fault:
        shown = [view for view in self._posts if not view.get("deleted")]
        match method:
            case "listNotifications":
                told = [(view, reason) for view in self._posts if (reason := self._reason(view))]
                return _page("notifications", [_notification(*one) for one in told], query)
            case "getAuthorFeed":
                return _page("feed", [one for one in self._feed if not one["post"].get("deleted")], query)
            case "searchPosts":
                words, since = query["q"][0].strip('"').lower(), query["since"][0]
                found = [one for one in shown if words in str(one["record"]["text"]).lower()]
                found = [one for one in found if one["indexedAt"] >= since]
                return _page("posts", found, query)
            case "getPosts":
                if not all(uri.startswith("at://") for uri in query["uris"]):
                    return refusal(400, "InvalidRequest", "Error: uris must be valid at-uris")
                return Fault(200, {"posts": [view for view in shown if view["uri"] in query["uris"]]})
            case "getProfiles":
                return Fault(200, {"profiles": [self._profile(actor) for actor in query["actors"]]})
            case _:
                return refusal(501, "MethodNotImplemented", "Method Not Implemented")

    def _did(self, handle: str) -> str:
        return self.did if handle == self.account else f"did:plc:{handle.partition('.')[0]:x<24}"

    def _profile(self, actor: str) -> Json:
        """The profile of an account, asked for by its handle or its number."""
        did = actor if actor.startswith("did:") else self._did(actor)
        handle = {} if actor.startswith("did:") else {"handle": actor}
        return {"did": did, "followersCount": self.followers.get(did, 7)} | handle

    def _reason(self, view: Json) -> str | None:
        """Why the account is told of a post."""
        record = view["record"]
        if view["author"]["did"] == self.did:
            return None
        if self.did in str(record.get("facets")):
            return "mention"
        if self.did in str(record.get("reply")):
            return "reply"
        return "quote" if self.did in str(record.get("embed")) else None


def _notification(view: Json, reason: str) -> Json:
    return {name: view[name] for name in ("uri", "cid", "author", "record", "indexedAt")} | {"reason": reason}


def _page(name: str, listed: list[Json], query: Query) -> Fault:
    limit = int(query.get("limit", ["50"])[0])
    cursor = query.get("cursor", [str(len(listed))])[0]
    if not 1 <= limit <= 100 or not cursor.isdecimal():
        return refusal(400, "InvalidRequest", "Error: Params are not valid")
    # A place among the posts, wherever more are put above it.
    start = max(0, len(listed) - int(cursor))
    more = {"cursor": str(len(listed) - start - limit)} if start + limit < len(listed) else {}
    return Fault(200, {name: listed[start : start + limit], **more})


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _BlueskyHandler(Handler):
    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        self._answer(json.loads(self.body() or b"{}"))

    def _answer(self, body: Json) -> None:
        owner, parts = cast("BlueskyServer", self.owner), urlsplit(self.path)
        method = parts.path.rpartition(".")[2]
        token = bearer_token(self)
        found = owner.answer(method, parse_qs(parts.query), token, body)
        send(self, owner, found)
