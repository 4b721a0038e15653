"""What was removed, with receipts, and asking for a removal."""

from itertools import islice
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from earshot.api.auth.roles import Role
from earshot.api.parameters import FirstDay, LastDay
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.routes.listening.removal_schemas import AskedRemoval, Removals, WantedRemoval
from earshot.cases.removal.sweep.state import SWEPT, sweep_key
from earshot.reports.counts import days_of

_MOST_RECEIPTS = 1_000


@app.get(
    "/removals",
    role=Role.ADMIN,
    operation_id="list_removals",
    summary="What was removed because it is gone at its source",
    tags=["reports"],
    responses=json_responses(Removals, 400),
)
def list_removals(first: FirstDay, last: LastDay) -> Removals:
    """Receipts for auditors: what had to go, when that was noticed, and when it was done. What was removed by `earshot
    forget` has receipts of its own."""
    deps = app.deps
    found = list(islice(deps.removals.receipts(days_of(first, last)), _MOST_RECEIPTS))
    return Removals.of(first, last, deps.clock(), deps.sources.states(map(sweep_key, SWEPT)), found)


@app.post(
    "/removals",
    role=Role.AGENT,
    operation_id="ask_for_removal",
    summary="Have a post removed that you brought",
    tags=["mentions"],
    status_code=202,
    responses=json_responses(AskedRemoval, 400, 415, status=202, description="It is removed within the hour"),
)
def ask_for_removal(wanted: Annotated[WantedRemoval, Body()]) -> AskedRemoval:
    """For whoever brings posts with `POST /mentions`: say here what was deleted there. Asking again changes nothing.
    What Earshot reads itself is removed when its source says that it is gone, or by `earshot forget`."""
    app.deps.removals.ask(wanted.source, wanted.id, app.identity.name, app.deps.clock())
    return AskedRemoval(source=wanted.source, id=wanted.id)
