"""Reading whether Earshot works: its sources and its spending."""

from earshot.api.auth.roles import Role
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.schemas.health import Health


@app.get(
    "/health",
    role=Role.VIEWER,
    operation_id="health",
    summary="Health of the sources",
    tags=["reports"],
    responses=json_responses(Health),
)
def health() -> Health:
    """The state of each source, and this month's spending. The status is always 200: read the field `status`."""
    deps = app.deps
    return Health.model_validate(deps.health(deps.spend_limits))
