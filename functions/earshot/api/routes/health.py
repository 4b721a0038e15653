"""Reading whether Earshot works: its sources and its spending, and all else that must be true."""

from earshot.api.auth.roles import Role
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.schemas.health import Doctor, Health
from earshot.reports.doctor.stack import examine_stack


@app.get(
    "/health",
    role=Role.VIEWER,
    operation_id="health",
    summary="Health of the sources",
    tags=["reports"],
    responses=json_responses(Health),
)
def health() -> Health:
    """The state of each source, this month's spending, and what else must be looked at. The status is always 200: read
    the field `status`."""
    deps = app.deps
    found = deps.health(deps.spend_limits)
    return Health.of(found, deps.attention(found))


@app.get(
    "/doctor",
    role=Role.ADMIN,
    operation_id="doctor",
    summary="What must be true before somebody relies on Earshot",
    tags=["reports"],
    responses=json_responses(Doctor),
)
def doctor() -> Doctor:
    """Sources, budgets, everybody's addresses and the last alert, each with its remedy. The status is always 200: read
    the field `status`. `earshot doctor` also looks at what the API may not see, which `unseen` lists."""
    deps = app.deps
    found = examine_stack(
        lambda: deps.health(deps.spend_limits), deps.roster_admin, deps.team, deps.queries, deps.clock()
    )
    return Doctor.model_validate(found)
