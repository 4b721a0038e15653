"""One request of the API: check who sends it and that its body is JSON, route it, and add the security headers."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import Response

from earshot.api.auth.identity import IdentityError, identity_of
from earshot.api.auth.roles import NotAllowedError
from earshot.api.auth.signature import SignatureError, is_signed, signer_of
from earshot.api.dependencies import Dependencies
from earshot.api.problem import BodyError, MediaTypeError, TooManyActionsError, problem_response
from earshot.api.routes import app, load_route
from earshot.api.unavailable import UnavailableError

# A note has at most 4,000 characters: 16 KB in UTF-8, or 48 KB as JSON escapes.
MAX_BODY_BYTES = 64 * 1024
# The terms, the policy and the brands are texts of 400 KB at most, of which JSON escapes every quotation mark.
MAX_TEXT_BODY_BYTES = 1024 * 1024
# Responses hold personal data: no cache may keep them, and no browser may treat them as anything but JSON.
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
}
# What may be wrong before a route is found. What its route raises the resolver answers.
_PROBLEMS = (
    *(IdentityError, SignatureError, UnavailableError, NotAllowedError),
    *(BodyError, MediaTypeError, TooManyActionsError),
)


def answer(event: Mapping[str, Any], context: Any, deps: Dependencies) -> dict[str, Any]:
    """The response to one request of the HTTP API (payload format 2.0 in both directions).

    A client's mistake becomes a problem document. An error of Earshot's own is raised, for the function's alarm.
    """
    try:
        identity = signer_of(event, deps.submission_keys, deps.clock()) if is_signed(event) else identity_of(event)
        _check_body(event)
        load_route(event["requestContext"]["http"]["method"], event.get("rawPath", ""))
        response = app.answer(event, context, deps, identity)
    except _PROBLEMS as error:
        response = _problem(error, event)
    return response | {"headers": {**response["headers"], **HEADERS}}


def answer_unavailable(event: Mapping[str, Any]) -> dict[str, Any]:
    """The response to a request that met a service which is out."""
    response = _problem(UnavailableError(may_have_acted=event["requestContext"]["http"]["method"] != "GET"), event)
    return response | {"headers": {**response["headers"], **HEADERS}}


def _problem(error: Exception, event: Mapping[str, Any]) -> dict[str, Any]:
    return _as_gateway_response(problem_response(error, event.get("rawPath", "")))


def _check_body(event: Mapping[str, Any]) -> None:
    """BodyError or MediaTypeError unless the body is a small JSON object, or absent. Routes validate its fields."""
    body: str | None = event.get("body")
    if not body or event["requestContext"]["http"]["method"] not in ("POST", "PUT"):
        return
    given: Mapping[str, str] = event.get("headers") or {}
    headers = {name.lower(): value for name, value in given.items()}
    media_type = headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise MediaTypeError(f"The body is {media_type!r}: send it as 'application/json'.")
    if str(event.get("rawPath", "")).startswith("/settings/"):
        if len(body) > MAX_TEXT_BODY_BYTES:
            raise BodyError(f"The body is larger than {MAX_TEXT_BODY_BYTES // 1024} KB: a text has at most 400 KB.")
    elif len(body) > MAX_BODY_BYTES:
        raise BodyError(f"The body is larger than {MAX_BODY_BYTES // 1024} KB: a note has at most 4,000 characters.")
    try:
        content = json.loads(base64.b64decode(body, validate=True).decode() if event.get("isBase64Encoded") else body)
    except (binascii.Error, ValueError, RecursionError):
        raise BodyError('The body is not JSON in UTF-8: send an object such as {"text": "..."}.') from None
    if not isinstance(content, dict):
        raise BodyError('The body is JSON, but not an object: send one such as {"text": "..."}.')


def _as_gateway_response(response: Response[str]) -> dict[str, Any]:
    headers = {"Content-Type": response.content_type or "", **response.headers}
    return {"statusCode": response.status_code, "headers": headers, "body": response.body, "isBase64Encoded": False}
