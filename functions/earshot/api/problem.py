"""Problem documents (RFC 9457): which error becomes which HTTP status, and the body that clients get."""

from typing import Any, NamedTuple, TypedDict, cast

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field

from earshot.api.auth.identity import IdentityError
from earshot.api.auth.roles import NotAllowedError, Role
from earshot.api.auth.signature import SignatureError
from earshot.api.case_actions import RefusedError, StaleEtagError
from earshot.api.unavailable import RETRY_AFTER_SECONDS, UnavailableError
from earshot.cases.case.status import Status
from earshot.errors import (
    BrandsError,
    ConflictError,
    CursorError,
    EarshotError,
    NotFoundError,
    NoUserError,
    PeriodError,
    PolicyError,
    ResetError,
    RosterError,
    SilenceError,
    TermsError,
    TextTooLongError,
    TransitionError,
    UserAddressError,
    UserError,
)
from earshot.timestamps import rfc3339

PROBLEM_JSON = "application/problem+json"


class BodyError(EarshotError):
    """The request body is not a JSON object."""


class MediaTypeError(EarshotError):
    """The request body has another media type than JSON."""


class TooManyActionsError(EarshotError):
    """A person sent more than ``limit`` actions within a minute. They may go on in ``seconds``."""

    def __init__(self, limit: int, seconds: int) -> None:
        super().__init__(
            f"You have sent {limit} actions within a minute, which is the limit: try again in {seconds} s."
        )
        self.seconds = seconds


class MethodError(EarshotError):
    """The path exists, but not with this method; ``allowed`` lists its methods, separated by commas."""

    def __init__(self, allowed: str) -> None:
        super().__init__(f"This path supports {allowed} only.")
        self.allowed = allowed


class ProblemType(NamedTuple):
    """One kind of problem: the HTTP status, the last part of its ``type`` URN, and its title."""

    status: int
    name: str
    title: str


_INVALID = ProblemType(400, "invalid-request", "A parameter or field is invalid")
PROBLEM_TYPES: dict[type[Exception], ProblemType] = {
    RequestValidationError: _INVALID,
    PeriodError: _INVALID,
    SilenceError: _INVALID,
    RosterError: _INVALID,
    TermsError: _INVALID,
    PolicyError: _INVALID,
    BrandsError: _INVALID,
    ResetError: _INVALID,
    TextTooLongError: _INVALID,
    UserAddressError: _INVALID,
    CursorError: ProblemType(400, "invalid-cursor", "The cursor does not belong to this list"),
    BodyError: ProblemType(400, "unreadable-body", "The body is not a JSON object"),
    IdentityError: ProblemType(401, "not-signed-in", "You are not signed in"),
    SignatureError: ProblemType(401, "not-signed", "The request is not signed as it must be"),
    NotAllowedError: ProblemType(403, "not-allowed", "Your role does not allow this"),
    NotFoundError: ProblemType(404, "not-found", "Not found"),
    NoUserError: ProblemType(404, "not-found", "Not found"),
    NoRouteError: ProblemType(404, "no-route", "There is no such path"),
    MethodError: ProblemType(405, "wrong-method", "The path does not support this method"),
    RefusedError: ProblemType(409, "wrong-state", "The state of the case does not allow this"),
    TransitionError: ProblemType(409, "wrong-state", "Its state does not allow this"),
    UserError: ProblemType(409, "wrong-account", "The state of the account does not allow this"),
    ConflictError: ProblemType(409, "changed-meanwhile", "Others changed it at the same time"),
    StaleEtagError: ProblemType(412, "changed-meanwhile", "It has changed since you read it"),
    MediaTypeError: ProblemType(415, "not-json", "The body is not JSON"),
    TooManyActionsError: ProblemType(429, "too-fast", "Too many actions"),
    UnavailableError: ProblemType(503, "unavailable", "Earshot cannot reach its data"),
}
# Of several problem types with one status, the document has the title of the first.
TITLES = {problem.status: problem.title for problem in reversed(PROBLEM_TYPES.values())}


