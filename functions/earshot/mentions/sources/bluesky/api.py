"""Calls of Bluesky's API (XRPC) with a session, which is kept and renewed: Bluesky lets an account sign in 300 times a
day.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from earshot.mentions.source_state import SourceError, SourceStatus, reason_given
from earshot.mentions.sources.bluesky.posts import NETWORK
from earshot.mentions.sources.social.accounts import SocialAccount
from earshot.mentions.sources.social.client import Answer, ApiClient, Parameters, limit_ends, unavailable
from earshot.mentions.sources.social.secret import Secret
from earshot.mentions.sources.social.values import Payload, text

_EXPIRED = frozenset({"ExpiredToken", "InvalidToken"})
_GONE = frozenset({"AccountTakedown", "AccountDeactivated", "AccountSuspended", "RepoTakendown", "RepoDeactivated"})
# After a refusal: with a wrong password an account would otherwise soon be out of sign-ins.
_REFUSED_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Session:
    """A session: the token for calls, which is good for some hours, and the one that renews it, for some weeks."""

    did: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)

    @classmethod
    def of(cls, values: Payload, access: str, refresh: str) -> "Session | None":
        """The session in an answer or in a secret; None where it is incomplete."""
        did, tokens = text(values, "did"), (text(values, access), text(values, refresh))
        # A token with a line break in it would be quoted in the error of the HTTP library.
        is_usable = did and all(one and one.isascii() and one.isprintable() for one in tokens)
        return cls(did, *tokens) if is_usable else None


class BlueskyApi:
    """Calls the API as one account. Every failure is a SourceError whose message names the remedy."""

    def __init__(
        self, account: SocialAccount, client: ApiClient, secret: Secret, clock: Callable[[], datetime]
    ) -> None:
        self._account = account.account
        self._client = client
        self._secret = secret
        self._clock = clock
        self._session: Session | None = None
        self._refused: tuple[SourceError, datetime] | None = None

    @property
    def did(self) -> str:
        """The number of the account, which it keeps under any handle."""
        return self._current().did

    def get(self, method: str, parameters: Parameters) -> Payload:
        """The answer to a query. SourceError where Bluesky refuses it."""
        session = self._current()
        answer = self._query(method, parameters, session)
        if _is_expired(answer):
            answer = self._query(method, parameters, self._renewed(session))
        if answer.status != 200:
            raise self._refusal(answer)
        return answer.values

    def _query(self, method: str, parameters: Parameters, session: Session) -> Answer:
        return self._client.get(f"/xrpc/{method}", parameters, session.access)

    def _current(self) -> Session:
        if self._session is None:
            kept = self._secret.session(NETWORK, self._account)
            self._session = Session.of(kept, "access", "refresh") or self._signed_in()
        return self._session

    def _renewed(self, old: Session) -> Session:
        """The session that another run has renewed, or that is renewed now, or a new one."""
        kept = Session.of(self._secret.session(NETWORK, self._account), "access", "refresh")
        if kept is not None and kept.access != old.access:
            self._session = kept
            return kept
        answer = self._client.post("/xrpc/com.atproto.server.refreshSession", token=old.refresh)
        if answer.status in (400, 401):
            return self._signed_in()
        return self._take(answer)

    def _signed_in(self) -> Session:
        now = self._clock()
        if self._refused is not None and now < self._refused[1]:
            raise self._refused[0]
        password = self._secret.credential(NETWORK, self._account, fresh=True)
        body = {"identifier": self._account, "password": password}
        answer = self._client.post("/xrpc/com.atproto.server.createSession", body)
        if answer.status in (400, 401, 403):
            until = now + _REFUSED_FOR
            refusal = self._refusal(answer)
            self._refused = (SourceError(refusal.status, str(refusal), until), until)
            raise self._refused[0]
        return self._take(answer)

    def _take(self, answer: Answer) -> Session:
        if answer.status != 200:
            raise self._refusal(answer)
        session = Session.of(answer.values, "accessJwt", "refreshJwt")
        if session is None:
            raise unavailable("Bluesky's answer was no session.")
        self._session = session
        self._secret.keep_session(NETWORK, self._account, asdict(session))
        return session

    def _refusal(self, answer: Answer) -> SourceError:
        name, said = text(answer.values, "error"), text(answer.values, "message")
        detail = reason_given(said or name)
        if answer.status == 429:
            until = limit_ends(answer.headers.get("ratelimit-reset"), self._clock())
            message = f"Bluesky's rate limit is reached. Fetching continues at {until:%H:%M:%S} UTC. No posts are lost."
            return SourceError(SourceStatus.RATE_LIMITED, message, until)
        if name in _GONE:
            message = f"Bluesky no longer serves the account {self._account}: {detail} See there what became of it."
            return SourceError(SourceStatus.ACCOUNT_GONE, message)
        if name == "AuthFactorTokenRequired" or (answer.status == 401 and name not in _EXPIRED):
            message = (
                f"Bluesky rejected the app password of {self._account}: {detail} Make an app password in its settings, "
                f"and run `earshot sources add bluesky {self._account}`."
            )
            return SourceError(SourceStatus.UNAUTHORISED, message)
        if answer.status == 403:
            return SourceError(SourceStatus.FORBIDDEN, f"Bluesky denied access: {detail}")
        if answer.status in (404, 501) or name in ("XRPCNotSupported", "MethodNotImplemented"):
            return SourceError(SourceStatus.INCOMPATIBLE, f"Bluesky does not know what it was asked: {detail}")
        if answer.status == 400 and name not in _EXPIRED:
            return SourceError(SourceStatus.MISCONFIGURED, f"Bluesky refused what it was asked: {detail}")
        return unavailable(f"Bluesky answered with status {answer.status}: {detail}")


def _is_expired(answer: Answer) -> bool:
    return answer.status in (400, 401) and text(answer.values, "error") in _EXPIRED
