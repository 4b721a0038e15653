"""A stand-in for an instance of Mastodon on 127.0.0.1: notifications, timelines, search, conversations, refusals.

It answers as https://docs.joinmastodon.org has it, for one account with an access token. What posts is put by ``post``.
"""

import html
import itertools
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from infra.local.loopback import Handler
from infra.local.social.faults import Fault, Json, StandIn, bearer_token, send

Query = Mapping[str, list[str]]


def refusal(status: int, error: str, **headers: str) -> Fault:
    """A refusal as Mastodon has it."""
    return Fault(status, {"error": error}, headers)


REVOKED = refusal(401, "The access token was revoked")
OUT_OF_SCOPE = refusal(403, "This action is outside the authorized scopes")
GONE = refusal(410, "Gone")
FAILS = Fault(503, b"<html>We're sorry, but something went wrong</html>")


def too_often(until: datetime) -> Fault:
    """A refusal for the rate, with the headers that say until when."""
    headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": _time(until)}
    return Fault(429, {"error": "Too many requests"}, headers)


class MastodonServer(StandIn):
    """Serves what was posted; ``asked`` are the paths that were called, in order."""

    def __init__(self, account: str, now: Any, token: str = "a-token-of-forty-three-characters", port: int = 0) -> None:  # noqa: S107
        super().__init__(_MastodonHandler, port)
        self.account, self.token, self.now = account, token, now
        self._statuses: list[Json] = []
        self._notifications: list[Json] = []
        self._numbers = itertools.count(113_000)

    def post(self, said: str, by: str = "jane@other.example", **more: Any) -> Json:
        """Publish a status now, and return it. ``by`` is an address; ``reply_to`` and ``quote`` are statuses.

        ``mentions`` are the addresses that it names, each of which stands before the text as Mastodon writes it.
        """
        with self._lock:
            named = [_account(one, self.account) for one in more.get("mentions", ())]
            links = "".join(
                f'<span class="h-card"><a href="#">@<span>{one["username"]}</span></a></span> ' for one in named
            )
            author = _account(by, self.account) | {"display_name": more.get("name", by.partition("@")[0].title())}
            status: Json = {
                "id": str(next(self._numbers)),
                "created_at": _time(self.now()),
                "edited_at": None,
                "account": author | {"followers_count": more.get("followers", 7)},
                "content": f"<p>{links}{html.escape(said, quote=False)}</p>",
                "spoiler_text": more.get("warning", ""),
                "visibility": more.get("visibility", "public"),
                "language": "en",
                "mentions": named,
                "tags": [{"name": word[1:].lower()} for word in said.split() if word.startswith("#")],
                "reblogs_count": more.get("reposts", 0),
                "in_reply_to_id": None,
                "in_reply_to_account_id": None,
                "url": f"https://{by.partition('@')[2]}/@{by.partition('@')[0]}/1",
            }
            if reply_to := more.get("reply_to"):
                status |= {"in_reply_to_id": reply_to["id"], "in_reply_to_account_id": reply_to["account"]["id"]}
            if quote := more.get("quote"):
                status["quote"] = {"state": "accepted", "quoted_status": quote}
            self._statuses.insert(0, status)
            is_told = any(one["acct"] == "care" for one in named) or quote is not None
            if is_told and by != self.account:
                told = {"id": status["id"], "type": "quote" if quote else "mention", "created_at": status["created_at"]}
                self._notifications.insert(0, told | {"status": status, "account": author})
        return status

    def mention(self, said: str, by: str = "jane@other.example", **more: Any) -> Json:
        """Publish a status that begins with a mention of the account."""
        return self.post(said, by, mentions=[self.account, *more.pop("mentions", ())], **more)

    def edit(self, status: Json, said: str) -> None:
        """Change the text of a status."""
        status |= {"content": f"<p>{html.escape(said)}</p>", "edited_at": _time(self.now())}

    def delete(self, status: Json) -> None:
        """Delete a status: its notification is listed without it until that goes as well."""
        self._statuses.remove(status)

    def answer(self, path: str, query: Query, token: str) -> Fault:
        """What a call is answered with."""
        with self._lock:
            name = path.rpartition("/")[2]
            self.asked.append(name)
            if faults := self._faults.get(name):
                return faults.pop(0)
            if token != self.token:
                return refusal(401, "The access token is invalid")
            return self._read(path.split("/")[3:], query)

    def _read(self, path: list[str], query: Query) -> Fault:
        match path:
            case ["accounts", "verify_credentials"]:
                return Fault(200, _account(self.account, self.account))
            case ["notifications"]:
                return _page(self._notifications, query)
            case ["accounts", account, "statuses"]:
                return _page([one for one in self._statuses if one["account"]["id"] == account], query)
            case ["timelines", "tag", tag]:
                found = [one for one in self._statuses if tag.lower() in [each["name"] for each in one["tags"]]]
                return _page([one for one in found if one["visibility"] == "public"], query)
            case ["search"]:
                words, start = query["q"][0].strip('"').lower(), int(query["offset"][0])
                found = [one for one in self._statuses if words in one["content"].lower()]
                return Fault(200, {"statuses": found[start : start + 40], "accounts": [], "hashtags": []})
            case ["statuses", status]:
                found = [one for one in self._statuses if one["id"] == status]
                return Fault(200, found[0]) if found else refusal(404, "Record not found")
            case ["statuses", status, "context"]:
                by_id = {one["id"]: one for one in self._statuses}
                if status not in by_id:
                    return refusal(404, "Record not found")
                above: list[Json] = []
                parent = by_id.get(by_id[status]["in_reply_to_id"])
                while parent is not None:
                    above.insert(0, parent)
                    parent = by_id.get(parent["in_reply_to_id"])
                return Fault(200, {"ancestors": above, "descendants": []})
            case _:
                return refusal(404, "The page you were looking for doesn't exist")


def _account(address: str, own: str) -> Json:
    name, _, domain = address.partition("@")
    is_local = domain == own.partition("@")[2]
    return {"id": str(sum(address.encode())), "username": name, "acct": name if is_local else address}


def _page(listed: list[Json], query: Query) -> Fault:
    limit, max_id = int(query.get("limit", ["20"])[0]), query.get("max_id", [""])[0]
    found = [one for one in listed if not max_id or int(one["id"]) < int(max_id)][: min(limit, 80)]
    return Fault(200, found)


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _MastodonHandler(Handler):
    def do_GET(self) -> None:
        owner, parts = cast("MastodonServer", self.owner), urlsplit(self.path)
        token = bearer_token(self)
        send(self, owner, owner.answer(parts.path, parse_qs(parts.query), token))
