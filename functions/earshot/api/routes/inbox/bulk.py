"""One act for many cases: the same to each that was selected, undo, and a statement that answers everybody."""

from collections.abc import Callable, Iterable
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from earshot.api.auth.roles import Role
from earshot.api.bulk_actions import act_on_each, answer_all
from earshot.api.case_actions import ActionResult, CaseAction
from earshot.api.parameters import CaseId
from earshot.api.people.acting import action_on, report
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.routes.people.holders import name_of
from earshot.api.schemas.case_actions import (
    AssignAll,
    BulkAct,
    BulkResult,
    DismissAll,
    EachResult,
    NoteAll,
    ResolveAll,
    SelectedCases,
    SnoozeAll,
    Statement,
    ToldAll,
)
from earshot.cases.case.key import check_case_id
from earshot.cases.case.status import Outcome


@app.post(
    "/undo",
    role=Role.AGENT,
    operation_id="undo_all",
    summary="Undo what you did last to many cases",
    tags=["cases"],
    responses=json_responses(EachResult, 400, 415),
)
def undo_all(cases: Annotated[SelectedCases, Body()]) -> EachResult:
    """For the `changed` cases of an act for many customers. Each is undone or refused by itself."""
    return _to_each(cases.cases, CaseAction.undo)


@app.post(
    "/bulk",
    role=Role.AGENT,
    operation_id="act_on_many",
    summary="Do the same to many cases",
    tags=["cases"],
    responses=json_responses(EachResult, 400, 415),
)
def act_on_many(wanted: Annotated[BulkAct, Body()]) -> EachResult:
    """Each case changes or is refused by itself, with the reason. Repeating the request changes nothing but notes. To
    take it back, undo the `changed` cases."""
    return _to_each(wanted.cases, _act(wanted))


@app.post(
    "/cases/<case_id>/answers-all",
    role=Role.AGENT,
    operation_id="answers_all",
    summary="Say that a statement answers everybody",
    tags=["cases"],
    responses=json_responses(BulkResult, 400, 404, 409, 415),
)
def answers_all(case_id: CaseId, statement: Annotated[Statement, Body()]) -> BulkResult:
    """A post of the brand, one of the `statements` of the case, answers all customers who were waiting in its
    conversation when it was posted. Whoever asks again is waiting again. Repeating the request changes nothing."""
    deps = app.deps
    case = deps.queries.case(check_case_id(case_id))
    result = answer_all(deps.cases, case, statement.post_id, app.identity.name, deps.clock(), statement.after)
    deps.report_bulk_action("answered", len(result.changed))
    return BulkResult.model_validate(result)


def _to_each(case_ids: Iterable[str], act: Callable[[CaseAction], ActionResult]) -> EachResult:
    return EachResult.model_validate(act_on_each(case_ids, action_on, act, report))


def _act(wanted: BulkAct) -> Callable[[CaseAction], ActionResult]:
    """What is done to each case: one line for each act."""
    match wanted:
        case ResolveAll():
            return lambda action: action.resolve(wanted.why, wanted.outcome)
        case ToldAll():
            return lambda action: action.resolve("all of these customers were told", Outcome.ANSWERED)
        case AssignAll():
            return _assign_each(name_of(wanted.to))
        case DismissAll():
            return CaseAction.dismiss
        case SnoozeAll():
            return lambda action: action.snooze(wanted.minutes)
        case NoteAll():
            return lambda action: action.note(wanted.text)


def _assign_each(to: str) -> Callable[[CaseAction], ActionResult]:
    """Give each case to ``to``, who is told of the first one: a hundred text messages would say no more."""
    is_told = False

    def assign(action: CaseAction) -> ActionResult:
        nonlocal is_told
        result = action.assign(to, tells=not is_told)
        is_told = is_told or result.entry is not None
        return result

    return assign
