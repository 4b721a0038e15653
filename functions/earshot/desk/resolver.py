"""The resolver that all routes hang on, what they work with, and how their answers are documented."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from earshot.alerts.staffing import Staffing
from earshot.cases.policy import Policy
from earshot.cases.queries import CaseQueries
from earshot.cases.table import CaseTable
from earshot.desk.acting import Acted
from earshot.desk.problem import PROBLEM_JSON, TABLE, TITLES, Problem, answer_problem
from earshot.mentions.feeds import Feed
from earshot.mentions.source_table import SourceTable


@dataclass(frozen=True, slots=True)
class Desk:
    """What the routes work with. ``report`` is told of every act of staff, ``limits`` are US dollars a month.

    ``policy`` gives the service-level policy in force.
    """

    cases: CaseTable
    queries: CaseQueries
    sources: SourceTable
    staffing: Staffing
    feeds: tuple[Feed, ...]
    limits: Mapping[str, float]
    clock: Callable[[], datetime]
    report: Callable[[Acted], None]
    policy: Callable[[], Policy]


CSV = "text/csv"
app = APIGatewayHttpResolver(enable_validation=True)


def desk_of_request() -> Desk:
    """What the route in hand works with."""
    return app.context["desk"]


@app.exception_handler(list(TABLE))
def _on_problem(error: Exception) -> Response:
    if any(fault["loc"][:1] == ("response",) for fault in getattr(error, "errors", list)()):
        raise error  # the answer is at fault, not the request: that is a defect, and must look like one
    return answer_problem(error, app.current_event.path)


def answers(model: type | None, *problems: int, status: int = 200, description: str = "As asked") -> dict[int, Any]:
    """What a route answers: ``model`` (None: CSV), or one of ``problems``. Every route can find nobody signed in."""
    given = {CSV: {"schema": {"type": "string"}}} if model is None else {"application/json": {"model": model}}
    good = {status: {"description": description, "content": given}}
    bad = {
        number: {"description": TITLES[number], "content": {PROBLEM_JSON: {"model": Problem}}}
        for number in sorted({401, *problems})
    }
    return good | bad
