"""The stand-in for X: a loopback server that serves recorded posts as the X API v2 does, faults included.

    with XApi(posts, handles=["NimbusAir"]) as api:
        XSource(token, brands, clock, api_url=api.url)

It answers ``/2/users/by/username/:name``, ``/2/users/:id/mentions``, ``/2/users/:id/tweets``,
``/2/tweets/search/recent``, ``/2/tweets/counts/recent``, ``/2/tweets`` and ``/2/usage/tweets``, and refuses what X's
description does not declare in its ``version``. ``until`` is its clock: a post appears at its time.
"""

import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from infra.local.loopback import Handler, Loopback
from infra.local.x.description import ApiVersion, check_id, check_request, check_username
from infra.local.x.faults import PROBLEMS, UNAUTHORISED, XFault
from infra.local.x.posts import PostArchive, XPost
from infra.local.x.responses import FieldVocabulary, ResponseWriter, not_authorized, not_found, user_not_found
from infra.local.x.timeline import SEARCH_HISTORY, BadRequestError, Selection, counts_of, matching, mentions_of, page_of

TOKEN = "a-bearer-token-of-the-stand-in"  # noqa: S105 - it opens nothing
RATE_LIMIT = 450


@dataclass(frozen=True, slots=True)
class XCall:
    """One request that was answered, and the ids of the posts that the answer listed."""

    path: str
    params: dict[str, str]
    status: int
    served: tuple[str, ...] = ()


