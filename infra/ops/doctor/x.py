"""The bearer token of X: whether there is one, whether X takes it, and what X says it has read.

X's usage endpoint costs nothing (50 requests in 15 minutes). A handle is looked up only where somebody asks for it:
that is $0.010.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import requests

from earshot.errors import EarshotError
from earshot.reports.doctor.finding import Finding, failure, ok, warning

CHECK = "X token"
_USAGE = "/2/usage/tweets"
_PORTAL = "https://developer.x.com"
# To connect, and between two packets.
_TIMEOUT = (3.0, 8.0)
# The share of X's own monthly cap from which on an operator should know.
_NEARLY = 0.8


class XRefusalError(EarshotError):
    """X refused a request: ``status`` is that of HTTP."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Usage:
    """How many posts X says that the project has read, of how many; None where X does not say."""

    read: int | None
    cap: int | None


def read_usage(api_url: str, token: str) -> Usage:
    """What X counts. XRefusalError where X refuses, EarshotError where it cannot be reached or understood."""
    data = _get(api_url, _USAGE, token).get("data")
    if not isinstance(data, dict):
        raise XRefusalError(200, f"X answered {_USAGE} without figures")
    figures = cast("Mapping[str, Any]", data)
    return Usage(_count(figures.get("project_usage")), _count(figures.get("project_cap")))


def account_exists(api_url: str, token: str, handle: str) -> bool:
    """Whether X knows a handle: one user read, $0.010. Errors as ``read_usage``."""
    answer = _get(api_url, f"/2/users/by/username/{handle}", token)
    return isinstance(answer.get("data"), dict)


def check_usage(usage: Usage) -> Iterator[Finding]:
    """A finding for a token that X took."""
    if usage.read is None or not usage.cap:
        yield ok(CHECK, "X takes it")
        return
    what = f"X takes it, and counts {usage.read:,} of {usage.cap:,} posts that this project may read in its month"
    if usage.read >= usage.cap:
        yield failure(CHECK, what, f"Raise the limit: {_PORTAL}")
    elif usage.read >= _NEARLY * usage.cap:
        yield warning(CHECK, what, f"Raise the limit before it is reached: {_PORTAL}")
    else:
        yield ok(CHECK, what)


def check_refusal(error: XRefusalError) -> Iterator[Finding]:
    """A finding for a token that X did not take."""
    match error.status:
        case 401:
            yield failure(CHECK, "X refuses it (401)", "Store the present one: earshot deploy --x-token-file FILE")
        case 402:
            yield failure(CHECK, "The account at X has no credit left (402)", f"Buy credit: {_PORTAL}")
        case 403:
            yield failure(
                CHECK, "X allows its app nothing (403)", f"Put the app into a project with read access: {_PORTAL}"
            )
        case 429:
            yield ok(CHECK, "X takes it, and tells its usage 50 times in 15 minutes only")
        case _:
            yield warning(CHECK, f"X could not be asked: {error}", "Try again: earshot doctor")


def _get(api_url: str, path: str, token: str) -> Mapping[str, Any]:
    # No redirect is followed: the token goes to X alone.
    headers = {"Authorization": f"Bearer {token}", "User-Agent": "earshot"}
    try:
        answer = requests.get(f"{api_url}{path}", headers=headers, timeout=_TIMEOUT, allow_redirects=False)
    except requests.RequestException as error:
        raise EarshotError(f"X does not answer at {api_url}: {type(error).__name__}") from None
    if answer.status_code != 200:
        raise XRefusalError(answer.status_code, f"X answered {answer.status_code} to {path}")
    try:
        body = answer.json()
    except ValueError:
        raise XRefusalError(200, f"X's answer to {path} is no JSON") from None
    return cast("Mapping[str, Any]", body) if isinstance(body, dict) else {}


def _count(given: object) -> int | None:
    """A number that X writes as a number or as text."""
    try:
        return int(str(given))
    except ValueError:
        return None
