"""The routes: what each takes and gives. What it does lies in the rooms before, what can go wrong in ``problem``."""

import re
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path, Query
from pydantic import StringConstraints

from earshot.api.auth.roles import Role
from earshot.api.case_actions import ActionResult, CaseAction
from earshot.api.etags import has_seen, weak_etag
from earshot.api.problem import MethodError, answer_problem
from earshot.api.resolver import answers, app, dependencies_of_request, identity_of_request
from earshot.api.schemas import cases as shapes
from earshot.api.schemas import health as figures
from earshot.cases.case.key import ConversationKey
from earshot.cases.case.status import Outcome, Status
from earshot.cases.store.queries import CaseFilter, CaseOrder
from earshot.reports.counts import Tally, days_of
from earshot.reports.health import health_of
from earshot.triage.judgement import Intent, Severity

NO_REASON = shapes.Why()
NO_ENDING = shapes.Resolution()
SNOOZE = shapes.Snooze()
NOT_MODIFIED: dict[int, Any] = {304: {"description": "As you have it already"}}
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
CaseId = Annotated[str, Path(description="As lists and alerts give it: `x-1234567890`")]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=4096, description="`etag` of the case as you saw it: 412 if it has changed"),
]
IfNoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", max_length=4096, description="`ETag` of the list as you have it")
]
Limit = Annotated[int, Query(ge=1, le=100, description="How many items a page may hold")]
Cursor = Annotated[
    str | None, Query(max_length=4096, description="`next_cursor` of the page before, with the same filters")
]


@app.get(
    "/cases",
    group=Role.VIEWER,
    operation_id="list_cases",
    summary="Cases of one status",
    tags=["cases"],
    responses=answers(shapes.CasePage, 400) | NOT_MODIFIED,
)
def list_cases(
    status: Annotated[Status, Query()] = Status.OPEN,
    severity: Annotated[Severity | None, Query()] = None,
    intent: Annotated[Intent | None, Query()] = None,
    holder: Annotated[Words | None, Query(description="Who acknowledged it, as `acknowledged_by` has it")] = None,
    find: Annotated[Words | None, Query(description="Stands in the author's handle or name, or in the text")] = None,
    order: Annotated[CaseOrder, Query(description="Most urgent first, or newest first")] = CaseOrder.URGENCY,
    limit: Limit = 25,
    cursor: Cursor = None,
    if_none_match: IfNoneMatch = None,
) -> Response[shapes.CasePage | None]:
    """With a filter other than `severity` in the order of urgency, a page may be short, even empty, and still have a
    `next_cursor`."""
    page = dependencies_of_request().queries.cases(
        status, CaseFilter(severity, intent, holder, find), order=order, limit=limit, cursor=cursor
    )
    given = shapes.CasePage(items=[shapes.Case.of(case) for case in page.items], next_cursor=page.next_cursor)
    etag = weak_etag(given.model_dump_json())
    if has_seen(if_none_match, etag):
        return Response(304, headers={"ETag": etag})
    return Response(200, "application/json", given, {"ETag": etag})


@app.get(
    "/cases/<case_id>",
    group=Role.VIEWER,
    operation_id="show_case",
    summary="A case",
    tags=["cases"],
    responses=answers(shapes.CaseFile, 404),
)
def show_case(case_id: CaseId) -> Response[shapes.CaseFile]:
    """The case with its conversation, its log, and the alerts sent for it. `ETag` is the `etag` of the case."""
    file = shapes.CaseFile.of(dependencies_of_request().queries.case_file(case_id))
    return Response(200, "application/json", file, {"ETag": file.case.etag})


@app.post(
    "/cases/<case_id>/acknowledge",
    group=Role.AGENT,
    operation_id="acknowledge",
    summary="Take a case",
    tags=["cases"],
    responses=answers(shapes.Case, 400, 404, 409, 412, 415),
)
def acknowledge(case_id: CaseId, if_match: IfMatch = None) -> shapes.Case:
    """The ladder stops, until `acknowledgement_expires_at` unless an answer is seen before.

    Whoever comes second is told who holds the case; asking twice changes nothing.
    """
    return _report(_act(case_id, if_match).acknowledge())


