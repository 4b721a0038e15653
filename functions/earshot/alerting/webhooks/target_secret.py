"""The targets of webhooks, kept in Secrets Manager as a JSON list; see ``targets``."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from earshot.alerting.webhooks.targets import Targets, read_targets

KEPT_FOR = timedelta(minutes=1)


class TargetSecret:
    """Gives the targets from a cache of a minute, so that a change is picked up without a deployment."""

    def __init__(self, client: Any, secret_id: str, now: Callable[[], datetime]) -> None:
        self._client = client
        self._secret_id = secret_id
        self._now = now
        self._kept: tuple[Targets, datetime] | None = None

    def current(self) -> Targets:
        """The targets, none where the secret has no value yet. Whatever else Secrets Manager answers flies."""
        if self._kept is None or self._now() >= self._kept[1]:
            self._kept = (read_targets(self._read()), self._now() + KEPT_FOR)
        return self._kept[0]

    def _read(self) -> str:
        try:
            return self._client.get_secret_value(SecretId=self._secret_id).get("SecretString", "")
        except self._client.exceptions.ResourceNotFoundException:
            return ""
