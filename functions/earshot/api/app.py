"""From a request to its answer: who asks, whether the body can be read, the route, and what every answer carries."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import Response

from earshot.api import openapi, routes  # noqa: F401 - importing them registers the routes
from earshot.api.auth.identity import IdentityError, identity_of
from earshot.api.auth.roles import NotAllowedError
from earshot.api.problem import BodyError, MediaTypeError, TooManyActionsError, answer_problem
from earshot.api.resolver import Dependencies, app

# A note has 4,000 characters, and each of them four bytes at most, or twelve where JSON spells it out.
MOST_BODY_BYTES = 64 * 1024
# Cases are about people: no cache keeps them, and no browser takes them for anything but JSON.
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
}


def answer(event: Mapping[str, Any], context: Any, desk: Dependencies) -> dict[str, Any]:
    """Answer one request of the HTTP API (payload format 2.0). What is nobody's mistake but ours flies."""
    try:
        person = identity_of(event)
        _check_body(event)
        app.append_context(desk=desk, person=person)
        given = app.resolve(event, context)
    except (IdentityError, NotAllowedError, BodyError, MediaTypeError, TooManyActionsError) as error:
        app.clear_context()
        given = _as_given(answer_problem(error, event.get("rawPath", "")))
    return given | {"headers": {**given["headers"], **HEADERS}}


def _check_body(event: Mapping[str, Any]) -> None:
    """A body is a JSON object of modest size, or there is none. What its fields must be, each route says."""
    body = event.get("body")
    if not body or event["requestContext"]["http"]["method"] not in ("POST", "PUT"):
        return
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    kind = headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise MediaTypeError(f"The body is {kind!r}: send it as 'application/json'.")
    if len(body) > MOST_BODY_BYTES:
        raise BodyError(f"The body has more than {MOST_BODY_BYTES // 1024} KB: a note has at most 4,000 characters.")
    try:
        content = json.loads(base64.b64decode(body, validate=True).decode() if event.get("isBase64Encoded") else body)
    except (binascii.Error, ValueError, RecursionError):
        raise BodyError('The body is no JSON in UTF-8: send an object such as {"text": "..."}.') from None
    if not isinstance(content, dict):
        raise BodyError('The body is JSON, and no object: send one such as {"text": "..."}.')


def _as_given(response: Response) -> dict[str, Any]:
    headers = {"Content-Type": response.content_type or "", **response.headers}
    return {"statusCode": response.status_code, "headers": headers, "body": response.body, "isBase64Encoded": False}
