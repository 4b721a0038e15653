"""Reading cases: the list, and one case in full."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import StringConstraints

from earshot.api.auth.roles import Role
from earshot.api.parameters import CaseId, Cursor, IfNoneMatch, Limit
from earshot.api.people.holder_filter import held_by
from earshot.api.resolver import app
from earshot.api.responses import NOT_MODIFIED, json_responses, unless_known
from earshot.api.schemas.case_file import CaseFile
from earshot.api.schemas.cases import CasePage
from earshot.cases.case.status import Status
from earshot.cases.store.queries import CaseFilter, CaseOrder
from earshot.triage.judgement import Intent, Severity

SearchText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


@app.get(
    "/cases",
    role=Role.VIEWER,
    operation_id="list_cases",
    summary="Cases with one status",
    tags=["cases"],
    responses=json_responses(CasePage, 400) | NOT_MODIFIED,
)
def list_cases(
    status: Annotated[Status, Query()] = Status.OPEN,
    severity: Annotated[Severity | None, Query()] = None,
    intent: Annotated[Intent | None, Query()] = None,
    holder: Annotated[
        SearchText | None, Query(description="Whose it is: `me`, `nobody`, or `id` or another name of a colleague")
    ] = None,
    find: Annotated[
        SearchText | None, Query(description="Words that must all be in the case, as `GET /inbox` searches them")
    ] = None,
    order: Annotated[CaseOrder, Query(description="Most urgent first, or newest first")] = CaseOrder.URGENCY,
    limit: Limit = 25,
    cursor: Cursor = None,
    if_none_match: IfNoneMatch = None,
) -> Response[CasePage | None]:
    """A page may be short, or even empty, and still have a `next_cursor`, with any filter but `severity` in the order
    of urgency."""
    page = app.deps.queries.cases(
        status,
        CaseFilter(severity, intent, held_by(holder, app.identity.name, lambda: app.deps.people), find),
        order=order,
        limit=limit,
        cursor=cursor,
    )
    return unless_known(CasePage.of(page, app.deps.outlook.of), if_none_match)


@app.get(
    "/cases/<case_id>",
    role=Role.VIEWER,
    operation_id="show_case",
    summary="A case",
    tags=["cases"],
    responses=json_responses(CaseFile, 404),
)
def show_case(case_id: CaseId) -> Response[CaseFile]:
    """The case with its conversation, its log and its alerts. The header `ETag` is the `etag` of the case."""
    body = CaseFile.of(app.deps.queries.case_file(case_id), app.deps.clock(), app.deps.outlook.of)
    return Response(200, "application/json", body, {"ETag": body.case.etag})