class XApi(Loopback):
    """The server. ``calls`` are the requests so far; ``add`` publishes more posts; ``inject`` schedules faults."""

    def __init__(
        self,
        posts: Iterable[XPost] = (),
        *,
        handles: Sequence[str] = (),
        until: Callable[[], datetime] | None = None,
        version: ApiVersion = ApiVersion.V2_166,
        token: str = TOKEN,
        largest_page: int = 100,
        port: int = 0,
    ) -> None:
        """``until`` is by default a clock that shows a minute after the newest post: everything is visible.

        ``largest_page``: no page holds more, whatever was asked for; X, too, may give fewer than ``max_results``.
        """
        super().__init__(_XHandler, port)
        self.archive = PostArchive.of(posts, handles)
        newest = max((post.created_at for post in self.archive.posts.values()), default=datetime.now(UTC))
        self.until = until or (lambda: newest + timedelta(minutes=1))
        self.version = version
        self.token = token
        self.largest_page = largest_page
        self.cap = 2_000_000
        self.calls: list[XCall] = []
        self.faults: deque[XFault | None] = deque()
        self._left: dict[str, int] = {}
        self._lock = threading.Lock()

    def add(self, *posts: XPost) -> None:
        """Publish posts."""
        self.archive.add(*posts)

    def close_account(self, handle: str) -> None:
        """Have an account vanish, as one that is suspended or deleted: its posts are not served either."""
        self.archive.remove(handle)

    def inject(self, *faults: XFault | None) -> None:
        """Give each of the next requests one of these; None lets one pass."""
        with self._lock:
            self.faults.extend(faults)

    def next_fault(self) -> XFault | None:
        """The fault for the current request, if any."""
        with self._lock:
            return self.faults.popleft() if self.faults else None

    def rate_headers(self, path: str) -> dict[str, str]:
        """X's rate limit headers. The stand-in counts down, but only refuses when a fault says so."""
        with self._lock:
            self._left[path] = max(self._left.get(path, RATE_LIMIT) - 1, 0)
            left = self._left[path]
        reset = int((self.until() + timedelta(minutes=15)).timestamp())
        return {
            "x-rate-limit-limit": str(RATE_LIMIT),
            "x-rate-limit-remaining": str(left),
            "x-rate-limit-reset": str(reset),
        }

    def answer(self, path: str, params: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The status and the body for a request that meets no fault."""
        now = self.until()
        visible = self.archive.visible(now)
        known = {post.id: post for post in visible}
        try:
            match path.strip("/").split("/"):
                case ["2", "users", "by", "username", name]:
                    check_username(name)
                    return 200, self._account(self._writer("user", params), name)
                case ["2", "usage", "tweets"]:
                    return 200, {"data": {"project_cap": str(self.cap), "project_usage": str(self._posts_read())}}
                case ["2", "users", number, ("mentions" | "tweets") as kind]:
                    shape = self._writer(kind, params)
                    check_id(number, "id")
                    if number not in self.archive.handles:
                        return 200, {"errors": [user_not_found(number, "id")]}
                    chosen = self._timeline(number, kind, visible, params, now)
                case ["2", "tweets", "search", "recent"]:
                    shape = self._writer("search", params)
                    found = matching(self.archive, params.get("query", ""), visible)
                    chosen = page_of(found, params, now, smallest=10, largest=self.largest_page, history=SEARCH_HISTORY)
                case ["2", "tweets", "counts", "recent"]:
                    check_request(self.version, "counts", params)
                    found = matching(self.archive, params.get("query", ""), visible)
                    return 200, counts_of(found, params, now)
                case ["2", "tweets"]:
                    earlier = {
                        id: post for id, post in self.archive.posts.items() if self.archive.is_earlier_version(id)
                    }
                    shape = self._writer("lookup", params)
                    return 200, _looked_up(shape, params, known | earlier, self.archive.protected)
                case _:
                    return 404, {"title": "Not Found", "detail": path, "status": 404}
        except BadRequestError as error:
            detail = "One or more parameters to your request was invalid."
            body: dict[str, Any] = {
                "errors": [{"message": str(error), "parameters": error.parameters}],
                "title": "Invalid Request",
                "detail": detail,
            }
            return 400, body | {"type": PROBLEMS + "invalid-request"}
        return 200, shape.page(chosen.posts, chosen.next_token, known)

    def _posts_read(self) -> int:
        """As X counts its project's usage."""
        return sum(len(call.served) for call in self.calls)

    def _writer(self, operation: str, params: dict[str, str]) -> ResponseWriter:
        is_new = check_request(self.version, operation, params)
        return ResponseWriter(self.archive, params, FieldVocabulary.POST if is_new else FieldVocabulary.TWEET)

    def _account(self, shape: ResponseWriter, name: str) -> dict[str, Any]:
        account = self.archive.accounts.get(name.lower())
        if account is not None:
            return {"data": shape.user(account)}
        return {"errors": [user_not_found(name, "username")]}

    def _timeline(
        self, number: str, kind: str, visible: list[XPost], params: dict[str, str], now: datetime
    ) -> Selection:
        handle = self.archive.handles[number]
        if kind == "tweets":
            own = [post for post in visible if (post.author.handle or "").lower() == handle.lower()]
            return page_of(own, params, now, smallest=5, largest=self.largest_page, depth=3_200)
        named = mentions_of(self.archive, handle, visible)
        return page_of(named, params, now, smallest=5, largest=self.largest_page, depth=800)


def _looked_up(
    shape: ResponseWriter, params: dict[str, str], known: dict[str, XPost], protected: set[str]
) -> dict[str, Any]:
    ids = [part for part in params.get("ids", "").split(",") if part]
    if not 1 <= len(ids) <= 100:
        raise BadRequestError("The `ids` query parameter must hold 1 to 100 ids")
    found = [known[post_id] for post_id in ids if post_id in known]
    answer = shape.posts(found, known) if found else {}
    missing = [
        not_authorized(post_id) if post_id in protected else not_found(post_id, "ids")
        for post_id in ids
        if post_id not in known
    ]
    return answer | ({"errors": answer.get("errors", []) + missing} if missing else {})


class _XHandler(Handler):
    def do_GET(self) -> None:
        api = cast("XApi", self.owner)
        asked = urlsplit(self.path)
        params = dict(parse_qsl(asked.query, keep_blank_values=True))
        fault = api.next_fault()
        if fault is not None and self._fails(api, fault, asked.path, params):
            return
        if self.headers.get("Authorization") != f"Bearer {api.token}":
            self._send(api, asked.path, params, UNAUTHORISED.status, UNAUTHORISED.body or b"")
            return
        status, answer = api.answer(asked.path, params)
        if fault is not None and status == 200:
            answer = _with_fault(answer, fault)
        served = tuple(post["id"] for post in answer.get("data", ()) if "id" in post) if "meta" in answer else ()
        self._send(api, asked.path, params, status, json.dumps(answer).encode(), served=served)

    def _fails(self, api: XApi, fault: XFault, path: str, params: dict[str, str]) -> bool:
        """Whether the fault itself is the answer."""
        if fault.hang:
            api.closing.wait(fault.hang)
        if fault.reset:
            # Lingering for no time makes the close a reset, and the client's read fails.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            api.calls.append(XCall(path, params, 0))
        elif fault.body is not None:
            self._send(api, path, params, fault.status, fault.body, fault.headers)
        return fault.reset or fault.body is not None

    def _send(
        self,
        api: XApi,
        path: str,
        params: dict[str, str],
        status: int,
        body: bytes,
        headers: dict[str, str] | None = None,
        served: tuple[str, ...] = (),
    ) -> None:
        api.calls.append(XCall(path, params, status, served))
        usual = {"Content-Type": "application/json; charset=utf-8"}
        limits = api.rate_headers(path) if status == 200 else {}
        self.reply(status, body, usual | limits | (headers or {}))


def _with_fault(answer: dict[str, Any], fault: XFault) -> dict[str, Any]:
    if fault.empty:
        meta = {"result_count": 0} | {k: v for k, v in answer.get("meta", {}).items() if k == "next_token"}
        return {"meta": meta}
    return answer | ({"errors": [*answer.get("errors", []), *fault.errors]} if fault.errors else {})
