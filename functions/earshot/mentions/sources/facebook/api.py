"""Calls of Facebook's Graph API with the token of a page."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import cast

from earshot.mentions.source_state import SourceError, SourceStatus, reason_given
from earshot.mentions.sources.facebook.posts import NETWORK
from earshot.mentions.sources.social.accounts import SocialAccount
from earshot.mentions.sources.social.client import Answer, ApiClient, Parameters, unavailable
from earshot.mentions.sources.social.secret import Secret, ask_with_credential
from earshot.mentions.sources.social.values import Payload, count, table, tables, text

VERSION = "v26.0"
# Calls that are refused for the rate count as well, and the limit is one of 24 hours.
_WAIT, _MOST_WAIT = timedelta(minutes=15), timedelta(days=1)
# https://developers.facebook.com/docs/graph-api/guides/error-handling: of the app, the user, the page, a business.
_TOO_OFTEN = frozenset({4, 17, 32, 341, 613, *range(80_000, 80_015)})
_BAD_TOKEN = frozenset({102, 190})
_FAILS = frozenset({1, 2})
_NOT_THERE, _NO_SUCH_NAME, _OLD_VERSION = 100, 803, 2635
_NO_SUCH_OBJECT = 33  # a subcode of 100: it was deleted, or may not be seen


class FacebookApi:
    """Calls the API as one page. Every failure is a SourceError whose message names the remedy."""

    def __init__(
        self, account: SocialAccount, client: ApiClient, secret: Secret, clock: Callable[[], datetime]
    ) -> None:
        self._account = account.account
        self._client = client
        self._secret = secret
        self._clock = clock
        self._page_id: str | None = None

    @property
    def page_id(self) -> str:
        """The number of the page. SourceError where the token is that of somebody else."""
        if self._page_id is None:
            self._page_id = self._whose()
        return self._page_id

    def get(self, path: str, parameters: Parameters, what: str) -> Payload:
        """The answer to a query of ``what``. SourceError where Facebook refuses it."""
        answer = ask_with_credential(
            self._secret,
            NETWORK,
            self._account,
            lambda token: self._client.get(f"/{VERSION}/{path}", parameters, token),
            lambda answer: _code(answer) in _BAD_TOKEN,
        )
        if answer.status != 200:
            raise self._refusal(answer, what)
        return answer.values

    def _whose(self) -> str:
        try:
            values = self.get("me", [("fields", "id,name,username")], "the page")
        except SourceError as error:
            if error.status is not SourceStatus.MISCONFIGURED:
                raise
            values = cast("Payload", {})  # a person has no such fields
        page, username = text(values, "id"), text(values, "username")
        if self._account not in (page, username.lower()):
            whose = f"that of the page {username or page}" if page else "that of a person"
            message = f"The token is {whose}, not of {self._account}: add the account with a token of its page."
            raise SourceError(SourceStatus.MISCONFIGURED, message)
        return page

    def _refusal(self, answer: Answer, what: str) -> SourceError:
        error, code, now = table(answer.values, "error"), _code(answer), self._clock()
        detail = reason_given(text(error, "message"))
        if code in _TOO_OFTEN or answer.status == 429:
            until = now + _wait(answer.headers.get("x-business-use-case-usage"))
            message = f"Facebook's rate limit is reached. It is read on at {until:%H:%M:%S} UTC. No posts are lost."
            return SourceError(SourceStatus.RATE_LIMITED, message, until)
        if code in _BAD_TOKEN or answer.status == 401:
            message = (
                f"Facebook rejected the token of {self._account}: {detail} Make a new one, and run "
                f"`earshot sources add facebook {self._account}`."
            )
            return SourceError(SourceStatus.UNAUTHORISED, message)
        if code == _NO_SUCH_NAME or count(error, "error_subcode") == _NO_SUCH_OBJECT:
            message = f"Facebook no longer shows {what}: {detail} See there what became of it."
            return SourceError(SourceStatus.ACCOUNT_GONE, message)
        if code == _OLD_VERSION:
            message = f"Facebook no longer has {VERSION} of its API: {detail}"
            return SourceError(SourceStatus.INCOMPATIBLE, message)
        if code in (3, 10, 368) or 200 <= code <= 299 or answer.status == 403:
            message = (
                f"Facebook denied access to {what}: {detail} The token needs pages_read_user_content and "
                "pages_read_engagement, and the app Meta's review for them."
            )
            return SourceError(SourceStatus.FORBIDDEN, message)
        if code in _FAILS or answer.status >= 500 or error.get("is_transient") is True:
            return unavailable(f"Facebook answered with status {answer.status}: {detail}")
        return SourceError(SourceStatus.MISCONFIGURED, f"Facebook refused what it was asked of {what}: {detail}")


def _code(answer: Answer) -> int:
    error = table(answer.values, "error")
    return count(error, "code") or 0


def _wait(usage: str | None) -> timedelta:
    """How long to wait, by the header that has it in minutes for each limit: the longest."""
    try:
        limits: object = json.loads(usage or "{}")
    except (ValueError, RecursionError):
        return _WAIT
    listed = cast("Mapping[str, object]", limits).values() if isinstance(limits, Mapping) else ()
    usages = [one for limit in listed for one in tables(limit)]
    minutes = [count(one, "estimated_time_to_regain_access") or 0 for one in usages]
    longest = timedelta(minutes=min(max(minutes, default=0), 10_000))
    return longest if timedelta(0) < longest <= _MOST_WAIT else _WAIT