class FieldError(BaseModel):
    """An invalid field or parameter."""

    model_config = ConfigDict(defer_build=True)

    field: str
    message: str = Field(description="What is wrong with it, or what it must be")


class Problem(BaseModel):
    """What went wrong: `detail` for people, `type` for programs."""

    model_config = ConfigDict(defer_build=True)

    type: str
    title: str
    status: int
    detail: str
    instance: str = Field(description="The requested path")
    errors: list[FieldError] | None = Field(None, description="With status 400: the invalid fields")
    role_needed: Role | None = Field(None, description="With status 403: the lowest role that is allowed")
    case_status: Status | None = Field(None, description="With status 409 and 412: the current status of the case")
    held_by: str | None = Field(None, description="With status 409 and 412: who has acknowledged the case")
    since: str | None = Field(None, description="With status 409 and 412: when they acknowledged it")
    etag: str | None = Field(None, description="With status 412: the current `etag`, for `If-Match`")


class _CaseState(TypedDict, total=False):
    case_status: Status
    held_by: str | None
    since: str


class _Fault(TypedDict):
    """A validation error as Powertools passes it on from Pydantic."""

    loc: tuple[str | int, ...]
    msg: str


def problem_response(error: Exception, path: str) -> Response[str]:
    """The response to a request for ``path`` that raised ``error``, whose class is in ``PROBLEM_TYPES``."""
    kind = next(PROBLEM_TYPES[base] for base in type(error).__mro__ if base in PROBLEM_TYPES)
    errors = _field_errors(error)
    detail = "; ".join(f"{invalid.field}: {invalid.message}" for invalid in errors or []) or str(error)
    if isinstance(error, NoRouteError):
        detail = f"There is nothing at {path!r}: GET /openapi.json lists all paths."
    problem = Problem(
        type=f"urn:earshot:problem:{kind.name}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        instance=path,
        errors=errors,
        role_needed=error.needed if isinstance(error, NotAllowedError) else None,
        etag=error.etag if isinstance(error, StaleEtagError) else None,
        **_case_state(error),
    )
    return Response(kind.status, PROBLEM_JSON, problem.model_dump_json(exclude_none=True), _headers(error))


def is_our_fault(error: Exception) -> bool:
    """Whether a validation error is about the response that Earshot built, not about the request."""
    return any(fault["loc"][:1] == ("response",) for fault in _faults(error))


def _headers(error: Exception) -> dict[str, str | list[str]]:
    if isinstance(error, IdentityError):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, SignatureError):
        return {"WWW-Authenticate": "Webhook-Signature"}
    if isinstance(error, MethodError):
        return {"Allow": error.allowed}
    if isinstance(error, TooManyActionsError):
        return {"Retry-After": str(error.seconds)}
    if isinstance(error, UnavailableError):
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return {}


def _field_errors(error: Exception) -> list[FieldError] | None:
    if isinstance(error, (PeriodError, SilenceError)):
        return [FieldError(field=error.field, message=str(error))]
    if isinstance(error, CursorError):
        return [FieldError(field="cursor", message=str(error))]
    if isinstance(error, RequestValidationError):
        return [FieldError(field=_field(fault["loc"]), message=_message(fault)) for fault in _faults(error)]
    return None


def _faults(error: Exception) -> list[_Fault]:
    return cast("list[_Fault]", error.errors()) if isinstance(error, RequestValidationError) else []


def _field(place: tuple[Any, ...]) -> str:
    """``("query", "limit")`` is the field ``limit``; a missing body is the field ``body``."""
    return ".".join(str(part) for part in place[1:]) or str(place[0])


def _message(fault: _Fault) -> str:
    return fault["msg"].removeprefix("Value error, ")


def _case_state(error: Exception) -> _CaseState:
    case = error.case if isinstance(error, (RefusedError, StaleEtagError)) else None
    if case is None:
        return {}
    taken = case.acknowledgement
    if case.status is not Status.ACKNOWLEDGED or taken.at is None:
        return {"case_status": case.status}
    return {"case_status": case.status, "held_by": taken.by, "since": rfc3339(taken.at)}
