"""Acting on a case: acknowledge, hand over, snooze, dismiss, note, resolve, reopen, correct, confirm, undo."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from earshot.api.auth.roles import Role
from earshot.api.parameters import CaseId, CaseIfMatch
from earshot.api.people.acting import action_on, finish
from earshot.api.people.mentioned import NOBODY_MENTIONED, mentions_of
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.schemas.case_actions import (
    Correction,
    NewNote,
    Resolution,
    Snooze,
    Why,
)
from earshot.api.schemas.case_file import LogEntry
from earshot.api.schemas.cases import Case
from earshot.api.schemas.people.people import NoteResult

# The bodies of requests without a body.
NO_REASON = Why()
NO_OUTCOME = Resolution()
DEFAULT_SNOOZE = Snooze()


@app.post(
    "/cases/<case_id>/acknowledge",
    role=Role.AGENT,
    operation_id="acknowledge",
    summary="Acknowledge a case",
    tags=["cases"],
    responses=json_responses(Case, 400, 404, 409, 412, 415),
)
def acknowledge(case_id: CaseId, if_match: CaseIfMatch = None) -> Case:
    """You take the case and its ladder stops, until `acknowledgement_expires_at` unless a reply is seen earlier.

    If somebody else has the case, the response names them. Repeating the request changes nothing.
    """
    return finish(action_on(case_id, if_match).acknowledge())


@app.post(
    "/cases/<case_id>/hand-over",
    role=Role.AGENT,
    operation_id="hand_over",
    summary="Hand a case over",
    tags=["cases"],
    responses=json_responses(Case, 400, 404, 409, 412, 415),
)
def hand_over(case_id: CaseId, if_match: CaseIfMatch = None) -> Case:
    """The case is open again, and the next rung is due at once: `alert_state` says whether and when it is alerted, or
    that nobody else is. Repeating the request changes nothing."""
    return finish(action_on(case_id, if_match).hand_over())


@app.post(
    "/cases/<case_id>/snooze",
    role=Role.AGENT,
    operation_id="snooze",
    summary="Snooze a case",
    tags=["cases"],
    responses=json_responses(Case, 400, 404, 409, 412, 415),
)
def snooze(case_id: CaseId, wanted: Annotated[Snooze, Body()] = DEFAULT_SNOOZE, if_match: CaseIfMatch = None) -> Case:
    """Nobody is alerted for that long. Then the last alerted rung is alerted again, and the ladder continues."""
    return finish(action_on(case_id, if_match).snooze(wanted.minutes))


@app.post(
    "/cases/<case_id>/not-a-complaint",
    role=Role.AGENT,
    operation_id="not_a_complaint",
    summary="Dismiss a case",
    tags=["cases"],
    responses=json_responses(Case, 400, 404, 409, 412, 415),
)
def not_a_complaint(case_id: CaseId, if_match: CaseIfMatch = None) -> Case:
    """The case is resolved with that outcome. The log keeps how it was judged, and by which rules."""
    return finish(action_on(case_id, if_match).dismiss())


@app.post(
    "/cases/<case_id>/notes",
    role=Role.AGENT,
    operation_id="add_note",
    summary="Add a note",
    tags=["cases"],
    status_code=201,
    responses=json_responses(NoteResult, 400, 404, 409, 415, status=201, description="The log entry of the note"),
)
def add_note(case_id: CaseId, note: Annotated[NewNote, Body()]) -> NoteResult:
    """For colleagues; the case does not change. Whom it mentions, as `@mia`, is told once, with its beginning: 10 at
    most."""
    deps, me = app.deps, app.identity.name
    mentioned = mentions_of(note.text, deps, deps.queries.case(case_id), me) if "@" in note.text else NOBODY_MENTIONED
    result = action_on(case_id).note(note.text, mentioned.tell)
    finish(result)
    assert result.entry is not None, "a note is always new"
    entry = LogEntry.model_validate(result.entry).model_dump()
    told, pending, not_told = map(list, (mentioned.told, mentioned.pending, mentioned.not_told))
    return NoteResult(**entry, told=told, pending=pending, not_told=not_told, unknown=list(mentioned.unknown))


@app.post(
    "/cases/<case_id>/resolve",
    role=Role.AGENT,
    operation_id="resolve",
    summary="Resolve a case",
    tags=["cases"],
    responses=json_responses(Case, 400, 404, 409, 412, 415),
)
def resolve(
    case_id: CaseId, resolution: Annotated[Resolution, Body()] = NO_OUTCOME, if_match: CaseIfMatch = None
) -> Case:
    """Nothing more is owed to the customer. If they post again, the case reopens by itself.

    Repeating the request changes nothing."""
    return finish(action_on(case_id, if_match).resolve(resolution.why, resolution.outcome))


@app.post(
    "/cases/<case_id>/reopen",
    role=Role.AGENT,
    operation_id="reopen",
    summary="Reopen a case",
    tags=["cases"],
    responses=json_responses(Case, 400, 404, 409, 412, 415),
)
def reopen(case_id: CaseId, why: Annotated[Why, Body()] = NO_REASON, if_match: CaseIfMatch = None) -> Case:
    """The customer is owed an answer after all. Its clock and its ladder begin as when a case opens: `alert_state` says
    who is alerted. To take back what you did a moment ago, undo it instead."""
    return finish(action_on(case_id, if_match).reopen(why.why))


@app.post(
    "/cases/<case_id>/correct",
    role=Role.AGENT,
    operation_id="correct",
    summary="Correct a judgement",
    tags=["cases"],
    responses=json_responses(Case, 400, 404, 409, 412, 415),
)
def correct(case_id: CaseId, correction: Annotated[Correction, Body()], if_match: CaseIfMatch = None) -> Case:
    """The case gets this intent and severity, and the matching response target. A running ladder stops below `high`; an
    open case that has none gets one from `high` on. A case that was "not a complaint" and is one opens again.

    The log keeps how the case was judged, and by which rules. A later post that is more urgent is judged again.
    """
    return finish(action_on(case_id, if_match).correct(correction.intent, correction.severity, correction.why))


@app.post(
    "/cases/<case_id>/confirm",
    role=Role.AGENT,
    operation_id="confirm",
    summary="Confirm a judgement",
    tags=["cases"],
    responses=json_responses(Case, 400, 404, 409, 412, 415),
)
def confirm(case_id: CaseId, if_match: CaseIfMatch = None) -> Case:
    """Intent and severity are right. Repeating the request changes nothing."""
    return finish(action_on(case_id, if_match).confirm())


@app.post(
    "/cases/<case_id>/undo",
    role=Role.AGENT,
    operation_id="undo",
    summary="Undo what you did last",
    tags=["cases"],
    responses=json_responses(Case, 400, 404, 409, 412, 415),
)
def undo(case_id: CaseId, if_match: CaseIfMatch = None) -> Case:
    """The case is what it was before your last act: holder, clock and ladder, and what fell due meanwhile happens now.

    Within 15 minutes, for `undoable` of the case; not where the customer has written since, or somebody else has acted.
    Repeating the request changes nothing.
    """
    return finish(action_on(case_id, if_match).undo())
