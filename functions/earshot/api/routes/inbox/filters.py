"""The filters and the order of the inbox, which several routes take: one list of parameters for all of them."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Annotated, Any, TypeVar

from aws_lambda_powertools.event_handler.openapi.params import Query

from earshot.api.people.holder_filter import held_by
from earshot.api.resolver import app
from earshot.cases.case.status import Status
from earshot.cases.inbox.view import EVERY_STATUS, WAITING, Due, InboxFilter, InboxOrder
from earshot.triage.judgement import Intent, Severity

R = TypeVar("R")


class InboxStatus(StrEnum):
    """A status of cases, or several together: open and acknowledged are `waiting`."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    REPLIED = "replied"
    RESOLVED = "resolved"
    WAITING = "waiting"
    ALL = "all"


Value = Annotated[str | None, Query(max_length=100)]
SeverityFilter = Annotated[Severity | None, Query()]
IntentFilter = Annotated[Intent | None, Query()]
Holder = Annotated[
    str | None, Query(max_length=200, description="Whose it is: `me`, `nobody`, or `id` or another name of a colleague")
]
Incident = Annotated[str | None, Query(max_length=500, description="`incident_id` of its cases")]
DueFilter = Annotated[Due | None, Query(description="Only those whose answer is late, or soon will be")]
Find = Annotated[
    str | None,
    Query(
        max_length=500,
        description="Words that must all be in the author's name or handle, in the customer's posts or in an id, "
        "without case and accents. Of the posts of a case the most urgent one is searched, and the first 280 "
        "characters of the 10 latest others. The link or the id of any post finds its case",
    ),
]
Order = Annotated[
    InboxOrder,
    Query(description="Most urgent, nearest deadline, longest waiting, largest reach or newest first"),
]

_STATUSES = {InboxStatus.WAITING: WAITING, InboxStatus.ALL: EVERY_STATUS} | {
    InboxStatus(status): frozenset({status}) for status in Status
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The view of the inbox that a request asks for."""

    filter: InboxFilter
    order: InboxOrder


def _wanted(
    status: Annotated[InboxStatus, Query()] = InboxStatus.OPEN,
    brand: Value = None,
    source: Value = None,
    topic: Value = None,
    severity: SeverityFilter = None,
    intent: IntentFilter = None,
    language: Value = None,
    holder: Holder = None,
    incident: Incident = None,
    due: DueFilter = None,
    find: Find = None,
    order: Order = InboxOrder.URGENCY,
) -> Wanted:
    """The view that these parameters ask for. Their names, types and words are those of the routes."""
    held = held_by(holder or None, app.identity.name, lambda: app.deps.people)
    holders = None if held is None else held.names
    return Wanted(
        InboxFilter(_STATUSES[status], brand, source, topic, severity, intent, language, holders, incident, due, find),
        order,
    )


def of_a_view(route: Callable[..., R]) -> Callable[..., R]:
    """A route that takes the parameters of ``_wanted``, and then its own; it is called with what they ask for, first.

    Powertools reads the parameters from the signature. It would describe a model of them as one parameter.
    """
    shared = inspect.signature(_wanted).parameters
    signature = inspect.signature(route)
    own = list(signature.parameters.values())[1:]

    @wraps(route)
    def called(**given: Any) -> R:
        return route(_wanted(**{name: given.pop(name) for name in shared}), **given)

    called.__signature__ = signature.replace(parameters=[*shared.values(), *own])  # pyright: ignore[reportAttributeAccessIssue]
    return called
