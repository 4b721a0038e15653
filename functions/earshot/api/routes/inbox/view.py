"""The inbox: a page of a view, all of its cases, a table of them, and what is waiting now."""

from aws_lambda_powertools.event_handler import Response

from earshot.api.auth.roles import Role
from earshot.api.parameters import Cursor, IfNoneMatch, Limit
from earshot.api.resolver import app
from earshot.api.responses import NOT_MODIFIED, csv_answer, csv_responses, json_responses, unless_known
from earshot.api.routes.inbox.filters import Wanted, of_a_view
from earshot.api.routes.inbox.schemas import InboxIds, InboxPage, Live
from earshot.cases.inbox.view import decode_place, encode_place
from earshot.reports.case_rows import cases_csv

# The rows of one part of a table: few enough for an answer, whatever the posts are made of.
ROWS = 250


@app.get(
    "/inbox",
    role=Role.VIEWER,
    operation_id="show_inbox",
    summary="A page of the inbox",
    tags=["inbox"],
    responses=json_responses(InboxPage, 400) | NOT_MODIFIED,
)
@of_a_view
def show_inbox(
    wanted: Wanted, limit: Limit = 50, cursor: Cursor = None, if_none_match: IfNoneMatch = None
) -> Response[InboxPage | None]:
    """The cases that the filters let through, sorted, with how many they are. A case that left the view a moment ago
    is left out of its page."""
    deps = app.deps
    after = None if cursor is None else decode_place(cursor)
    page = deps.inbox.page(wanted.filter, wanted.order, deps.clock(), limit=limit, after=after)
    body = InboxPage.of(page, None if page.next is None else encode_place(page.next), deps.outlook.of)
    return unless_known(body, if_none_match)


@app.get(
    "/inbox.csv",
    role=Role.VIEWER,
    operation_id="export_inbox",
    summary="The cases of a view of the inbox as CSV",
    tags=["inbox"],
    responses=csv_responses(400),
)
@of_a_view
def export_inbox(wanted: Wanted, cursor: Cursor = None) -> Response[str]:
    """What `earshot cases export` writes, of 250 cases: the header `Next-Cursor` is there as long as there are more,
    and what follows begins without a line of names. Of a longer text it has the first 2,000 characters. The header
    `Complete` is `false` where the filters let more through than Earshot lists: see `is_cut` and `known_since`."""
    deps = app.deps
    after = None if cursor is None else decode_place(cursor)
    page = deps.inbox.page(wanted.filter, wanted.order, deps.clock(), limit=ROWS, after=after)
    is_complete = not page.is_cut and page.known_since is None
    headers = {"Complete": "true" if is_complete else "false"}
    headers |= {} if page.next is None else {"Next-Cursor": encode_place(page.next)}
    return csv_answer(cases_csv(page.cases, names=after is None), "cases.csv", headers)


@app.get(
    "/inbox/ids",
    role=Role.VIEWER,
    operation_id="list_inbox_ids",
    summary="All cases of a view of the inbox",
    tags=["inbox"],
    responses=json_responses(InboxIds, 400),
)
@of_a_view
def list_inbox_ids(wanted: Wanted) -> InboxIds:
    """The ids of all cases that the filters let through, in their order: for an act on all of them."""
    deps = app.deps
    return InboxIds.model_validate(deps.inbox.ids(wanted.filter, wanted.order, deps.clock()))


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
