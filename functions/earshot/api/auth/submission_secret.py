"""The secret that programs sign posts with which they bring. It has no value until an operator makes one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from earshot.alerting.webhooks.targets import can_sign
from earshot.aws.secrets import CachedSecret, read_secret

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

MAX_AGE = timedelta(minutes=5)
# A forged signature must not cost a read each time: the secret is not read again sooner than this.
MIN_AGE = timedelta(seconds=15)
OFF = "off"
"""What an operator stores in place of a secret so that none is good any longer, the one before neither."""


class SubmissionSecret:
    """The secret, cached for five minutes, and with it the one before: a rotation breaks no sender."""

    def __init__(self, client: "SecretsManagerClient", secret_id: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._secret_id = secret_id
        self._cache = CachedSecret(self._load, clock, MAX_AGE)

    def __call__(self, *, fresh: bool = False) -> tuple[str, ...]:
        """The secret in force, and after a rotation the one before; none where it has no value, or is ``off``.

        ``fresh``: it is read again, unless that was done within ``MIN_AGE``. SecretError where AWS refuses.
        """
        return self._cache.value(MIN_AGE if fresh else None)

    def _load(self) -> tuple[str, ...]:
        current = read_secret(self._client, self._secret_id)
        if current is None or current == OFF:
            return ()
        previous = read_secret(self._client, self._secret_id, "AWSPREVIOUS")
        return tuple(one for one in (current, previous or "") if can_sign(one))
