"""Silences: list, create, end."""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query

from earshot.alerting.mute.silence import MAX_STORED, new_silence, scope_of
from earshot.alerting.mute.unmute import unmute_all
from earshot.api.auth.roles import Role
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.schemas.silences import NewSilence, Silence, Silences
from earshot.cases.policy import quiet_hours as domain

SilenceId = Annotated[str, Path(max_length=100, description="`id` of a silence")]


@app.get(
    "/silences",
    role=Role.VIEWER,
    operation_id="list_silences",
    summary="Silences",
    tags=["silences"],
    responses=json_responses(Silences, 400),
)
def list_silences(
    over: Annotated[bool, Query(description="Also those that ended in the last 30 days")] = False,
) -> Silences:
    """Those in force, of which there are 100 at most; latest first. With those that have ended, the latest 1,000."""
    now = app.deps.clock()
    latest = app.deps.silences.silences()[: -MAX_STORED - 1 : -1]
    silences = [Silence.of(silence, now) for silence in latest]
    return Silences(items=[silence for silence in silences if over or silence.in_force])


@app.post(
    "/silences",
    role=Role.LEAD,
    operation_id="put_silence",
    summary="Create a silence",
    tags=["silences"],
    status_code=201,
    responses=json_responses(Silence, 400, 415, status=201, description="The silence"),
)
def put_silence(wanted: Annotated[NewSilence, Body()]) -> Silence:
    """It starts now. A ladder that has alerted somebody continues; one that would start waits for the end of the
    silence, and alerts then."""
    deps = app.deps
    now = deps.clock()
    scope = scope_of(wanted.severities, wanted.topics, wanted.authors)
    silence = new_silence(scope, wanted.ends, wanted.why, app.identity.name, now, deps.silences.silences())
    deps.silences.put_silence(silence)
    return Silence.of(silence, now)


@app.delete(
    "/silences/<silence_id>",
    role=Role.LEAD,
    operation_id="end_silence",
    summary="End a silence",
    tags=["silences"],
    responses=json_responses(Silence, 400, 404),
)
def end_silence(silence_id: SilenceId) -> Silence:
    """It ends now, and what waited for its end is alerted now. Repeating the request changes nothing."""
    deps = app.deps
    now = deps.clock()
    return _over(deps.silences.end_silence(silence_id, now, app.identity.name), now)


@app.post(
    "/silences/<silence_id>/undo",
    role=Role.LEAD,
    operation_id="undo_silence",
    summary="Undo what you did to a silence",
    tags=["silences"],
    responses=json_responses(Silence, 400, 404, 409, 415),
)
def undo_silence(silence_id: SilenceId) -> Silence:
    """A silence that you ended is in force again until its planned end; one that you created is over, and what it kept
    back is alerted now. Within 15 minutes. Repeating the request changes nothing."""
    deps = app.deps
    now = deps.clock()
    known = deps.silences.silence(silence_id)
    undone = known.undo(app.identity.name, now)
    if undone is None:
        return Silence.of(known, now)
    deps.silences.put_silence(undone)
    return Silence.of(undone, now) if undone.is_in_force(now) else _over(undone, now)


def _over(silence: domain.Silence, now: datetime) -> Silence:
    """A silence that has ended, after what it kept back was alerted."""
    deps = app.deps
    quiet_hours, others = deps.policy().quiet_hours, deps.silences.silences()
    unmute_all(deps.cases, lambda case: domain.mute_of(case, now, quiet_hours, others) is not None, now)
    return Silence.of(silence, now)
