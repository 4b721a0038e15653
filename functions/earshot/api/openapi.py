"""The OpenAPI 3.1 document of the API, made from the routes themselves."""

import json
from functools import cache
from typing import Any

from earshot.api.auth.roles import Role
from earshot.api.resolver import answers, app

VERSION = "1.0.0"
DESCRIPTION = """What staff see of Earshot, and do with it.

Sign in with Cognito and send the identity token: `Authorization: Bearer ...`. `x-earshot-role` is the weakest group of
the user pool that may call a route: viewer, agent, lead, admin, each with all that those before it may. Times are RFC
3339 in UTC. Every error is a problem as RFC 9457 writes it. Lists are read page by page: pass `next_cursor` on as
`cursor`, with the same filters, until it is null. Unknown query parameters are ignored. Earshot never posts: a person
replies on the network.
"""


@app.get(
    "/openapi.json",
    group=Role.VIEWER,
    operation_id="show_document",
    summary="This document",
    tags=["reports"],
    responses=answers(dict[str, Any]),
)
def show_document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    return json.loads(document())


@cache
def document() -> str:
    """The document as indented JSON, ending in a line break; docs/openapi.json holds the same. It asks for no AWS."""
    # The models of OpenAPI take as long to import as all the rest: only who asks for the document waits for them.
    from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer

    import earshot.api.routes.cases
    import earshot.api.routes.corrections
    import earshot.api.routes.incidents
    import earshot.api.routes.me
    import earshot.api.routes.praise
    import earshot.api.routes.reports
    import earshot.api.routes.silences
    import earshot.api.routes.staff  # noqa: F401 - they hang the other routes on the resolver

    text = app.get_openapi_json_schema(
        title="Earshot",
        version=VERSION,
        description=DESCRIPTION,
        security_schemes={"staff": HTTPBearer(bearerFormat="JWT")},
        security=[{"staff": []}],
    )
    return json.dumps(_as_answered(json.loads(text)), indent=2, ensure_ascii=False) + "\n"


def _as_answered(spec: dict[str, Any]) -> dict[str, Any]:
    """Sorted, and without what Powertools adds to every route: here an invalid field is a problem, 400."""
    for operations in spec["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            # Powertools gives every answer a body; this one has none.
            operation["responses"].get("304", {}).pop("content", None)
    for name in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        spec["components"]["schemas"].pop(name, None)
    return spec | {"paths": dict(sorted(spec["paths"].items()))}
