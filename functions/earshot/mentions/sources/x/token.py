"""The X bearer token, kept in Secrets Manager as ``{"bearer_token": "..."}``."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from earshot.mentions.source_state import SourceError, SourceStatus

KEPT_FOR = timedelta(minutes=5)


class XSecret:
    """Gives the token from a cache of five minutes, so that a rotation is picked up without a deployment."""

    def __init__(self, client: Any, secret_id: str, now: Callable[[], datetime]) -> None:
        self._client = client
        self._secret_id = secret_id
        self._now = now
        self._kept: tuple[str, datetime] | None = None

    def __call__(self, *, fresh: bool = False) -> str:
        """The token; SourceError (unauthorised) names the secret and the command that sets it."""
        if self._kept and not fresh and self._now() < self._kept[1]:
            return self._kept[0]
        token = self._read()
        self._kept = (token, self._now() + KEPT_FOR)
        return token

    def _read(self) -> str:
        try:
            text = self._client.get_secret_value(SecretId=self._secret_id).get("SecretString", "")
        except self._client.exceptions.ResourceNotFoundException:
            raise self._unusable("holds no value") from None
        except (ClientError, BotoCoreError) as error:
            message = f"The secret {self._secret_id} could not be read: {error}"
            raise SourceError(SourceStatus.UNAVAILABLE, message) from None
        try:
            token = json.loads(text)["bearer_token"].strip()
        except (ValueError, TypeError, KeyError, AttributeError):
            raise self._unusable('is not of the form {"bearer_token": "..."}') from None
        # A token with a space or a line break within would be quoted by the HTTP library's complaint about it.
        if not token.isascii() or not token.isprintable() or not token or " " in token:
            raise self._unusable("holds a bearer token that is empty or broken")
        return token

    def _unusable(self, what: str) -> SourceError:
        return SourceError(
            SourceStatus.UNAUTHORISED,
            f"The secret {self._secret_id} {what}: store the token with aws secretsmanager put-secret-value "
            f'--secret-id {self._secret_id} --secret-string \'{{"bearer_token": "YOUR TOKEN"}}\'',
        )
