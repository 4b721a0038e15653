"""The route of what staff said of judgements, and of how each rule fared by that."""

from itertools import islice
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from earshot.api.auth.roles import Role
from earshot.api.resolver import CSV, answers, app, dependencies_of_request
from earshot.api.schemas import cases as shapes
from earshot.cases.case.correction import Correction, records_of
from earshot.reports.corrections import as_csv, line_of
from earshot.reports.counts import days_of
from earshot.triage.judgement import Intent, Severity

# An answer of Lambda's holds 6 MB, and a correction of which much is said some 5 KB.
MOST_CORRECTIONS = 1_000


class CorrectionLine(shapes.Shape):
    """One verdict. `intent` and `severity` are what it should be; null: it is only said to be no complaint."""

    at: str = Field(json_schema_extra={"format": "date-time"})
    by: str
    case_id: str = Field(description="`GET /cases/{case_id}` has the text")
    what: str = Field(description="`corrected`, `confirmed` or `dismissed`")
    judged_intent: Intent
    judged_severity: Severity
    judged_urgency: int
    intent: Intent | None
    severity: Severity | None
    rules: list[str] = Field(description="Those that fired for what the case was judged by")
    why: str


class RuleRecord(shapes.Shape):
    """How a rule fared: in how many cases with a verdict it fired, and how many of those were judged rightly."""

    rule: str
    judged: int
    confirmed: int
    precision: float = Field(description="`confirmed` of `judged`, 0 to 1")


class Corrections(shapes.Shape):
    """What staff said of judgements, the earliest first, and how each rule fared by that."""

    items: list[CorrectionLine]
    complete: bool = Field(description="False where only the first 1,000 of more are given: ask for fewer days")
    rules: list[RuleRecord]

    @classmethod
    def of(cls, corrections: list[Correction]) -> "Corrections":
        """As they were read."""
        given = corrections[:MOST_CORRECTIONS]
        return cls(
            items=[CorrectionLine(**line_of(correction)) for correction in given],
            complete=len(given) == len(corrections),
            rules=[RuleRecord.model_validate(record) for record in records_of(given)],
        )


def _answers() -> dict:
    both = answers(Corrections, 400)
    both[200]["content"][CSV] = {"schema": {"type": "string"}}
    return both


@app.get(
    "/corrections",
    group=Role.LEAD,
    operation_id="list_corrections",
    summary="Corrections of judgements",
    tags=["reports"],
    responses=_answers(),
)
def list_corrections(
    first: Annotated[shapes.Day, Query(alias="from", description="The first day, in UTC")],
    last: Annotated[shapes.Day, Query(alias="to", description="The last day, included: at most 31 days in all")],
) -> Response[str]:
    """As JSON, or with `Accept: text/csv` as CSV without the rules' figures."""
    days_of(first, last)
    found = list(islice(dependencies_of_request().queries.corrections(first, last), MOST_CORRECTIONS + 1))
    if CSV in app.current_event.headers.get("accept", ""):
        return Response(200, f"{CSV}; charset=utf-8", as_csv(found[:MOST_CORRECTIONS]))
    return Response(200, "application/json", Corrections.of(found).model_dump_json())
