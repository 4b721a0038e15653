"""Calls of YouTube's Data API with an API key, within the units that a key has in a day."""

from collections.abc import Callable
from datetime import datetime, timedelta

from earshot.mentions.source_state import SourceError, SourceStatus, reason_given
from earshot.mentions.sources.social.accounts import SocialAccount
from earshot.mentions.sources.social.client import DEFAULT_WAIT, Answer, ApiClient, Parameters, unavailable
from earshot.mentions.sources.social.secret import Secret, ask_with_credential
from earshot.mentions.sources.social.values import Payload, table, tables, text
from earshot.mentions.sources.youtube.comments import NETWORK
from earshot.mentions.sources.youtube.units import Units

# When the units are used up elsewhere: they are new at midnight, or when an operator is given more.
_USED_UP_FOR = timedelta(hours=1)
_USED_UP = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_TOO_OFTEN = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
_GONE = frozenset({"videoNotFound", "channelNotFound", "commentThreadNotFound", "commentNotFound", "notFound"})
_BAD_KEY = frozenset({"API_KEY_INVALID", "keyInvalid", "keyExpired", "API_KEY_EXPIRED"})


class YouTubeApi:
    """Calls the API with one key. Every failure is a SourceError whose message names the remedy."""

    def __init__(
        self,
        account: SocialAccount,
        client: ApiClient,
        secret: Secret,
        clock: Callable[[], datetime],
        units: Units,
    ) -> None:
        self._account = account.account
        self._client = client
        self._secret = secret
        self._clock = clock
        self._units = units

    def get(self, resource: str, parameters: Parameters, what: str) -> Payload:
        """The answer to a query of ``what``. SourceError where YouTube refuses it, or its units are used up for now."""
        answer = ask_with_credential(
            self._secret,
            NETWORK,
            self._account,
            lambda key: self._query(resource, parameters, key),
            lambda answer: answer.status in (400, 401) and bool(_reasons(answer) & _BAD_KEY),
        )
        if answer.status != 200:
            raise self._refusal(answer, what)
        return answer.values

    def _query(self, resource: str, parameters: Parameters, key: str) -> Answer:
        now = self._clock()
        if until := self._units.take(key, now):
            message = (
                f"YouTube's units are given out evenly, {self._units.share.a_day:,} a day for "
                f"{self._units.share.name}. It is read on at {until:%H:%M:%S} UTC. No comments are lost."
            )
            raise SourceError(SourceStatus.RATE_LIMITED, message, until)
        # In a header: an address is written into logs on its way.
        return self._client.get(f"/youtube/v3/{resource}", parameters, headers={"X-Goog-Api-Key": key})

    def _refusal(self, answer: Answer, what: str) -> SourceError:
        reasons, error, now = _reasons(answer), table(answer.values, "error"), self._clock()
        detail = reason_given(text(error, "message"))
        if reasons & _USED_UP:
            message = (
                f"The units of YouTube's API key are used up for today ({detail}) They are new at midnight in "
                "California; it is tried again each hour. See what else uses the key, or ask Google for more units."
            )
            return SourceError(SourceStatus.RATE_LIMITED, message, now + _USED_UP_FOR)
        if answer.status == 429 or reasons & _TOO_OFTEN:
            until = now + DEFAULT_WAIT
            message = f"YouTube's rate limit is reached. It is read on at {until:%H:%M:%S} UTC. No comments are lost."
            return SourceError(SourceStatus.RATE_LIMITED, message, until)
        if reasons & _BAD_KEY or answer.status == 401:
            message = (
                f"YouTube rejected the API key of {self._account}: {detail} See it in the Google Cloud console, and "
                f"run `earshot sources add youtube {self._account}`."
            )
            return SourceError(SourceStatus.UNAUTHORISED, message)
        if "commentsDisabled" in reasons:
            message = f"Comments on {what} are turned off: nobody can write there. Add the account without it."
            return SourceError(SourceStatus.FORBIDDEN, message)
        if answer.status == 403:
            message = f"YouTube denied access to {what}: {detail} See that the key may use the YouTube Data API v3."
            return SourceError(SourceStatus.FORBIDDEN, message)
        if reasons & _GONE or answer.status in (404, 410):
            message = f"YouTube no longer has {what}, or never had: {detail} See there what became of it."
            return SourceError(SourceStatus.ACCOUNT_GONE, message)
        if answer.status < 500 and "processingFailure" not in reasons:
            return SourceError(SourceStatus.MISCONFIGURED, f"YouTube refused what it was asked of {what}: {detail}")
        return unavailable(f"YouTube answered with status {answer.status}: {detail}")


def _reasons(answer: Answer) -> frozenset[str]:
    """The reasons of a refusal: the older form of Google's errors has them in a list, the newer in details."""
    error = table(answer.values, "error")
    return frozenset(text(one, "reason") for one in (*tables(error.get("errors")), *tables(error.get("details"))))
