"""The OpenAPI 3.1 document of the API, generated from its routes."""

import json
from functools import cache
from typing import Any

from earshot.api.auth.signature import SIGNATURE
from earshot.api.resolver import StaffResolver

VERSION = "1.0.0"
DESCRIPTION = """What staff see of the cases, and what they do with them.

Sign in with Cognito and send the identity token: `Authorization: Bearer ...`. `x-earshot-role` is the lowest role that
may call a route: viewer, agent, lead or admin; each role may do everything that the roles before it may. A role is a
group of the user pool. Times are RFC 3339 in UTC. Every error is a problem document (RFC 9457). Lists have pages: send
`next_cursor` as `cursor`, with the same filters, until it is null. Unknown query parameters are ignored. Earshot never
posts: a person replies on the network.
"""
_SIGNED = "Standard Webhooks' signature, beside webhook-id and webhook-timestamp: HMAC-SHA256 with a shared secret"
# Powertools adds these schemas for its own validation errors; here an invalid field is a problem with status 400.
_POWERTOOLS_SCHEMAS = ("HTTPValidationError", "ValidationError", "ResponseValidationError")


@cache
def document(app: StaffResolver) -> str:
    """The document of the routes registered with ``app``: indented JSON that ends in a line break. Needs no AWS."""
    # The models of OpenAPI take as long to import as everything else, so only a request for the document loads them.
    from aws_lambda_powertools.event_handler.openapi.models import APIKey, APIKeyIn, HTTPBearer

    text = app.get_openapi_json_schema(
        title="Earshot",
        version=VERSION,
        description=DESCRIPTION,
        security_schemes={
            "staff": HTTPBearer(bearerFormat="JWT"),
            "signature": APIKey(name=SIGNATURE, in_=APIKeyIn.header, description=_SIGNED),  # pyright: ignore[reportCallIssue]
        },
        security=[{"staff": []}],
    )
    return json.dumps(_cleaned(json.loads(text)), indent=2, ensure_ascii=False) + "\n"


def _cleaned(spec: dict[str, Any]) -> dict[str, Any]:
    """The document with sorted paths, and without what Powertools adds but Earshot never returns."""
    for operations in spec["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"].get("304", {}).pop("content", None)  # this status has no body
    for name in _POWERTOOLS_SCHEMAS:
        spec["components"]["schemas"].pop(name, None)
    return spec | {"paths": dict(sorted(spec["paths"].items()))}
