"""A server of feeds on 127.0.0.1: conditional requests as RFC 9110 has them, and faults that are injected."""

import gzip
import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import cast

from infra.local.loopback import Handler, Loopback

RSS, ATOM, HTML = (
    "application/rss+xml; charset=utf-8",
    "application/atom+xml; charset=utf-8",
    "text/html; charset=utf-8",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What the server does instead of answering: a status with its headers, or something worse.

    ``trickles``: a byte every tenth of a second. ``breaks_off``: it says that there is more than it sends.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    trickles: bool = False
    breaks_off: bool = False


GONE, MISSING, FORBIDDEN = Fault(410), Fault(404), Fault(403)
FAILS, TOO_OFTEN = Fault(500), Fault(429, {"Retry-After": "1800"})
TRICKLES = Fault(trickles=True)
# 40 MB in 40 KB.
BOMB = Fault(200, {"Content-Encoding": "gzip"}, gzip.compress(b"<rss>" + b" " * 40_000_000))
HUGE = Fault(200, {}, b"<rss>" + b" " * 2_100_000)
CUT_SHORT = Fault(body=b"<rss><channel>", breaks_off=True)


def redirect(to: str, status: int = 302) -> Fault:
    """An answer that names another address."""
    return Fault(status, {"Location": to})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and the status that it was answered with."""

    path: str
    headers: Mapping[str, str]
    status: int


@dataclass(frozen=True, slots=True)
class _Document:
    body: bytes
    content_type: str
    modified: str | None

    @property
    def validators(self) -> dict[str, str]:
        if self.modified is not None:
            return {"Last-Modified": self.modified}
        return {"ETag": f'"{hashlib.sha256(self.body).hexdigest()[:12]}"'}

    def is_known(self, headers: Mapping[str, str]) -> bool:
        asked = {"ETag": headers.get("If-None-Match"), "Last-Modified": headers.get("If-Modified-Since")}
        return any(asked[name] == value for name, value in self.validators.items())


class FeedServer(Loopback):
    """Serves the documents that it is given; ``asked`` are the requests so far."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(_FeedHandler, port)
        self.asked: list[Asked] = []
        self._documents: dict[str, _Document] = {}
        self._faults: dict[str, list[Fault]] = {}
        self._lock = threading.Lock()

    def put(self, path: str, body: str | bytes, content_type: str = RSS, modified: str | None = None) -> str:
        """Serve a document, by its ETag or by its time; returns its address."""
        content = body.encode() if isinstance(body, str) else body
        with self._lock:
            self._documents[path] = _Document(content, content_type, modified)
        return self.url + path

    def inject(self, path: str, *faults: Fault) -> None:
        """Have the next requests for a path meet these faults, one each."""
        with self._lock:
            self._faults.setdefault(path, []).extend(faults)

    def answer(self, path: str, headers: Mapping[str, str]) -> Fault:
        """What a request is answered with, and noted as."""
        with self._lock:
            faults = self._faults.get(path)
            document = self._documents.get(path)
            found = faults.pop(0) if faults else _served(document, headers)
            self.asked.append(Asked(path, headers, found.status))
        return found


def _served(document: _Document | None, headers: Mapping[str, str]) -> Fault:
    if document is None:
        return MISSING
    if document.is_known(headers):
        return Fault(304, document.validators)
    packed = {"Content-Encoding": "gzip"} if "gzip" in headers.get("Accept-Encoding", "") else {}
    body = gzip.compress(document.body) if packed else document.body
    return Fault(200, {"Content-Type": document.content_type, **document.validators, **packed}, body)


class _FeedHandler(Handler):
    def do_GET(self) -> None:
        owner = cast("FeedServer", self.owner)
        found = owner.answer(self.path, dict(self.headers))
        if found.breaks_off:
            self.close_connection = True
            self.send_response(200)
            self.send_header("Content-Length", str(len(found.body) + 100))
            self.end_headers()
            self.wfile.write(found.body)
            return
        if found.trickles:
            self.close_connection = True
            self.send_response(200)
            self.end_headers()
            while not owner.closing.wait(0.1):
                self.wfile.write(b" ")
                self.wfile.flush()
            return
        if found.status == HTTPStatus.NOT_MODIFIED:
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.end_headers()
            return
        self.reply(found.status, found.body, found.headers)
