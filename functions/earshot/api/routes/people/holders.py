"""Whose a case is: assigning it, taking it over, and what that or handing it over would do."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query

from earshot.alerting.roster.people import Colleague
from earshot.api.auth.roles import Role
from earshot.api.case_actions import RefusedError
from earshot.api.parameters import CaseId, CaseIfMatch
from earshot.api.people.acting import action_on, finish
from earshot.api.people.colleagues import ColleagueState, states_of
from earshot.api.people.holder_filter import ME
from earshot.api.people.previews import preview_assignment, preview_hand_over
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.schemas.cases import Case
from earshot.api.schemas.people.people import Assignment, ColleagueName, Preview
from earshot.errors import NotFoundError, TransitionError

TO_ME = Assignment()


@app.post(
    "/cases/<case_id>/assign",
    role=Role.AGENT,
    operation_id="assign",
    summary="Assign a case, or take it over",
    tags=["cases"],
    responses=json_responses(Case, 400, 404, 409, 412, 415),
)
def assign_case(
    case_id: CaseId, assignment: Annotated[Assignment, Body()] = TO_ME, if_match: CaseIfMatch = None
) -> Case:
    """The case is theirs as if they had acknowledged it: its ladder stops, its clock runs on, and without an answer it
    is open again at `acknowledgement_expires_at`. They are told, and so is who held it before. Repeating the request
    changes nothing."""
    return finish(action_on(case_id, if_match).assign(name_of(assignment.to)))


@app.get(
    "/cases/<case_id>/preview",
    role=Role.AGENT,
    operation_id="preview",
    summary="What an act would do",
    tags=["cases"],
    responses=json_responses(Preview, 400, 404, 409),
)
def preview(
    case_id: CaseId,
    act: Annotated[Literal["hand-over", "assign"], Query(description="The act, as the path of its route ends")],
    to: Annotated[ColleagueName, Query(description="With `assign`: who would get the case")] = ME,
) -> Preview:
    """Whom handing the case over, or assigning it, would tell now. Nothing is done."""
    deps, me = app.deps, app.identity.name
    action, case = action_on(case_id), deps.queries.case(case_id)
    mine = action.under_one_name(case, me)
    try:
        if act == "hand-over":
            return Preview.model_validate(preview_hand_over(mine, me, deps.outlook, deps.recipients_of))
        name = name_of(to)
        theirs = action.under_one_name(mine, name)
        return Preview.model_validate(
            preview_assignment(theirs, me, name, _state_of(name), deps.clock(), deps.policy())
        )
    except TransitionError as error:
        raise RefusedError(str(error), case) from None


def name_of(to: str) -> str:
    """The name under which a colleague holds cases. NotFoundError, which says what to do, where there is none."""
    me = app.identity.name
    if to == ME:
        return me
    found = _colleague(to)
    return me if me.casefold() in found.names else found.signs_as


def _colleague(to: str) -> Colleague:
    found = app.deps.people.find(to)
    if found is None:
        raise NotFoundError(f"No colleague is {to!r}: GET /people lists all; whoever is missing has to sign in once.")
    if not found.may_hold:
        raise NotFoundError(f"{found.name} is a viewer, and can hold no case: add them to the group 'agent' first.")
    return found


def _state_of(name: str) -> ColleagueState | None:
    deps, now = app.deps, app.deps.clock()
    roster = deps.roster_admin.roster()
    found = deps.people_of(roster).find(name)
    if found is None:
        return None
    reached = deps.roster_admin.reachability([] if found.person is None else [found.person], now)
    states = states_of(deps.people_of(roster), roster, reached, now)
    return next((state for state in states if state.colleague.id == found.id), None)
