"""Problems as RFC 9457 writes them: one table from the error to the status, one shape for all."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field

from earshot.alerting.mute.silence import SilenceError
from earshot.api.auth.identity import IdentityError
from earshot.api.auth.roles import NotAllowedError, Role
from earshot.api.case_actions import ChangedError, RefusedError
from earshot.cases.case.status import Status
from earshot.cases.store.cursor import CursorError
from earshot.errors import ConflictError, EarshotError, NotFoundError, RosterError
from earshot.reports.counts import PeriodError
from earshot.timestamps import rfc3339

PROBLEM_JSON = "application/problem+json"


class BodyError(EarshotError):
    """The body cannot be read as a JSON object."""


class MediaTypeError(EarshotError):
    """The body is of another kind than JSON."""


class TooManyActionsError(EarshotError):
    """Somebody did more than one person does. ``seconds`` from now they may go on."""

    def __init__(self, most: int, seconds: int) -> None:
        super().__init__(f"You have done {most} things within a minute: go on in {seconds} s.")
        self.seconds = seconds


class MethodError(EarshotError):
    """The route has no such method; ``allowed`` are those it has, separated by commas."""

    def __init__(self, allowed: str) -> None:
        super().__init__(f"This route is asked with {allowed}.")
        self.allowed = allowed


# From the error to its status, the last part of its type, and its title.
TABLE: dict[type[Exception], tuple[int, str, str]] = {
    RequestValidationError: (400, "invalid-request", "A field of the request is not as it should be"),
    PeriodError: (400, "invalid-request", "A field of the request is not as it should be"),
    SilenceError: (400, "invalid-request", "A field of the request is not as it should be"),
    RosterError: (400, "invalid-request", "A field of the request is not as it should be"),
    CursorError: (400, "invalid-cursor", "The cursor cannot be used for this list"),
    BodyError: (400, "unreadable-body", "The body is not a JSON object"),
    IdentityError: (401, "not-signed-in", "Nobody is signed in"),
    NotAllowedError: (403, "not-allowed", "Your group may not do this"),
    NotFoundError: (404, "not-found", "There is no such thing"),
    NoRouteError: (404, "no-route", "There is no such route"),
    MethodError: (405, "wrong-method", "The route has no such method"),
    RefusedError: (409, "wrong-state", "The case's state does not allow it"),
    ConflictError: (409, "changed-meanwhile", "Others changed it at the same time"),
    ChangedError: (412, "changed-meanwhile", "It is no longer as you have seen it"),
    MediaTypeError: (415, "not-json", "The body is of another kind than JSON"),
    TooManyActionsError: (429, "too-fast", "One person does not act that often"),
}
TITLES = {status: title for status, _, title in reversed(TABLE.values())}


class FieldError(BaseModel):
    """One field at fault, and what it must be."""

    field: str
    message: str


class Problem(BaseModel):
    """What went wrong, in words for a person (`detail`) and for a program (`type`)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str = Field(description="The path that was asked for")
    errors: list[FieldError] | None = Field(None, description="With status 400: the fields at fault")
    role_needed: Role | None = Field(None, description="With status 403: the weakest group that may")
    case_status: Status | None = Field(None, description="With status 409 and 412: where the case stands")
    held_by: str | None = Field(None, description="With status 409 and 412: who has acknowledged the case")
    since: str | None = Field(None, description="With status 409 and 412: since when they hold it")
    etag: str | None = Field(None, description="With status 412: what `If-Match` would have to name")


def answer_problem(error: Exception, path: str) -> Response:
    """The answer to a request that met ``error``, which is one of the table's."""
    status, name, title = next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)
    errors = _errors(error)
    detail = "; ".join(f"{fault.field}: {fault.message}" for fault in errors or []) or str(error)
    if isinstance(error, NoRouteError):
        detail = f"Nothing is at {path!r}: GET /openapi.json lists what there is."
    problem = Problem(
        type=f"urn:earshot:problem:{name}",
        title=title,
        status=status,
        detail=detail,
        instance=path,
        errors=errors,
        role_needed=error.needed if isinstance(error, NotAllowedError) else None,
        etag=error.etag if isinstance(error, ChangedError) else None,
        **_holder(error),
    )
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if isinstance(error, MethodError):
        headers = {"Allow": error.allowed}
    if isinstance(error, TooManyActionsError):
        headers = {"Retry-After": str(error.seconds)}
    return Response(status, PROBLEM_JSON, problem.model_dump_json(exclude_none=True), headers)


def _errors(error: Exception) -> list[FieldError] | None:
    if isinstance(error, (PeriodError, SilenceError)):
        return [FieldError(field=error.field, message=str(error))]
    if isinstance(error, CursorError):
        return [FieldError(field="cursor", message=str(error))]
    if isinstance(error, RequestValidationError):
        return [FieldError(field=_field(fault["loc"]), message=_message(fault)) for fault in error.errors()]
    return None


def _field(place: tuple[Any, ...]) -> str:
    """``("query", "limit")`` is the field ``limit``; a body that is missing altogether is the field ``body``."""
    return ".".join(str(part) for part in place[1:]) or str(place[0])


def _message(fault: dict[str, Any]) -> str:
    return str(fault["msg"]).removeprefix("Value error, ")


def _holder(error: Exception) -> dict[str, Any]:
    case = error.case if isinstance(error, (RefusedError, ChangedError)) else None
    if case is None:
        return {}
    if case.status is not Status.ACKNOWLEDGED or case.acknowledgement.at is None:
        return {"case_status": case.status}
    return {"case_status": case.status, "held_by": case.acknowledgement.by, "since": rfc3339(case.acknowledgement.at)}
