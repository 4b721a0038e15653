"""Calls of Reddit's API with an app's own token, which ends after some hours and is asked for anew then."""

from collections.abc import Callable
from datetime import datetime, timedelta

from earshot.mentions.source_state import SourceError, SourceStatus, reason_given
from earshot.mentions.sources.reddit.posts import NETWORK
from earshot.mentions.sources.social.accounts import SocialAccount
from earshot.mentions.sources.social.client import Answer, ApiClient, Parameters, limit_ends_in, unavailable
from earshot.mentions.sources.social.secret import Secret
from earshot.mentions.sources.social.values import count, text

_SIGN_IN_AT = "https://www.reddit.com"
_TOKEN = "/api/v1/access_token"  # noqa: S105 - where it is asked for
# Reddit blocks clients that do not say what they are, and whose.
_USER_AGENT = "aws-lambda:earshot:1 (by /u/{account})"
# Before its end: a call takes a while.
_RENEWED_BEFORE = timedelta(minutes=1)
# After a refusal of the app: asking every minute would look like guessing.
_REFUSED_FOR = timedelta(minutes=15)
_PRIVATE = frozenset({"private", "gold_only", "quarantined"})


class RedditApi:
    """Calls the API as one app. Every failure is a SourceError whose message names the remedy.

    The credential is the app's id and its secret, with a colon between them.
    """

    def __init__(
        self, account: SocialAccount, client: ApiClient, secret: Secret, clock: Callable[[], datetime]
    ) -> None:
        self._account = account.account
        agent = _USER_AGENT.format(account=account.account)
        self._client = client.at(user_agent=agent)
        self._signs_in = client.at(account.host or _SIGN_IN_AT, agent)
        self._secret = secret
        self._clock = clock
        self._token: tuple[str, datetime] | None = None  # and until when it is good
        self._refused: tuple[SourceError, datetime] | None = None

    def get(self, path: str, parameters: Parameters, what: str) -> Answer:
        """The answer to a query of ``what``. SourceError where Reddit refuses it."""
        query = [*parameters, ("raw_json", "1")]
        answer = self._client.get(path, query, self._current())
        if answer.status == 401:
            self._token = None
            answer = self._client.get(path, query, self._current())
        if answer.status != 200:
            raise self._refusal(answer, what)
        return answer

    def _current(self) -> str:
        now = self._clock()
        if self._token is None or now >= self._token[1]:
            self._token = self._new_token(now)
        return self._token[0]

    def _new_token(self, now: datetime) -> tuple[str, datetime]:
        if self._refused is not None and now < self._refused[1]:
            raise self._refused[0]
        app, _, password = self._secret.credential(NETWORK, self._account, fresh=True).partition(":")
        answer = self._signs_in.post_form(_TOKEN, [("grant_type", "client_credentials")], app, password)
        said = text(answer.values, "error")
        # OAuth 2.0 has an error in an answer of 400; Reddit has had it in one of 200.
        if answer.status in (400, 401, 403) or (answer.status == 200 and said):
            self._refused = (self._rejected(said or text(answer.values, "message"), now), now + _REFUSED_FOR)
            raise self._refused[0]
        if answer.status != 200:
            raise self._refusal(answer, "a token")
        token = text(answer.values, "access_token")
        # One with a line break in it would be quoted in the error of the HTTP library.
        if not token or not token.isascii() or not token.isprintable():
            raise unavailable("Reddit's answer was no token.")
        seconds = min(count(answer.values, "expires_in") or 3600, 86_400)
        return token, now + timedelta(seconds=seconds) - _RENEWED_BEFORE

    def _rejected(self, said: str, now: datetime) -> SourceError:
        detail = reason_given(said or "no reason given")
        message = (
            f"Reddit rejected the app that {self._account} is read with: {detail} See it at "
            f"reddit.com/prefs/apps, and run `earshot sources add reddit {self._account}` with its id and secret."
        )
        return SourceError(SourceStatus.UNAUTHORISED, message, now + _REFUSED_FOR)

    def _refusal(self, answer: Answer, what: str) -> SourceError:
        reason, said = text(answer.values, "reason"), text(answer.values, "message")
        detail = reason_given(reason or said or "no reason given")
        match answer.status:
            case 429:
                headers = answer.headers
                until = limit_ends_in(headers.get("x-ratelimit-reset") or headers.get("retry-after"), self._clock())
                message = f"Reddit's rate limit is reached. It is read on at {until:%H:%M:%S} UTC. No posts are lost."
                return SourceError(SourceStatus.RATE_LIMITED, message, until)
            case 401:
                return self._rejected(said, self._clock())
            case 403 if reason in _PRIVATE:
                message = f"{_capital(what)} is {reason}: nobody but its members reads it. Add the account without it."
                return SourceError(SourceStatus.FORBIDDEN, message)
            case 403:
                message = f"Reddit denied access to {what}: {detail} See whether the app is approved for the Data API."
                return SourceError(SourceStatus.FORBIDDEN, message)
            # Reddit answers for a community that there is not with a redirect to a search for it.
            case 404 | 410 | 451 | 302:
                message = f"Reddit no longer serves {what}, or never did: {detail} See there what became of it."
                return SourceError(SourceStatus.ACCOUNT_GONE, message)
            case status if 300 <= status < 500:
                message = f"Reddit refused what it was asked of {what} (HTTP {status}): {detail}"
                return SourceError(SourceStatus.MISCONFIGURED, message)
            case status:
                return unavailable(f"Reddit answered with status {status}: {detail}")


def _capital(what: str) -> str:
    return what[:1].upper() + what[1:]
