"""Reading figures of a period: the report, as JSON and as a table, and plain counts."""

from collections.abc import Callable
from datetime import date, timedelta

from aws_lambda_powertools.event_handler import Response

from earshot.api.auth.roles import Role
from earshot.api.parameters import FirstDay, LastDay
from earshot.api.resolver import app
from earshot.api.responses import csv_answer, csv_responses, json_responses
from earshot.api.schemas.reports import Counts, Report
from earshot.aws import parallel
from earshot.reports.counts import count_days, days_of
from earshot.reports.period.report import gather_report
from earshot.reports.period.table import rows_of
from earshot.reports.period.voice import competitors_in
from earshot.reports.settings.admin import SettingName
from earshot.reports.spreadsheet import as_csv

TIME_TO_COUNT = timedelta(seconds=18)


@app.get(
    "/report",
    role=Role.VIEWER,
    operation_id="report",
    summary="Report on a period",
    tags=["reports"],
    responses=json_responses(Report, 400),
)
def report(first: FirstDay, last: LastDay) -> Report:
    """Mentions and cases, response times, topics, what each person did, complainers who came back, and spending."""
    return _report(first, last)


@app.get(
    "/report.csv",
    role=Role.VIEWER,
    operation_id="report_table",
    summary="The report as a table",
    tags=["reports"],
    responses=csv_responses(400),
)
def report_table(first: FirstDay, last: LastDay) -> Response[str]:
    """CSV with the columns section, name, figure and value. No cell can be mistaken for a formula."""
    table = as_csv(rows_of(_report(first, last).model_dump(mode="json", by_alias=True)))
    return csv_answer(table, f"earshot-{first}-{last}.csv")


@app.get(
    "/counts",
    role=Role.VIEWER,
    operation_id="count",
    summary="Counts for a period",
    tags=["reports"],
    responses=json_responses(Counts, 400),
)
def count(first: FirstDay, last: LastDay) -> Counts:
    """Mentions by intent, severity, sentiment and source, for the period and for each day."""
    days = days_of(first, last)
    return Counts.of(days, count_days(app.deps.counting, days, _time_is_over()))


def _report(first: date, last: date) -> Report:
    deps = app.deps
    now = deps.clock()
    health = deps.health({})
    return Report.of(
        gather_report(
            first,
            last,
            queries=deps.queries,
            counting=deps.counting,
            sources=health.sources,
            budgets=deps.sources,
            sms_budget=deps.sms_budget,
            limits=deps.spend_limits,
            now=now,
            competitors=competitors_in(deps.settings.read(SettingName.TERMS).text),
            is_over=_time_is_over(),
            at_once=parallel.AT_ONCE,
            ledger=deps.ledger,
        )
    )


def _time_is_over() -> Callable[[], bool]:
    """Says whether the time for counting is over: the gateway waits for 30 s, and what was counted must be sent."""
    clock = app.deps.clock
    until = clock() + TIME_TO_COUNT
    return lambda: clock() >= until
