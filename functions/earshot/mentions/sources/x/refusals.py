"""What X's refusals mean: the SourceError for each, whose message names the remedy."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import cast

from earshot.mentions.source_state import SourceError, SourceStatus, reason_given
from earshot.mentions.sources.x.posts import Payload
from earshot.mentions.sources.x.vocabulary import UnknownFieldsError, named_parameters, refuses_fields

DEFAULT_WAIT = timedelta(minutes=15)  # X's rate-limit window, for an answer that does not say when it ends
_TIMES = frozenset({"since_id", "until_id", "start_time", "end_time"})
# By the HTTP status of X's answer. ``detail`` is what X itself says.
_REFUSALS = {
    401: (SourceStatus.UNAUTHORISED, "X rejected the bearer token: {detail} Store a valid token in the secret."),
    402: (SourceStatus.OUT_OF_CREDIT, "The X account is out of credit: {detail} Buy more credit from X."),
    403: (
        SourceStatus.FORBIDDEN,
        "X denied access: {detail} Check at X that the app belongs to a project with read access.",
    ),
    404: (SourceStatus.MISCONFIGURED, "X did not find the account: {detail} Check that it still exists."),
}


def unavailable(problem: str) -> SourceError:
    """The error for an answer that could not be had or read; ``problem`` says why."""
    return SourceError(SourceStatus.UNAVAILABLE, f"{problem} The next run tries again.")


def refusal(code: int, body: bytes, headers: Mapping[str, str], now: datetime) -> SourceError:
    """The error for an answer of X with the HTTP status ``code``, 400 or more; ``now`` tells when a rate limit ends."""
    problem = _problem(body)
    detail = _detail(problem)
    if code in _REFUSALS:
        status, message = _REFUSALS[code]
        return SourceError(status, message.format(detail=detail))
    if code == 400:
        if refuses_fields(problem, detail):
            return UnknownFieldsError(detail)
        named = named_parameters(problem)
        is_stale = bool(named & _TIMES) if named else any(name in detail for name in _TIMES)
        status = SourceStatus.STALE_CHECKPOINT if is_stale else SourceStatus.MISCONFIGURED
        return SourceError(status, f"X rejected the request: {detail} Check the handles and search terms.")
    if code == 429:
        until = _rate_limit_reset(headers, now)
        message = f"X's rate limit is reached: {detail} Fetching continues at {until:%H:%M:%S} UTC. No posts are lost."
        return SourceError(SourceStatus.RATE_LIMITED, message, until)
    return unavailable(f"X answered with status {code}: {detail}")


def _rate_limit_reset(headers: Mapping[str, str], now: datetime) -> datetime:
    """``x-rate-limit-reset`` is in epoch seconds. A time in the past, or more than a day ahead, is not used."""
    try:
        until = datetime.fromtimestamp(int(headers["x-rate-limit-reset"]), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return now + DEFAULT_WAIT
    return until if now < until <= now + timedelta(days=1) else now + DEFAULT_WAIT


def _problem(body: bytes) -> Payload:
    """X's problem JSON; empty where the answer is none."""
    try:
        problem: object = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return cast("Payload", problem) if isinstance(problem, Mapping) else {}


def _detail(problem: Payload) -> str:
    """X's own explanation, from problem JSON or a list of errors, cut to 300 characters."""
    listed: list[object] = problem["errors"] if isinstance(problem.get("errors"), list) else []
    messages = [str(cast("Payload", error).get("message", "")) for error in listed if isinstance(error, Mapping)]
    text = "; ".join(filter(None, [*messages, str(problem.get("detail") or problem.get("title") or "")]))
    return reason_given(text)