@app.post(
    "/cases/<case_id>/hand-over",
    group=Role.AGENT,
    operation_id="hand_over",
    summary="Hand a case over",
    tags=["cases"],
    responses=answers(shapes.Case, 400, 404, 409, 412, 415),
)
def hand_over(case_id: CaseId, if_match: IfMatch = None) -> shapes.Case:
    """The case is open again, and the next rung is alerted at once. Asking twice changes nothing."""
    return _report(_act(case_id, if_match).hand_over())


@app.post(
    "/cases/<case_id>/snooze",
    group=Role.AGENT,
    operation_id="snooze",
    summary="Snooze a case",
    tags=["cases"],
    responses=answers(shapes.Case, 400, 404, 409, 412, 415),
)
def snooze(case_id: CaseId, wish: Annotated[shapes.Snooze, Body()] = SNOOZE, if_match: IfMatch = None) -> shapes.Case:
    """Nobody is alerted meanwhile; then the rung that was alerted last is alerted again, and the ladder goes on."""
    return _report(_act(case_id, if_match).snooze(wish.minutes))


@app.post(
    "/cases/<case_id>/not-a-complaint",
    group=Role.AGENT,
    operation_id="not_a_complaint",
    summary="Dismiss a case",
    tags=["cases"],
    responses=answers(shapes.Case, 400, 404, 409, 412, 415),
)
def not_a_complaint(case_id: CaseId, if_match: IfMatch = None) -> shapes.Case:
    """The case is resolved with that outcome. The log keeps what it was judged to be, and by which rules."""
    return _report(_act(case_id, if_match).dismiss())


@app.post(
    "/cases/<case_id>/notes",
    group=Role.AGENT,
    operation_id="add_note",
    summary="Leave a note",
    tags=["cases"],
    status_code=201,
    responses=answers(shapes.LogEntry, 400, 404, 409, 415, status=201, description="The note, as the log has it"),
)
def add_note(case_id: CaseId, note: Annotated[shapes.NewNote, Body()]) -> shapes.LogEntry:
    """For colleagues; the case stays as it is."""
    acted = _act(case_id).note(note.text)
    _report(acted)
    return shapes.LogEntry.model_validate(acted.entry)


@app.post(
    "/cases/<case_id>/resolve",
    group=Role.AGENT,
    operation_id="resolve",
    summary="Resolve a case",
    tags=["cases"],
    responses=answers(shapes.Case, 400, 404, 409, 412, 415),
)
def resolve(
    case_id: CaseId, end: Annotated[shapes.Resolution, Body()] = NO_ENDING, if_match: IfMatch = None
) -> shapes.Case:
    """Nothing more is owed. A customer who writes again reopens the case."""
    return _report(_act(case_id, if_match).resolve(end.why, end.outcome and Outcome(end.outcome)))


@app.post(
    "/cases/<case_id>/reopen",
    group=Role.AGENT,
    operation_id="reopen",
    summary="Reopen a case",
    tags=["cases"],
    responses=answers(shapes.Case, 400, 404, 409, 412, 415),
)
def reopen(case_id: CaseId, why: Annotated[shapes.Why, Body()] = NO_REASON, if_match: IfMatch = None) -> shapes.Case:
    """Something is owed after all. Nobody is alerted: whoever reopens a case knows of it."""
    return _report(_act(case_id, if_match).reopen(why.why))


@app.post(
    "/cases/<case_id>/correct",
    group=Role.AGENT,
    operation_id="correct",
    summary="Correct a judgement",
    tags=["cases"],
    responses=answers(shapes.Case, 400, 404, 409, 412, 415),
)
def correct(case_id: CaseId, correction: Annotated[shapes.Correction, Body()], if_match: IfMatch = None) -> shapes.Case:
    """The case is what you say, and its clock goes by that. No ladder begins; one that runs ends below `high`.

    The log keeps what it was judged to be, and by which rules. A later post that is more urgent is judged anew.
    """
    return _report(_act(case_id, if_match).correct(correction.intent, correction.severity, correction.why))


