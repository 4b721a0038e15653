"""The secret that links are signed with, which Secrets Manager generated. Nobody needs to know it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from earshot.errors import LinkError

KEPT_FOR = timedelta(minutes=5)
# Asked for again no sooner than this, so that whoever tries tokens at random does not make it a read each.
FRESH_FOR = timedelta(seconds=15)
LEAST_LENGTH = 32


class LinkSecret:
    """Gives the secret from a cache of five minutes, and with it the one before: a rotation breaks no link."""

    def __init__(self, client: Any, secret_id: str, now: Callable[[], datetime]) -> None:
        self._client = client
        self._secret_id = secret_id
        self._now = now
        self._kept: tuple[bytes, ...] = ()
        self._read_at: datetime | None = None

    def __call__(self, *, fresh: bool = False) -> tuple[bytes, ...]:
        """The secret in force, and after a rotation the one before. LinkError names the secret and the remedy.

        ``fresh``: read again, unless that was done within ``FRESH_FOR``.
        """
        now = self._now()
        if self._read_at is None or now - self._read_at >= (FRESH_FOR if fresh else KEPT_FOR):
            current = self._read("AWSCURRENT")
            if current is None:
                raise self._unusable("holds no value")
            previous = self._read("AWSPREVIOUS")
            self._kept = (current,) if previous is None else (current, previous)
            self._read_at = now
        return self._kept

    def _read(self, stage: str) -> bytes | None:
        try:
            answer = self._client.get_secret_value(SecretId=self._secret_id, VersionStage=stage)
        except self._client.exceptions.ResourceNotFoundException:
            return None
        except (ClientError, BotoCoreError) as error:
            raise LinkError(f"The secret {self._secret_id} could not be read: {error}") from None
        text = answer.get("SecretString", "")
        if len(text) < LEAST_LENGTH:
            raise self._unusable(f"has fewer than {LEAST_LENGTH} characters")
        return text.encode()

    def _unusable(self, what: str) -> LinkError:
        return LinkError(
            f"The secret {self._secret_id} {what}: store 64 random letters and digits with aws secretsmanager "
            f"put-secret-value --secret-id {self._secret_id} --secret-string ..."
        )
