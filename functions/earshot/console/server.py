"""The console's files, as the deployment serves them: a fixed table, so that no path leads anywhere else.

All but the page itself stand below the version of them all (``console/3f2a.../app.js``): a browser keeps them for good,
and never runs modules of two releases together. Every address in them is relative, whatever the API stands below.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
PAGE = "index.html"
CONFIG = "config.json"
ROUTES = ("GET /", "GET /console", "GET /console/{proxy+}")
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
# The place in the page where the version goes.
VERSION = "{version}"
REVALIDATED = "no-cache"
KEPT = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class File:
    """One file: what it holds, and what a browser is told of it."""

    body: bytes
    kind: str
    keep: str

    @property
    def tag(self) -> str:
        """Its entity tag: the same for as long as it is the same."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


class Console:
    """The files of ``folder``, and where people sign in: ``sign_in_url`` is that of Cognito's own pages."""

    def __init__(self, client_id: str, sign_in_url: str, folder: Path = FOLDER) -> None:
        found = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*.*"))
            if path.suffix in TYPES
        }
        version = hashlib.sha256(repr(found).encode()).hexdigest()[:12]
        page = found.pop(PAGE).replace(VERSION.encode(), version.encode())
        config = {
            "user_pool_client_id": client_id,
            "authorize_url": f"{sign_in_url}/oauth2/authorize",
            "token_url": f"{sign_in_url}/oauth2/token",
            "logout_url": f"{sign_in_url}/logout",
        }
        self.files: Mapping[str, File] = {
            PAGE: File(page, TYPES[".html"], REVALIDATED),
            CONFIG: File(json.dumps(config).encode(), TYPES[".json"], REVALIDATED),
            **{f"{version}/{name}": File(body, TYPES[Path(name).suffix], KEPT) for name, body in found.items()},
        }
        self._headers = _guards(sign_in_url)

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one request of the gateway."""
        method, path = event["requestContext"]["http"]["method"], str(event.get("rawPath", ""))
        if method not in ("GET", "HEAD"):
            return self._text(405, "Only GET and HEAD.", {"Allow": "GET, HEAD"})
        if path in ("", "/", "/console", "/console/"):
            below = PAGE if path == "/console/" else f"console/{PAGE}"
            return self._text(302, "", {"Location": below, "Cache-Control": REVALIDATED})
        file = self.files.get(path.removeprefix("/console/")) if path.startswith("/console/") else None
        if file is None:
            return self._text(404, "Nothing is here. The console is at console/index.html.")
        given = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        return self._file(file, given, with_body=method == "GET")

    def _file(self, file: File, given: Mapping[str, str], *, with_body: bool) -> dict[str, Any]:
        headers = self._headers | {
            "Content-Type": file.kind,
            "Cache-Control": file.keep,
            "ETag": file.tag,
            "Vary": "Accept-Encoding",
        }
        if file.tag in given.get("if-none-match", "").replace("W/", "").split(", "):
            return _answer(304, headers, b"")
        body = file.body if with_body else b""
        if "gzip" in given.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            # Without a time in it, so that the same file is the same bytes.
            body = gzip.compress(body, mtime=0) if with_body else b""
        return _answer(200, headers, body)

    def _text(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        plain = {"Content-Type": TYPES[".txt"], "Cache-Control": "no-store"}
        return _answer(status, self._headers | plain | (headers or {}), text.encode())


def _guards(sign_in_url: str) -> dict[str, str]:
    """The headers that say what the page may load, run and tell: its own files, this API, and the sign-in."""
    scheme, _, rest = sign_in_url.partition("://")
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": f"'self' {scheme}://{rest.partition('/')[0]}",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        # No text becomes markup anywhere; one policy lets the page load its own chart library.
        "require-trusted-types-for": "'script'",
        "trusted-types": "earshot",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }


def _answer(status: int, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": dict(headers),
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
