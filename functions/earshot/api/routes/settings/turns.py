"""The calendar of who is on call, and taking back an override."""

from datetime import timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from earshot.alerting.roster.turns import turns
from earshot.api.auth.roles import Role
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.schemas.base import TimeInput
from earshot.api.schemas.settings.turns import Turn, Turns

MOST_DAYS = 31


@app.get(
    "/on-call/turns",
    role=Role.VIEWER,
    operation_id="list_turns",
    summary="Who is on call over days",
    tags=["staff"],
    responses=json_responses(Turns, 400),
)
def list_turns(
    begins: Annotated[TimeInput | None, Query(alias="from", description="By default now")] = None,
    days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 14,
) -> Turns:
    """Every turn of each rung, with absences and overrides reckoned in."""
    start = begins or app.deps.clock()
    end = start + timedelta(days)
    found = turns(app.deps.roster_admin.roster(), start, end)
    return Turns(begins=start, ends=end, items=[Turn.model_validate(one) for one in found])
