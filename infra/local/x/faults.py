"""Faults that the X stand-in can inject: refusals, timeouts, resets and odd pages, as X really has them."""

import json
from dataclasses import dataclass, field
from typing import Any

from infra.local.x.responses import not_found

PROBLEMS = "https://api.twitter.com/2/problems/"


@dataclass(frozen=True, slots=True)
class XFault:
    """One faulty answer: a status with headers and body, a timeout, a connection reset, or an odd page.

    ``errors`` are put into the ``errors`` of a normal answer; ``empty`` takes its posts and leaves its next token;
    ``hang`` (seconds) holds the answer back; ``reset`` breaks the connection.
    """

    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    hang: float = 0.0
    reset: bool = False
    empty: bool = False
    errors: tuple[dict[str, Any], ...] = ()


def problem(status: int, title: str, detail: str, **headers: str) -> XFault:
    """A refusal in X's problem JSON."""
    kind = title.lower().replace(" ", "-")
    body = {"title": title, "detail": detail, "type": PROBLEMS + kind, "status": status}
    return XFault(status, json.dumps(body).encode(), headers)


UNAUTHORISED = problem(401, "Unauthorized", "Unauthorized")
OUT_OF_CREDIT = problem(402, "CreditsDepleted", "Your enrolled account does not have any credits.")
FORBIDDEN = problem(403, "Client Forbidden", "Your app is not attached to a project.")
RATE_LIMITED = problem(429, "Too Many Requests", "Too Many Requests")
SERVER_ERROR = problem(500, "Internal Server Error", "Something went wrong.")
UNAVAILABLE = XFault(503, b"<html>Over capacity</html>")
NOT_JSON = XFault(200, b"<html>Welcome to the hotel's wireless network</html>")
RESET = XFault(reset=True)
EMPTY = XFault(empty=True)
PARTIAL = XFault(errors=(not_found("1"),))


def stale_since_id() -> XFault:
    """The refusal of a window that begins more than 7 days ago."""
    error = {"message": "'since_id' must be a tweet id created after 7 days ago.", "parameters": {"since_id": ["1"]}}
    body = {"errors": [error], "title": "Invalid Request", "detail": "One or more parameters was invalid."}
    return XFault(400, json.dumps(body | {"type": PROBLEMS + "invalid-request"}).encode())
