"""API Gateway's part, on loopback: HTTP from outside becomes the event of an HTTP API, and the answer HTTP again."""

import base64
import json
import threading
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from infra.local.loopback import Handler, Loopback
from tests.api.fakes import Context

Function = Callable[[dict[str, Any], Any], dict[str, Any]]


class Gateway(Loopback):
    """Calls ``function`` in the name of somebody in ``groups``, one request after the other; what flies is a 500."""

    def __init__(self, function: Function, groups: str = "[admin]") -> None:
        super().__init__(_Request)
        self._function = function
        self._groups = groups
        self._one_by_one = threading.Lock()

    def answer(self, event: dict[str, Any]) -> dict[str, Any]:
        claims = {"sub": "5f1c", "token_use": "id", "email": "mia@nimbus.example", "cognito:groups": self._groups}
        event["requestContext"]["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
        with self._one_by_one:
            try:
                return self._function(event, Context())
            except Exception:  # noqa: BLE001 - as Lambda does: the client is told nothing, and the log all
                traceback.print_exc()
                answer = {"message": "Internal Server Error"}
                return {"statusCode": 500, "headers": {"Content-Type": "application/json"}, "body": json.dumps(answer)}


class _Request(Handler):
    def _ask(self) -> None:
        asked, body = urlsplit(self.path), self.body()
        # The gateway joins what is named more than once by commas, in headers and in the query.
        query: dict[str, str] = {}
        for name, value in parse_qsl(asked.query, keep_blank_values=True):
            query[name] = f"{query[name]},{value}" if name in query else value
        event = {
            "version": "2.0",
            "routeKey": "ANY /{proxy+}",
            "rawPath": unquote(asked.path),
            "rawQueryString": asked.query,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "requestContext": {
                "http": {
                    "method": self.command,
                    "path": unquote(asked.path),
                    "sourceIp": "127.0.0.1",
                    "userAgent": "t",
                },
                "requestId": "gateway-1",
                "stage": "$default",
            },
            "isBase64Encoded": bool(body),
        }
        if query:
            event["queryStringParameters"] = query
        if body:
            event["body"] = base64.b64encode(body).decode()
        answer = self.owner.answer(event)
        self.reply(answer["statusCode"], (answer["body"] or "").encode(), answer["headers"])

    do_GET = do_POST = do_PUT = do_DELETE = _ask
