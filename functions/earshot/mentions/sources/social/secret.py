"""The credentials of the brand's accounts, and the sessions that were made with them: one secret, two versions of it.

An operator puts the credentials, as ``{"bluesky": {"nimbusair.bsky.social": "xxxx-xxxx-xxxx-xxxx"}}``: the version
``AWSCURRENT``. The fetcher keeps sessions in a version with a label of its own, so that neither overwrites the other.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from earshot.aws.secrets import CachedSecret, SecretError, read_secret, write_secret
from earshot.mentions.source_state import SourceError, SourceStatus

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

MAX_AGE = timedelta(minutes=5)
SESSIONS = "EARSHOT_SESSIONS"
Values = Mapping[str, Any]
T = TypeVar("T")


class Secret(Protocol):
    """Gives app passwords and tokens, and keeps sessions."""

    def credential(self, network: str, account: str, *, fresh: bool = False) -> str:
        """What the account signs in with; ``fresh`` bypasses a cache. SourceError where there is none."""
        ...

    def session(self, network: str, account: str) -> Values:
        """The session that was kept last; empty where there is none."""
        ...

    def keep_session(self, network: str, account: str, session: Values) -> None:
        """Keep a session."""
        ...


def ask_with_credential(
    secret: Secret, network: str, account: str, ask: Callable[[str], T], is_rejected: Callable[[T], bool]
) -> T:
    """What ``ask`` answers with the credential of an account. One that is rejected may have been replaced since it was
    cached: then with the new one."""
    credential = secret.credential(network, account)
    answer = ask(credential)
    if not is_rejected(answer):
        return answer
    fresh = secret.credential(network, account, fresh=True)
    return answer if fresh == credential else ask(fresh)


class SocialSecret:
    """Reads credentials, cached for five minutes; reads and keeps sessions."""

    def __init__(
        self,
        client: "SecretsManagerClient",
        secret_id: str,
        clock: Callable[[], datetime],
        report_unkept: Callable[[Exception], None],
    ) -> None:
        """``report_unkept`` is told why a session could not be kept: then the next cold start signs in anew."""
        self._client = client
        self._secret_id = secret_id
        self._cache = CachedSecret(self._load, clock, MAX_AGE)
        self._report_unkept = report_unkept

    def credential(self, network: str, account: str, *, fresh: bool = False) -> str:
        """The app password or token of an account; ``fresh`` reads it again. SourceError names the remedy."""
        try:
            held = self._cache.value(timedelta(0) if fresh else None)
        except SecretError as error:
            raise SourceError(SourceStatus.UNAVAILABLE, str(error)) from None
        found: object = _object(held.get(network)).get(account)
        # One with a space or a line break in it would be quoted in the error of the HTTP library.
        if isinstance(found, str) and found.isascii() and found.isprintable() and found and " " not in found:
            return found
        raise SourceError(
            SourceStatus.UNAUTHORISED,
            f"The secret {self._secret_id} has no credential for {account}: run `earshot sources add {network} "
            f"{account}` again, which asks for it.",
        )

    def session(self, network: str, account: str) -> Values:
        """The session that was kept last; empty where there is none."""
        try:
            return _object(self._sessions().get(session_key(network, account)))
        except SecretError as error:
            raise SourceError(SourceStatus.UNAVAILABLE, str(error)) from None

    def keep_session(self, network: str, account: str, session: Values) -> None:
        """Keep a session. Where AWS refuses, it is good for as long as the process lives."""
        try:
            sessions = {**self._sessions(), session_key(network, account): dict(session)}
            write_secret(self._client, self._secret_id, json.dumps(sessions), SESSIONS)
        except SecretError as error:
            self._report_unkept(error)

    def _sessions(self) -> Values:
        return parsed_secret(read_secret(self._client, self._secret_id, SESSIONS))

    def _load(self) -> Values:
        return parsed_secret(read_secret(self._client, self._secret_id))


def session_key(network: str, account: str) -> str:
    """Under which a session is kept."""
    return f"{network}#{account}"


def parsed_secret(text: str | None) -> Values:
    """The object in the text of a secret; an empty one where there is none."""
    try:
        return _object(json.loads(text or "{}"))
    except (ValueError, RecursionError):
        return {}


def _object(value: object) -> Values:
    return cast("Values", value) if isinstance(value, Mapping) else {}
