"""The X bearer token, kept in Secrets Manager as ``{"bearer_token": "..."}``."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from earshot.aws.secrets import CachedSecret, SecretError, read_secret
from earshot.mentions.source_state import SourceError, SourceStatus

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

MAX_AGE = timedelta(minutes=5)


class XToken:
    """The token, cached for five minutes, so that a rotation is picked up without a deployment."""

    def __init__(self, client: "SecretsManagerClient", secret_id: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._secret_id = secret_id
        self._cache = CachedSecret(self._load, clock, MAX_AGE)

    def __call__(self, *, fresh: bool = False) -> str:
        """The token; ``fresh`` reads it again. SourceError names the secret and the command that sets it."""
        return self._cache.value(timedelta(0) if fresh else None)

    def _load(self) -> str:
        try:
            text = read_secret(self._client, self._secret_id)
        except SecretError as error:
            raise SourceError(SourceStatus.UNAVAILABLE, str(error)) from None
        if text is None:
            raise self._unusable("holds no value")
        try:
            token: str = json.loads(text)["bearer_token"].strip()
        except (ValueError, TypeError, KeyError, AttributeError):
            raise self._unusable('is not of the form {"bearer_token": "..."}') from None
        # A token with a space or a line break in it would be quoted in the error of the HTTP library.
        if not token.isascii() or not token.isprintable() or not token or " " in token:
            raise self._unusable("holds a bearer token that is empty or broken")
        return token

    def _unusable(self, problem: str) -> SourceError:
        return SourceError(
            SourceStatus.UNAUTHORISED,
            f"The secret {self._secret_id} {problem}: store the token with aws secretsmanager put-secret-value "
            f'--secret-id {self._secret_id} --secret-string \'{{"bearer_token": "YOUR TOKEN"}}\'',
        )
