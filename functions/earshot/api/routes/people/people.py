"""Colleagues, and who of them looks at a case now."""

from earshot.api.auth.roles import Role
from earshot.api.parameters import CaseId
from earshot.api.people.colleagues import states_of
from earshot.api.people.presence_table import HEARTBEAT
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.schemas.people.people import Colleague, Colleagues, Viewers


@app.get(
    "/people",
    role=Role.VIEWER,
    operation_id="list_people",
    summary="Colleagues",
    tags=["staff"],
    responses=json_responses(Colleagues),
)
def list_people() -> Colleagues:
    """Everybody to whom a case can be assigned, or who can be mentioned: the people on the roster, and whoever else has
    signed in within 60 days."""
    deps, now = app.deps, app.deps.clock()
    roster = deps.roster_admin.roster()
    reached = deps.roster_admin.reachability(roster.people, now)
    states = states_of(deps.people_of(roster), roster, reached, now)
    return Colleagues(items=[Colleague.of(state, app.identity.name) for state in states])


@app.post(
    "/cases/<case_id>/viewers",
    role=Role.VIEWER,
    operation_id="look_at_case",
    summary="Say that you look at a case",
    tags=["cases"],
    responses=json_responses(Viewers, 404, 415),
)
def look_at_case(case_id: CaseId) -> Viewers:
    """Who has it open besides you. You count as looking for 75 seconds."""
    deps, me, now = app.deps, app.identity.name, app.deps.clock()
    case = deps.queries.case(case_id)
    deps.presence.look(case.id, me, now)
    others = [who for who in deps.presence.looking(case.id, now) if who != me]
    return Viewers(others=others, heartbeat_seconds=int(HEARTBEAT.total_seconds()))
