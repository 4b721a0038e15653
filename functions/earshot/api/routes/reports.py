"""The routes of the report: what a period was like, as JSON and as a table."""

from datetime import date
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from earshot.api.auth.roles import Role
from earshot.api.resolver import CSV, answers, app, dependencies_of_request
from earshot.api.schemas import cases as shapes
from earshot.api.schemas import reports as report_shapes
from earshot.reports.health import health_of
from earshot.reports.period.report import gather
from earshot.reports.period.table import rows_of
from earshot.reports.spreadsheet import as_csv

First = Annotated[shapes.Day, Query(alias="from", description="The first day, in UTC")]
Last = Annotated[shapes.Day, Query(alias="to", description="The last day, included: at most 31 days in all")]


@app.get(
    "/report",
    group=Role.VIEWER,
    operation_id="report",
    summary="What a period was like",
    tags=["reports"],
    responses=answers(report_shapes.Report, 400),
)
def report(first: First, last: Last) -> report_shapes.Report:
    """Who wrote, how fast they were answered, about what and by whom, who came back pleased, and what it cost."""
    return _report(first, last)


@app.get(
    "/report.csv",
    group=Role.VIEWER,
    operation_id="report_table",
    summary="The same as a table",
    tags=["reports"],
    responses=answers(None, 400),
)
def report_table(first: First, last: Last) -> Response[str]:
    """CSV with the columns section, name, figure and value. No cell is taken for a formula."""
    table = as_csv(rows_of(_report(first, last).model_dump(mode="json", by_alias=True)))
    name = f"earshot-{first}-{last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(200, f"{CSV}; charset=utf-8", table, headers)


def _report(first: date, last: date) -> report_shapes.Report:
    desk = dependencies_of_request()
    now = desk.clock()
    health = health_of(desk.feeds, {}, desk.sources, desk.texts, now)
    gathered = gather(
        first,
        last,
        queries=desk.queries,
        sources=health.sources,
        budgets=desk.sources,
        texts=desk.texts,
        limits=desk.limits,
        now=now,
    )
    return report_shapes.Report.of(gathered)
