"""Running checks: all at once, each with a limit of time, so that one service that hangs is one failed line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
)

from earshot.aws.parallel import for_each
from earshot.aws.time_limit import TimeLimitError, call_within
from earshot.errors import EarshotError
from earshot.reports.doctor.finding import Finding, failure, warning

SECONDS = 15.0
"""What one check may take. AWS answers in a fraction of it."""

AT_ONCE = 8
_AGAIN = "See your network and https://health.aws.amazon.com/health/status, then run earshot doctor again"
# Each service has its own word for it.
_DENIED = ("AccessDenied", "UnauthorizedOperation", "AuthorizationError", "NotAuthorized")
# A region, or an emulator, that does not have the operation.
_NOT_THERE = ("InvalidAction", "UnknownOperation", "UnsupportedOperation", "NotImplemented")


@dataclass(frozen=True, slots=True)
class Check:
    """One check. ``look`` gathers the facts and judges them; ``needs`` names the permissions that it takes."""

    name: str
    look: Callable[[], Iterable[Finding]]
    needs: str = ""


def examine(checks: Sequence[Check], seconds: float = SECONDS) -> Iterator[Finding]:
    """What each check found, in their order. Nothing is raised: what cannot be looked at is a finding, too."""

    def look(check: Check) -> tuple[Finding, ...]:
        return call_within(seconds, partial(_collected, check))

    for check, found in for_each(look, checks, at_once=AT_ONCE):
        yield from found if not isinstance(found, Exception) else (_as_finding(check, found, seconds),)


def _collected(check: Check) -> tuple[Finding, ...]:
    return tuple(check.look())


def _as_finding(check: Check, error: Exception, seconds: float) -> Finding:
    match error:
        case TimeLimitError():
            return failure(check.name, f"No answer within {seconds:g} s", _AGAIN)
        case ClientError() if _has_code(error, _DENIED):
            return warning(
                check.name, "Your credentials may not look at it", f"Allow them {check.needs}, or look yourself"
            )
        case ClientError() if _has_code(error, _NOT_THERE):
            return warning(check.name, f"This region cannot be asked: {error}", "Look yourself, in the console of AWS")
        case NoCredentialsError() | PartialCredentialsError():
            return failure(check.name, str(error), "Sign in: aws sso login, or aws configure; AWS_PROFILE chooses one")
        case NoRegionError():
            return failure(check.name, str(error), "Choose one: export AWS_REGION=eu-west-1")
        case ConnectTimeoutError() | EndpointConnectionError() | HTTPClientError():
            return failure(check.name, f"It does not answer ({error})", _AGAIN)
        case ClientError() | BotoCoreError() | EarshotError() | OSError():
            return failure(check.name, str(error), "See what the message says, then run earshot doctor again")
        case _:
            # One check that was not foreseen to fail must not hide what the others found.
            return failure(
                check.name, f"The check itself failed ({type(error).__name__}: {error})", "Report it, and look yourself"
            )


def _has_code(error: ClientError, words: tuple[str, ...]) -> bool:
    code = str(error.response.get("Error", {}).get("Code", ""))
    return any(word in code for word in words)
