"""What a stand-in does instead of answering, whichever network it stands for."""

import json
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


def send(handler: Handler, owner: Loopback, found: Fault) -> None:
    """Answer a request with it."""
    if found.hangs:
        owner.closing.wait(20)
    content = found.body if isinstance(found.body, bytes) else json.dumps(found.body).encode()
    handler.reply(found.status, content, {"Content-Type": "application/json", **found.headers})
