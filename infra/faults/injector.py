"""Fails chosen calls of the functions to AWS, where they leave botocore and where the answer comes back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.model import OperationModel


class FaultKind(StrEnum):
    """How a call fails, after all of botocore's own attempts."""

    REFUSED = "refused with 500"
    THROTTLED = "throttled"
    DENIED = "denied"
    TIMED_OUT = "timed out, not done"
    ANSWER_LOST = "done, answer lost"
    DIES_BEFORE = "process dies before"
    DIES_AFTER = "process dies after"

    @property
    def is_done(self) -> bool:
        """Whether the service does what was asked."""
        return self in (FaultKind.ANSWER_LOST, FaultKind.DIES_AFTER)

    @property
    def is_death(self) -> bool:
        """Whether the function's process ends with the call."""
        return self in (FaultKind.DIES_BEFORE, FaultKind.DIES_AFTER)


class ProcessDeathError(BaseException):
    """The function's process has died. No handler of the functions' own catches it."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call that a function made."""

    function: str
    service: str
    operation: str

    def __str__(self) -> str:
        return f"{self.function}: {self.service} {self.operation}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What fails, and how: the call with the number ``at``, or each call from ``since`` to ``until``.

    Of these it is all calls to ``service``, or those alone of its ``operation``.
    """

    kind: FaultKind
    at: int | None = None
    service: str = ""
    operation: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def hits(self, number: int, call: Call, now: datetime) -> bool:
        """Whether it is this call's."""
        if self.at is not None:
            return number == self.at
        if self.since is None or self.until is None:
            return False
        is_meant = call.service == self.service and self.operation in ("", call.operation)
        return is_meant and self.since <= now < self.until

    def __str__(self) -> str:
        what = (
            f"call {self.at}"
            if self.at is not None
            else f"ten minutes of {self.service} {self.operation} from {self.since:%H:%M}"
        )
        return f"{what} {self.kind}"


# Error code and HTTP status, as the services answer.
_ANSWERS: Mapping[FaultKind, tuple[str, int]] = {
    FaultKind.REFUSED: ("InternalServerError", 500),
    FaultKind.THROTTLED: ("ThrottlingException", 400),
    FaultKind.DENIED: ("AccessDeniedException", 400),
}
_NUMBER = "earshot.call"


class Injector:
    """Watches the calls of ``session``'s clients. ``function`` names the one that runs; ``fault`` is what to inject.

    ``on_retry`` hears of messages that a function wants again sooner: receipt handle and seconds.
    """

    def __init__(
        self, session: boto3.Session, clock: Callable[[], datetime], on_retry: Callable[[str, int], None]
    ) -> None:
        self.fault: Fault | None = None
        self.function = ""
        self.calls: list[Call] = []
        self.hit: Call | None = None
        self._clock = clock
        self._on_retry = on_retry
        self._is_dead = False
        before: Any = self._before
        session.events.register("before-call", before)
        session.events.register("after-call", self._after)

    def begin(self, fault: Fault | None) -> None:
        """Count from here, with this fault."""
        self.fault, self.calls, self.hit = fault, [], None

    def start(self, function: str) -> None:
        """A process of ``function`` runs from here on, alive."""
        self.function, self._is_dead = function, False

    def _before(
        self, model: OperationModel, params: Mapping[str, Any], context: dict[str, Any], **_: object
    ) -> tuple[AWSResponse, dict[str, Any]] | None:
        if self._is_dead:
            raise ProcessDeathError
        call = Call(self.function, model.service_model.endpoint_prefix, model.name)
        number = len(self.calls)
        self.calls.append(call)
        context[_NUMBER] = number
        kind = self._kind_of(number, call)
        if kind is not None:
            self.hit = call
        if kind is None or kind.is_done:
            return self._retried(model, params)
        if kind is FaultKind.DIES_BEFORE:
            self._is_dead = True
            raise ProcessDeathError
        if kind is FaultKind.TIMED_OUT:
            raise ReadTimeoutError(endpoint_url=params["url"], error="injected")
        code, status = _ANSWERS[kind]
        error = {"Code": code, "Message": "injected"}
        return _response(params, status), {"Error": error, "ResponseMetadata": {"HTTPStatusCode": status}}

    def _after(self, model: OperationModel, context: Mapping[str, Any], **_: object) -> None:
        number = context.get(_NUMBER)
        if number is None or self._is_dead:
            return
        made: Call = self.calls[int(number)]
        kind = self._kind_of(int(number), made)
        if kind is FaultKind.DIES_AFTER:
            self._is_dead = True
            raise ProcessDeathError
        if kind is FaultKind.ANSWER_LOST:
            raise ConnectionClosedError(endpoint_url=model.name)

    def _kind_of(self, number: int, call: Call) -> FaultKind | None:
        hits = self.fault is not None and self.fault.hits(number, call, self._clock())
        return self.fault.kind if hits and self.fault is not None else None

    def _retried(self, model: OperationModel, params: Mapping[str, Any]) -> tuple[AWSResponse, dict[str, Any]] | None:
        """SQS runs on the clock of the day, and this scenario on its own: visibility is kept where messages are."""
        if model.name != "ChangeMessageVisibility":
            return None
        asked = json.loads(params["body"])
        self._on_retry(asked["ReceiptHandle"], asked["VisibilityTimeout"])
        return _response(params, 200), {"ResponseMetadata": {"HTTPStatusCode": 200}}


def _response(params: Mapping[str, Any], status: int) -> AWSResponse:
    empty: Any = {}
    return AWSResponse(params["url"], status, empty, None)
