"""The secret that links are signed with. Secrets Manager generated it, and nobody needs to know it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from earshot.aws.secrets import CachedSecret, SecretError, read_secret
from earshot.errors import LinkError

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

MAX_AGE = timedelta(minutes=5)
# A forged token must not cost a read each time: the secret is not read again sooner than this.
MIN_AGE = timedelta(seconds=15)
MIN_LENGTH = 32


class SigningSecret:
    """The secret, cached for five minutes, and with it the one before: a rotation breaks no link."""

    def __init__(self, client: "SecretsManagerClient", secret_id: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._secret_id = secret_id
        self._cache = CachedSecret(self._load, clock, MAX_AGE)

    def __call__(self, *, fresh: bool = False) -> tuple[bytes, ...]:
        """The secret in force, and after a rotation the one before. LinkError names the secret and the remedy.

        ``fresh``: it is read again, unless that was done within ``MIN_AGE``.
        """
        return self._cache.value(MIN_AGE if fresh else None)

    def _load(self) -> tuple[bytes, ...]:
        current = self._version("AWSCURRENT")
        if current is None:
            raise self._unusable("holds no value")
        previous = self._version("AWSPREVIOUS")
        return (current,) if previous is None else (current, previous)

    def _version(self, stage: str) -> bytes | None:
        try:
            text = read_secret(self._client, self._secret_id, stage)
        except SecretError as error:
            raise LinkError(str(error)) from None
        if text is not None and len(text) < MIN_LENGTH:
            raise self._unusable(f"has fewer than {MIN_LENGTH} characters")
        return None if text is None else text.encode()

    def _unusable(self, problem: str) -> LinkError:
        return LinkError(
            f"The secret {self._secret_id} {problem}: store 64 random letters and digits with aws secretsmanager "
            f"put-secret-value --secret-id {self._secret_id} --secret-string ..."
        )
