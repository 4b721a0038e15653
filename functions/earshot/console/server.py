"""Serves the files in ``static/`` from a fixed table, so that no path can lead to any other file.

All but the page itself stand below a version made from the contents of them all (``console/3f2a.../app.js``). Browsers
keep them for good, and never mix the modules of two releases. Every address in them is relative, so the console works
below any address of the API.
"""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Whole lines of comments: a block that begins and ends a line, and what begins with two slashes.
COMMENT_LINES = re.compile(rb"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*\n", re.DOTALL | re.MULTILINE)
STATIC = Path(__file__).resolve().parent / "static"
PAGE = "index.html"
CONFIG = "config.json"
ROUTES = ("GET /", "GET /console", "GET /console/{proxy+}")
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
# The page has this where the version belongs.
VERSION_PLACEHOLDER = "{version}"
REVALIDATE = "no-cache"
KEEP_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class File:
    """One file, with the headers that depend on it."""

    body: bytes
    content_type: str
    cache_control: str

    @property
    def etag(self) -> str:
        """A strong entity tag: a hash of the contents."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


def _served(path: Path) -> bytes:
    """A file without the comments of our own scripts, which are a fifth of them: browsers need none of the types."""
    body = path.read_bytes()
    return COMMENT_LINES.sub(b"", body) if path.suffix == ".js" and path.parent.name != "vendor" else body


class Console:
    """Answers requests for the files of ``folder``.

    ``client_id`` is the Cognito user pool client that staff sign in with, ``sign_in_url`` the address of its pages.
    """

    def __init__(self, client_id: str, sign_in_url: str, folder: Path = STATIC) -> None:
        contents = {path.relative_to(folder).as_posix(): _served(path) for path in sorted(folder.rglob("*.*"))}
        version = hashlib.sha256(repr(contents).encode()).hexdigest()[:12]
        page = contents.pop(PAGE).replace(VERSION_PLACEHOLDER.encode(), version.encode())
        config = {
            "user_pool_client_id": client_id,
            "authorize_url": f"{sign_in_url}/oauth2/authorize",
            "token_url": f"{sign_in_url}/oauth2/token",
            "logout_url": f"{sign_in_url}/logout",
        }
        self.files: Mapping[str, File] = {
            PAGE: File(page, CONTENT_TYPES[".html"], REVALIDATE),
            CONFIG: File(json.dumps(config).encode(), CONTENT_TYPES[".json"], REVALIDATE),
            **{
                f"{version}/{name}": File(body, CONTENT_TYPES[Path(name).suffix], KEEP_FOR_GOOD)
                for name, body in contents.items()
            },
        }
        self._security_headers = _security_headers(sign_in_url)

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one request of API Gateway (HTTP API, payload format 2.0)."""
        method, path = event["requestContext"]["http"]["method"], str(event.get("rawPath", ""))
        if method not in ("GET", "HEAD"):
            return self._text(405, "Only GET and HEAD are allowed.", {"Allow": "GET, HEAD"})
        if path in ("", "/", "/console", "/console/"):
            location = PAGE if path == "/console/" else f"console/{PAGE}"
            return self._text(302, "", {"Location": location, "Cache-Control": REVALIDATE})
        file = self.files.get(path.removeprefix("/console/")) if path.startswith("/console/") else None
        if file is None:
            return self._text(404, f"Not found. The console is at console/{PAGE}.")
        given: Mapping[str, str] = event.get("headers") or {}
        request_headers = {name.lower(): value for name, value in given.items()}
        return self._file(file, request_headers, with_body=method == "GET")

    def _file(self, file: File, request_headers: Mapping[str, str], *, with_body: bool) -> dict[str, Any]:
        headers = self._security_headers | {
            "Content-Type": file.content_type,
            "Cache-Control": file.cache_control,
            "ETag": file.etag,
            "Vary": "Accept-Encoding",
        }
        if file.etag in request_headers.get("if-none-match", "").replace("W/", "").split(", "):
            return _response(304, headers, b"")
        body = file.body if with_body else b""
        if "gzip" in request_headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            # Without a time in its header, the same file is always compressed to the same bytes.
            body = gzip.compress(body, mtime=0) if with_body else b""
        return _response(200, headers, body)

    def _text(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        defaults = {"Content-Type": CONTENT_TYPES[".txt"], "Cache-Control": "no-store"}
        return _response(status, {**self._security_headers, **defaults, **(headers or {})}, text.encode())


def _security_headers(sign_in_url: str) -> dict[str, str]:
    """What the page may load, run and connect to: its own files, this API, and the sign-in service."""
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
        # No script can turn text into markup. The one named policy lets the page load its own chart library.
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


def _response(status: int, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": dict(headers),
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
