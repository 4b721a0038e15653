"""Incidents: the list, one incident, the customers it affects, and that all of them were told.

Anything else that staff do with an incident, they do with its case.
"""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query

from earshot.api.auth.roles import Role
from earshot.api.bulk_actions import tell_all
from earshot.api.parameters import Cursor, Limit
from earshot.api.resolver import app
from earshot.api.responses import csv_answer, csv_responses, json_responses
from earshot.api.schemas.case_actions import BulkResult, Everybody
from earshot.api.schemas.incidents import IncidentFile, IncidentPage
from earshot.cases.case.case import Case
from earshot.cases.incidents.incident import Member
from earshot.errors import CursorError
from earshot.reports.incident_members import MAX_MEMBERS, incident_of, live_incident_cases, members_csv, members_of

FROM_THE_FIRST = Everybody(after=None)
IncidentId = Annotated[str, Path(description="`id` of an incident, which is `incident_id` of its cases")]


@app.get(
    "/incidents",
    role=Role.VIEWER,
    operation_id="list_incidents",
    summary="Incidents",
    tags=["incidents"],
    responses=json_responses(IncidentPage, 400),
)
def list_incidents(
    status: Annotated[Literal["live", "over", "all"], Query(description="Whether it still goes on")] = "live",
    limit: Limit = 25,
    cursor: Cursor = None,
) -> IncidentPage:
    """Newest first. Live incidents are one page without a cursor. With `over` a page may be short, or even empty, and
    still have a `next_cursor`."""
    deps = app.deps
    if status == "live":
        if cursor is not None:
            raise CursorError("Live incidents are a single page: leave the cursor out.")
        return IncidentPage.of(live_incident_cases(deps.queries, deps.incidents)[:limit], None)
    page = deps.queries.incidents(over=status == "over", limit=limit, cursor=cursor)
    return IncidentPage.of(page.items, page.next_cursor)


@app.get(
    "/incidents/<incident_id>",
    role=Role.VIEWER,
    operation_id="show_incident",
    summary="An incident",
    tags=["incidents"],
    responses=json_responses(IncidentFile, 400, 404),
)
def show_incident(
    incident_id: IncidentId,
    members: Annotated[int | None, Query(ge=1, le=MAX_MEMBERS, description="How many members at most")] = None,
) -> IncidentFile:
    """With its members: the customers to tell when it is fixed."""
    return IncidentFile.of(*_incident(incident_id, members))


@app.get(
    "/incidents/<incident_id>/members.csv",
    role=Role.VIEWER,
    operation_id="export_members",
    summary="The members of an incident as CSV",
    tags=["incidents"],
    responses=csv_responses(404),
)
def export_members(incident_id: IncidentId) -> Response[str]:
    """The `members` of the incident, in the same order."""
    _, members, _ = _incident(incident_id)
    return csv_answer(members_csv(members), "members.csv")


@app.post(
    "/incidents/<incident_id>/told-all",
    role=Role.AGENT,
    operation_id="told_all",
    summary="Say that all its customers were told",
    tags=["incidents"],
    responses=json_responses(BulkResult, 400, 404, 409, 415),
)
def told_all(incident_id: IncidentId, everybody: Annotated[Everybody, Body()] = FROM_THE_FIRST) -> BulkResult:
    """The cases of its customers who still wait are resolved: somebody told them all. Whoever complains again is
    waiting again, and is alerted about. Repeating the request changes nothing."""
    deps = app.deps
    incident = incident_of(deps.queries.case(incident_id))
    members = deps.incidents.members(incident)
    result = tell_all(deps.cases, members, app.identity.name, deps.clock(), everybody.after)
    deps.report_bulk_action("resolved", len(result.changed))
    return BulkResult.model_validate(result)


def _incident(incident_id: str, most: int | None = None) -> tuple[Case, list[Member], bool]:
    """The case of an incident, its members, perhaps so many at most, and whether these are all."""
    case = app.deps.queries.case(incident_id)
    given = () if most is None else (most,)
    return case, *members_of(app.deps.incidents, incident_of(case), *given)
