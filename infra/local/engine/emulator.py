"""MiniStack with what Earshot needs beyond it: runs as ``python -m infra.local.engine.emulator``.

- It keeps what was stored as ``persistence`` says, and ends with the process that started it.
- Cognito's own pages remember a sign-in for an hour, so that a reload of the console asks for no password.
- Refreshed tokens name the groups of the user, as those of the sign-in do.
- A function may answer without a body, as it does with status 304.
- A path with a slash at its end belongs to the route without it, as in AWS, where no route can be declared with one.
- It tells in which checkout it runs.
- Where it enforces IAM, it does so as ``access`` says.

The functions that are replaced are looked up at start: if a release of MiniStack lacks one, the emulator does not
start, and the engine reports it.
"""

import os
import secrets
from collections.abc import Awaitable, Callable, Mapping
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ministack import app as gateway
from ministack.services import apigateway, cognito

from infra.local.engine import access
from infra.local.engine.persistence import StateFile, end_with_parent, saving
from infra.local.engine.shortcuts.dynamodb import take_shortcuts
from infra.local.engine.shortcuts.packages import share_packages
from infra.paths import ROOT

# MiniStack has no type stubs, and the functions that are replaced are private.
_GATEWAY: Any = gateway
_API_GATEWAY: Any = apigateway
_COGNITO: Any = cognito

CHECKOUT_PATH = "/_earshot/checkout"
COOKIE = "cognito"
KEEP_SECONDS = 3600
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class SignedIn:
    """Remembers a sign-in by a cookie: on the next request to authorise, it submits the sign-in form again."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._forms: dict[str, tuple[str, str]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = (scope.get("method"), scope.get("path"))
        if asked == ("POST", "/login"):
            await self._sign_in(scope, receive, send)
        elif asked == ("GET", "/oauth2/authorize") and self._cookie(scope) in self._forms:
            await self._again(scope, send)
        elif asked == ("GET", "/logout"):
            self._forms.pop(self._cookie(scope), None)
            await self._application(scope, receive, send)
        else:
            await self._application(scope, receive, send)

    async def _sign_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        form = dict(parse_qsl(body.decode()))
        key = secrets.token_urlsafe()

        async def send_with_cookie(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start" and message["status"] == 302:
                self._forms[key] = (form.get("username", ""), form.get("password", ""))
                cookie = f"{COOKIE}={key}; Max-Age={KEEP_SECONDS}; Path=/; HttpOnly; SameSite=Lax"
                message = message | {"headers": [*message["headers"], (b"set-cookie", cookie.encode())]}
            await send(message)

        await self._application(scope, _once(body), send_with_cookie)

    async def _again(self, scope: Scope, send: Send) -> None:
        username, password = self._forms[self._cookie(scope)]
        form = dict(parse_qsl(scope["query_string"].decode())) | {"username": username, "password": password}
        body = urlencode(form).encode()
        headers = [
            *((name, value) for name, value in scope["headers"] if name not in (b"content-type", b"content-length")),
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"content-length", str(len(body)).encode()),
        ]
        asked = {"method": "POST", "path": "/login", "raw_path": b"/login", "query_string": b"", "headers": headers}
        await self._application(scope | asked, _once(body), send)

    @staticmethod
    def _cookie(scope: Scope) -> str:
        cookies = SimpleCookie()
        for name, value in scope["headers"]:
            if name == b"cookie":
                cookies.load(value.decode("latin-1"))
        return cookies[COOKIE].value if COOKIE in cookies else ""


def _once(body: bytes) -> Receive:
    """A request's body, in one piece."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _with_groups(make_token: Callable[..., str]) -> Callable[..., str]:
    """MiniStack's maker of tokens, which adds the groups of the user where the call has none."""

    def make(sub: str, pool_id: str, *arguments: Any, groups: list[str] | None = None, **named: Any) -> str:
        pool: Mapping[str, Any] = _COGNITO._get_pool_unscoped(pool_id) or {}
        users: Mapping[str, Mapping[str, Any]] = pool.get("_users", {})
        user = users.get(str(named.get("username")), {})
        return make_token(sub, pool_id, *arguments, groups=groups or user.get("_groups"), **named)

    return make


def _with_body(invoke: Callable[..., Awaitable[tuple[int, Any, bytes | None]]]) -> Callable[..., Any]:
    """MiniStack's invocation of a function, with an empty body in place of none."""

    async def answer(*arguments: Any, **named: Any) -> tuple[int, Any, bytes]:
        status, headers, body = await invoke(*arguments, **named)
        return status, headers, body or b""

    return answer


def _without_last_slash(match_route: Callable[[str, str, str], Any]) -> Callable[[str, str, str], Any]:
    """MiniStack's search for a route, which would give ``/console/`` to the route of all other paths."""

    def match(api_id: str, method: str, path: str) -> Any:
        return match_route(api_id, method, path.rstrip("/") or "/")

    return match


def telling_checkout(application: Application) -> Application:
    """The application, which tells in which checkout it runs: whoever uses another one must not take it for theirs."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if (scope.get("method"), scope.get("path")) != ("GET", CHECKOUT_PATH):
            await application(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(ROOT).encode()})

    return answer


def emulator(state: StateFile, *, shortcuts: bool = True) -> Any:
    """MiniStack's gateway with the additions, and with ``shortcuts`` in its DynamoDB, for this process."""
    if shortcuts:
        take_shortcuts()
    share_packages(Path(os.environ["STATE_DIR"]).with_name("packages"))
    state.install()
    if access.is_enforced():
        access.mend()
    _API_GATEWAY._invoke_lambda_proxy = _with_body(_API_GATEWAY._invoke_lambda_proxy)
    _API_GATEWAY._match_route = _without_last_slash(_API_GATEWAY._match_route)
    _COGNITO._fake_token = _with_groups(_COGNITO._fake_token)
    _GATEWAY.app = saving(telling_checkout(SignedIn(_GATEWAY.app)), state)
    return _GATEWAY


def state_file() -> StateFile:
    """The file in which the emulator of this process keeps its state: beside MiniStack's own folder for it."""
    return StateFile(Path(os.environ["STATE_DIR"]).with_suffix(".json"))


if __name__ == "__main__":
    kept = state_file()
    end_with_parent(kept)
    emulator(kept).main()
