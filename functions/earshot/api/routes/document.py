"""The OpenAPI document."""

import json
from typing import Any

from earshot.api.auth.roles import Role
from earshot.api.openapi import document
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.routes import whole_app


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
    return json.loads(document(whole_app()))
