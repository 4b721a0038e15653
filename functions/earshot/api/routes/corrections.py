"""Reading what staff said about judgements, and how each rule did by that."""

from itertools import islice

from aws_lambda_powertools.event_handler import Response

from earshot.api.auth.roles import Role
from earshot.api.parameters import FirstDay, LastDay
from earshot.api.resolver import app
from earshot.api.responses import CSV, csv_answer, json_or_csv_responses
from earshot.api.schemas.corrections import Corrections
from earshot.cases.store.answer_size import first_within, json_bytes
from earshot.reports.corrections import correction_row, corrections_csv
from earshot.reports.counts import days_of

# Most corrections have a short reason or none. What does not fit into one answer is left out as well.
MAX_CORRECTIONS = 1_000
MAX_BYTES = 3_000_000


@app.get(
    "/corrections",
    role=Role.LEAD,
    operation_id="list_corrections",
    summary="Corrections of judgements",
    tags=["reports"],
    responses=json_or_csv_responses(Corrections, 400),
)
def list_corrections(first: FirstDay, last: LastDay) -> Response[str]:
    """JSON or, with `Accept: text/csv`, CSV without the figures of the rules."""
    days_of(first, last)  # refuses a period that is too long
    found = list(islice(app.deps.queries.corrections(first, last), MAX_CORRECTIONS + 1))
    given = first_within(found[:MAX_CORRECTIONS], lambda one: json_bytes(correction_row(one)), MAX_BYTES)
    is_complete = len(given) == len(found)
    if CSV in app.current_event.headers.get("accept", ""):
        return csv_answer(corrections_csv(given))
    return Response(200, "application/json", Corrections.of(given, is_complete=is_complete).model_dump_json())
