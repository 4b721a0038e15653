"""The OpenAPI document."""

import json
from typing import Any

from earshot.api.auth.roles import Role
from earshot.api.resolver import app
from earshot.api.responses import json_responses


@app.get(
    "/openapi.json",
    role=Role.VIEWER,
    operation_id="show_document",
    summary="This document",
    tags=["reports"],
    responses=json_responses(dict[str, Any]),
)
def show_document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    from earshot.api.openapi import document  # it is generated from all routes, this one among them

    return json.loads(document())