@app.post(
    "/cases/<case_id>/confirm",
    group=Role.AGENT,
    operation_id="confirm",
    summary="Confirm a judgement",
    tags=["cases"],
    responses=answers(shapes.Case, 400, 404, 409, 412, 415),
)
def confirm(case_id: CaseId, if_match: IfMatch = None) -> shapes.Case:
    """Intent and severity are right. Confirming twice changes nothing."""
    return _report(_act(case_id, if_match).confirm())


@app.get(
    "/authors/<source>/<author_id>",
    group=Role.VIEWER,
    operation_id="show_author",
    summary="An author's history",
    tags=["authors"],
    responses=answers(shapes.AuthorPage, 400, 404),
)
def show_author(
    source: Annotated[str, Path(max_length=20, description="`x`")],
    author_id: Annotated[str, Path(max_length=400, description="`author.id` of a case or a mention")],
    limit: Limit = 25,
    cursor: Cursor = None,
) -> shapes.AuthorPage:
    """What they wrote, and the cases they opened, the newest first."""
    page = dependencies_of_request().queries.author(source, author_id, limit=limit, cursor=cursor)
    return shapes.AuthorPage(items=[shapes.author_item(item) for item in page.items], next_cursor=page.next_cursor)


@app.get(
    "/counts",
    group=Role.VIEWER,
    operation_id="count",
    summary="Counts for a period",
    tags=["reports"],
    responses=answers(figures.Counts, 400),
)
def count(
    first: Annotated[shapes.Day, Query(alias="from", description="The first day, in UTC")],
    last: Annotated[shapes.Day, Query(alias="to", description="The last day, included: at most 31 days in all")],
) -> figures.Counts:
    """Mentions by intent, severity, sentiment and source, for the period and for each of its days."""
    queries = dependencies_of_request().queries
    days = {day: Tally().count(queries.mention_labels(day)) for day in days_of(first, last)}
    total = Tally()
    for tally in days.values():
        total.add(tally)
    return figures.Counts(
        first=first,
        last=last,
        total=_figures(total),
        days=[figures.DayTally(day=day, **_figures(tally)) for day, tally in days.items()],
    )


@app.get(
    "/health",
    group=Role.VIEWER,
    operation_id="health",
    summary="Whether Earshot hears",
    tags=["reports"],
    responses=answers(figures.Health),
)
def health() -> figures.Health:
    """How each source fares, and what was spent this month. Always 200: read `status`."""
    desk = dependencies_of_request()
    return figures.Health.model_validate(health_of(desk.feeds, desk.limits, desk.sources, desk.texts, desk.clock()))


def _act(case_id: str, if_match: str | None = None) -> CaseAction:
    desk, by = dependencies_of_request(), identity_of_request().name
    thread = str(ConversationKey.of_case(case_id))
    return CaseAction(desk.cases, thread, by=by, at=desk.clock(), policy=desk.policy(), if_match=if_match)


def _report(acted: ActionResult) -> shapes.Case:
    dependencies_of_request().report(acted)
    return shapes.Case.of(acted.case)


def _figures(tally: Tally) -> dict[str, Any]:
    return figures.Tally.model_validate(tally).model_dump()


@app.not_found
def _no_such_route(error: Exception) -> Response:
    """Powertools answers 404 for a path that is asked with another method than its own; clients are told which."""
    asked = app.current_event
    at_path = [route for route in app.declared if re.fullmatch(re.sub("<[^>]+>", "[^/]+", route.rule), asked.path)]
    if at_path and asked.http_method not in {route.method for route in at_path}:
        return answer_problem(MethodError(", ".join(route.method for route in at_path)), asked.path)
    return answer_problem(error, asked.path)
