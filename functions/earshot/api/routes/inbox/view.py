"""The inbox: a page of a view, all of its cases, and what is waiting now."""

from enum import StrEnum
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from earshot.api.auth.roles import Role
from earshot.api.parameters import Cursor, IfNoneMatch, Limit
from earshot.api.people.holder_filter import held_by
from earshot.api.resolver import app
from earshot.api.responses import NOT_MODIFIED, json_responses, unless_known
from earshot.api.routes.inbox.schemas import InboxIds, InboxPage, Live
from earshot.cases.case.status import Status
from earshot.cases.inbox.view import EVERY_STATUS, WAITING, Due, InboxFilter, InboxOrder, decode_place, encode_place
from earshot.triage.judgement import Intent, Severity


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


@app.get(
    "/inbox",
    role=Role.VIEWER,
    operation_id="show_inbox",
    summary="A page of the inbox",
    tags=["inbox"],
    responses=json_responses(InboxPage, 400) | NOT_MODIFIED,
)
def show_inbox(
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
    limit: Limit = 50,
    cursor: Cursor = None,
    if_none_match: IfNoneMatch = None,
) -> Response[InboxPage | None]:
    """The cases that the filters let through, sorted, with how many they are. A case that left the view a moment ago
    is left out of its page."""
    deps = app.deps
    after = None if cursor is None else decode_place(cursor)
    wanted = InboxFilter(
        _STATUSES[status], brand, source, topic, severity, intent, language, _holders(holder), incident, due, find
    )
    page = deps.inbox.page(wanted, order, deps.clock(), limit=limit, after=after)
    body = InboxPage.of(page, None if page.next is None else encode_place(page.next), deps.outlook.of)
    return unless_known(body, if_none_match)


@app.get(
    "/inbox/ids",
    role=Role.VIEWER,
    operation_id="list_inbox_ids",
    summary="All cases of a view of the inbox",
    tags=["inbox"],
    responses=json_responses(InboxIds, 400),
)
def list_inbox_ids(
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
) -> InboxIds:
    """The ids of all cases that the filters let through, in their order: for an act on all of them."""
    deps = app.deps
    wanted = InboxFilter(
        _STATUSES[status], brand, source, topic, severity, intent, language, _holders(holder), incident, due, find
    )
    return InboxIds.model_validate(deps.inbox.ids(wanted, order, deps.clock()))


@app.get(
    "/inbox/live",
    role=Role.VIEWER,
    operation_id="show_live",
    summary="What is waiting now",
    tags=["inbox"],
    responses=json_responses(Live) | NOT_MODIFIED,
)
def show_live(if_none_match: IfNoneMatch = None) -> Response[Live | None]:
    """A few numbers, for who asks every few seconds: only where `revision` is another one is there anything to read."""
    deps = app.deps
    return unless_known(Live.of(deps.inbox.live(deps.names_of(app.identity.name), deps.clock())), if_none_match)


def _holders(holder: str | None) -> frozenset[str] | None:
    """The names of who is meant, without case: none for nobody, None where it does not matter."""
    found = held_by(holder or None, app.identity.name, lambda: app.deps.people)
    return None if found is None else found.names
