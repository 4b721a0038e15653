"""The targets of webhooks, kept in Secrets Manager as a JSON list; see ``targets``."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from earshot.alerting.webhooks.targets import Targets, read_targets
from earshot.aws.secrets import CachedSecret, read_secret

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

MAX_AGE = timedelta(minutes=1)


class TargetSecret:
    """The targets, cached for a minute, so that a change is picked up without a deployment."""

    def __init__(self, client: "SecretsManagerClient", secret_id: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._secret_id = secret_id
        self._cache = CachedSecret(self._load, clock, MAX_AGE)

    def current(self) -> Targets:
        """The targets, none where the secret has no value yet. SecretError where AWS refuses."""
        return self._cache.value()

    def _load(self) -> Targets:
        return read_targets(read_secret(self._client, self._secret_id) or "")
