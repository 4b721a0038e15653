"""What a stand-in does instead of answering, whichever network it stands for."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.loopback import Handler, Loopback

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer: a status with headers and body; ``hangs`` until the server is closed."""

    status: int
    body: object = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    hangs: bool = False


NOT_JSON = Fault(200, b"<html>Welcome to the hotel's wireless network</html>")
HANGS = Fault(200, hangs=True)


class StandIn(Loopback):
    """A stand-in for a network; ``asked`` are the calls, in order."""

    def __init__(self, handler: type[Handler], port: int) -> None:
        super().__init__(handler, port)
        self.asked: list[str] = []
        self._faults: dict[str, list[Fault]] = {}
        self._lock = threading.Lock()

    def inject(self, call: str, *faults: Fault) -> None:
        """Have the next calls meet these faults, one each. A call is named as in ``asked``."""
        self._faults.setdefault(call, []).extend(faults)


def bearer_token(handler: Handler) -> str:
    """The token that a request was sent with; empty where there is none."""
    return (handler.headers.get("Authorization") or "").removeprefix("Bearer ")


def send(handler: Handler, owner: Loopback, found: Fault) -> None:
    """Answer a request with it."""
    if found.hangs:
        owner.closing.wait(20)
    content = found.body if isinstance(found.body, bytes) else json.dumps(found.body).encode()
    handler.reply(found.status, content, {"Content-Type": "application/json", **found.headers})
