"""The routes: what each takes and gives. What it does lies in the rooms before, what can go wrong in ``problem``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query

from earshot.cases.case import Status
from earshot.cases.queries import CaseOrder, CaseQueries, thread_of_case
from earshot.cases.table import CaseTable
from earshot.desk import shapes
from earshot.desk.acting import Act, Acted
from earshot.desk.counting import Tally, days_of
from earshot.desk.health import health_of
from earshot.desk.problem import PROBLEM_JSON, TABLE, TITLES, MethodError, Problem, answer_problem
from earshot.mentions.feeds import Feed
from earshot.mentions.source_table import SourceTable
from earshot.runtime import Clock
from earshot.triage.judgement import Severity


@dataclass(frozen=True, slots=True)
class Desk:
    """What the routes work with. ``report`` is told of every act of staff, ``limits`` are US dollars a month."""

    cases: CaseTable
    queries: CaseQueries
    sources: SourceTable
    feeds: tuple[Feed, ...]
    limits: Mapping[str, float]
    clock: Clock
    report: Callable[[Acted], None]


app = APIGatewayHttpResolver(enable_validation=True)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

CaseId = Annotated[str, Path(description="As lists and alerts give it: `x-1234567890`")]
Limit = Annotated[int, Query(ge=1, le=100, description="How many items a page may hold")]
Cursor = Annotated[
    str | None, Query(max_length=4096, description="`next_cursor` of the page before, with the same filters")
]


def answers(model: type, *problems: int, status: int = 200, description: str = "As asked") -> dict[int, Any]:
    """What a route answers: ``model``, or one of ``problems``. Every route can find nobody signed in."""
    good = {status: {"description": description, "content": {"application/json": {"model": model}}}}
    bad = {
        number: {"description": TITLES[number], "content": {PROBLEM_JSON: {"model": Problem}}}
        for number in sorted({401, *problems})
    }
    return good | bad


@app.get("/cases", summary="Cases of one status", tags=["cases"], responses=answers(shapes.CasePage, 400))
def list_cases(
    status: Annotated[Status, Query()] = Status.OPEN,
    severity: Annotated[Severity | None, Query()] = None,
    order: Annotated[CaseOrder, Query(description="Most urgent first, or newest first")] = CaseOrder.URGENCY,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> shapes.CasePage:
    """With `severity` and `order=newest` a page may be short, even empty, and still have a `next_cursor`."""
    page = _desk().queries.cases(status, severity=severity, order=order, limit=limit, cursor=cursor)
    return shapes.CasePage(
        items=[shapes.Case.model_validate(case) for case in page.items], next_cursor=page.next_cursor
    )


@app.get("/cases/<case_id>", summary="A case", tags=["cases"], responses=answers(shapes.CaseFile, 404))
def show_case(case_id: CaseId) -> shapes.CaseFile:
    """The case with its conversation, its log, and the alerts sent for it."""
    return shapes.CaseFile.of(_desk().queries.case_file(case_id))


@app.post(
    "/cases/<case_id>/acknowledge", summary="Take a case", tags=["cases"], responses=answers(shapes.Case, 404, 409)
)
def acknowledge(case_id: CaseId) -> shapes.Case:
    """The ladder stops. Whoever comes second is told who holds the case; asking twice changes nothing."""
    return _report(_act(case_id).acknowledge())


@app.post(
    "/cases/<case_id>/notes",
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
    summary="Resolve a case",
    tags=["cases"],
    responses=answers(shapes.Case, 400, 404, 409, 415),
)
def resolve(case_id: CaseId, why: Annotated[shapes.Why | None, Body()] = None) -> shapes.Case:
    """Nothing more is owed. A customer who writes again reopens the case."""
    return _report(_act(case_id).resolve(why.why if why else ""))


@app.post(
    "/cases/<case_id>/reopen",
    summary="Reopen a case",
    tags=["cases"],
    responses=answers(shapes.Case, 400, 404, 409, 415),
)
def reopen(case_id: CaseId, why: Annotated[shapes.Why | None, Body()] = None) -> shapes.Case:
    """Something is owed after all. Nobody is alerted: whoever reopens a case knows of it."""
    return _report(_act(case_id).reopen(why.why if why else ""))


@app.get(
    "/authors/<source>/<author_id>",
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
    page = _desk().queries.author(source, author_id, limit=limit, cursor=cursor)
    return shapes.AuthorPage(items=[shapes.author_item(item) for item in page.items], next_cursor=page.next_cursor)


@app.get("/counts", summary="Counts for a period", tags=["reports"], responses=answers(shapes.Counts, 400))
def count(
    first: Annotated[shapes.Day, Query(alias="from", description="The first day, in UTC")],
    last: Annotated[shapes.Day, Query(alias="to", description="The last day, included: at most 31 days in all")],
) -> shapes.Counts:
    """Mentions by intent, severity, sentiment and source, for the period and for each of its days."""
    queries = _desk().queries
    days = {day: Tally().count(queries.counted(day)) for day in days_of(first, last)}
    total = Tally()
    for tally in days.values():
        total.add(tally)
    return shapes.Counts(
        first=first,
        last=last,
        total=shapes.Tally.model_validate(total),
        days=[_day(day, tally) for day, tally in days.items()],
    )


@app.get("/health", summary="Whether Earshot hears", tags=["reports"], responses=answers(shapes.Health))
def health() -> shapes.Health:
    """How each source fares, and what was spent this month. Always 200: read `status`."""
    desk = _desk()
    return shapes.Health.model_validate(health_of(desk.feeds, desk.limits, desk.sources, desk.clock()))
