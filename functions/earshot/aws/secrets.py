"""Secrets of AWS Secrets Manager: read by version, and cached for a while."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from earshot.errors import EarshotError

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

T = TypeVar("T")


class SecretError(EarshotError):
    """Secrets Manager did not give a secret: the message names the secret and what AWS answered."""


def read_secret(client: "SecretsManagerClient", secret_id: str, stage: str = "AWSCURRENT") -> str | None:
    """The text of a secret's version, None where that version has no value. SecretError where AWS refuses.

    ``stage`` is the label of the version: ``AWSCURRENT``, or after a rotation ``AWSPREVIOUS`` for the one before.
    """
    try:
        return client.get_secret_value(SecretId=secret_id, VersionStage=stage).get("SecretString", "")
    except client.exceptions.ResourceNotFoundException:
        return None
    except (ClientError, BotoCoreError) as error:
        raise SecretError(f"The secret {secret_id} could not be read: {error}") from None


def write_secret(client: "SecretsManagerClient", secret_id: str, text: str, stage: str) -> None:
    """Put a version with a label of its own, which leaves ``AWSCURRENT`` as it is. SecretError where AWS refuses."""
    try:
        client.put_secret_value(SecretId=secret_id, SecretString=text, VersionStages=[stage])
    except (ClientError, BotoCoreError) as error:
        raise SecretError(f"The secret {secret_id} could not be changed: {error}") from None


class CachedSecret(Generic[T]):
    """What ``load`` makes of a secret, loaded again when it is older than ``max_age``: so a rotation is picked up.

    What ``load`` raises is raised to the caller, and nothing is cached then. Powertools' parameters are not used,
    since they read the wall clock, hide which error AWS gave, and keep one version of a secret (decision 0028).
    """

    def __init__(self, load: Callable[[], T], clock: Callable[[], datetime], max_age: timedelta) -> None:
        self._load = load
        self._clock = clock
        self._max_age = max_age
        self._cached: tuple[T, datetime] | None = None

    def value(self, max_age: timedelta | None = None) -> T:
        """The value, no older than ``max_age``; None: than the one that the cache was made with."""
        now = self._clock()
        if self._cached is None or now - self._cached[1] >= (self._max_age if max_age is None else max_age):
            self._cached = (self._load(), now)
        return self._cached[0]
