"""The routes of incidents: which there are, and whom to tell that one is fixed.

What staff do with an incident they do with its case, by the routes of cases.
"""

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import Field

from earshot.api.auth.roles import Role
from earshot.api.resolver import CSV, answers, app, dependencies_of_request
from earshot.api.routes.cases import Cursor, Limit
from earshot.api.schemas import cases as shapes
from earshot.api.schemas.cases import Shape, Time
from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.cases.incidents.incident import IncidentStatus
from earshot.cases.store.cursor import CursorError
from earshot.reports.incident_members import affected, incident_of, live_cases, members_as_csv, waits
from earshot.triage.judgement import Severity

IncidentId = Annotated[str, Path(description="`id` of an incident, `incident_id` of a case")]


class Incident(Shape):
    """What many customers have in common. `case` carries its ladder: it is acknowledged and resolved as any case is."""

    id: str
    case_id: str = Field(description="The same as `id`")
    label: str = Field(description="What it is about, in a word or two")
    topic: str = Field(description="The `topic` of its case: its label")
    status: IncidentStatus = Field(description="`over` once there was no further complaint for an hour")
    severity: Severity
    began_at: Time = Field(description="The first complaint")
    latest_at: Time = Field(description="The latest complaint")
    ended_at: Time | None = Field(description="When it was found to be over")
    count: int = Field(description="How many customers it affects")
    usual: float = Field(description="How many customers an hour would be usual, when it was recognised")
    reach: int = Field(description="Followers of all who complained")
    held_by: str | None = Field(description="Who has acknowledged its case")
    case: shapes.Case

    @classmethod
    def of(cls, case: Case, **more: Any) -> "Incident":
        """The incident that a case stands for."""
        incident = incident_of(case)
        return cls(
            id=incident.id,
            case_id=case.id,
            label=incident.label,
            topic=case.topic,
            status=incident.status,
            severity=case.assessment.severity,
            began_at=incident.began_at,
            latest_at=incident.latest_at,
            ended_at=incident.ended_at,
            count=incident.count,
            usual=incident.usual,
            reach=case.spread.reach,
            held_by=case.acknowledgement.by if case.status is Status.ACKNOWLEDGED else None,
            case=shapes.Case.of(case),
            **more,
        )


class IncidentPage(Shape):
    """Incidents, the newest first."""

    items: list[Incident]
    next_cursor: str | None


class Member(Shape):
    """A customer whom the incident affects, and where their own case stands."""

    case_id: str
    author: shapes.Author
    link: str | None
    opened_at: Time
    status: Status
    severity: Severity


class IncidentFile(Incident):
    """An incident and whom to tell that it is fixed: those without an answer first, and of those who waited longest."""

    members: list[Member]
    waiting: int = Field(description="How many of `members` have had no answer")
    complete: bool = Field(description="False where only 5,000 of more members are given")


@app.get(
    "/incidents",
    group=Role.VIEWER,
    operation_id="list_incidents",
    summary="Incidents",
    tags=["incidents"],
    responses=answers(IncidentPage, 400),
)
def list_incidents(
    status: Annotated[Literal["live", "over", "all"], Query(description="Those that run, or are over")] = "live",
    limit: Limit = 25,
    cursor: Cursor = None,
) -> IncidentPage:
    """The newest first. Those that run are one page, without a cursor. With `over` a page may be short, even empty, and
    still have a `next_cursor`."""
    desk = dependencies_of_request()
    if status == "live":
        if cursor is not None:
            raise CursorError("The incidents that run are one page: ask for them without a cursor.")
        running = live_cases(desk.queries, desk.incidents)[:limit]
        return IncidentPage(items=[Incident.of(case) for case in running], next_cursor=None)
    page = desk.queries.incidents(over=status == "over", limit=limit, cursor=cursor)
    return IncidentPage(items=[Incident.of(case) for case in page.items], next_cursor=page.next_cursor)


@app.get(
    "/incidents/<incident_id>",
    group=Role.VIEWER,
    operation_id="show_incident",
    summary="An incident",
    tags=["incidents"],
    responses=answers(IncidentFile, 404),
)
def show_incident(incident_id: IncidentId) -> IncidentFile:
    """With its members: whom to tell that it is fixed."""
    case = dependencies_of_request().queries.case(incident_id)
    members, complete = affected(dependencies_of_request().incidents, incident_of(case))
    told = [Member.model_validate(member) for member in members]
    return IncidentFile.of(case, members=told, waiting=sum(map(waits, members)), complete=complete)


def _as_csv() -> dict:
    both = answers(IncidentFile, 404)
    both[200]["content"] = {CSV: {"schema": {"type": "string"}}}
    return both


@app.get(
    "/incidents/<incident_id>/members.csv",
    group=Role.VIEWER,
    operation_id="export_members",
    summary="Whom to tell, as CSV",
    tags=["incidents"],
    responses=_as_csv(),
)
def export_members(incident_id: IncidentId) -> Response[str]:
    """The `members` of the incident, in the same order."""
    case = dependencies_of_request().queries.case(incident_id)
    members, _ = affected(dependencies_of_request().incidents, incident_of(case))
    headers = {"Content-Disposition": 'attachment; filename="members.csv"'}
    return Response(200, f"{CSV}; charset=utf-8", members_as_csv(members), headers)
