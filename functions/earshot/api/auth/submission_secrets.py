"""The secrets that programs sign posts with which they bring. There are none until an operator makes one.

They are a version of the secret of the links with a label of its own, so that neither is rotated with the other: one
text with the secret in force and, after a rotation, the one before, separated by a space.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from earshot.alerting.webhooks.targets import can_sign
from earshot.aws.secrets import CachedSecret, read_secret

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

LABEL = "EARSHOT_MENTIONS"
MAX_AGE = timedelta(minutes=5)
# A forged signature must not cost a read each time: the secrets are not read again sooner than this.
MIN_AGE = timedelta(seconds=15)


class SubmissionSecrets:
    """The secrets, cached for five minutes."""

    def __init__(self, client: "SecretsManagerClient", secret_id: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._secret_id = secret_id
        self._cache = CachedSecret(self._load, clock, MAX_AGE)

    def __call__(self, *, fresh: bool = False) -> tuple[str, ...]:
        """The secret in force, and after a rotation the one before; none where there is none, or it was switched off.

        ``fresh``: they are read again, unless that was done within ``MIN_AGE``. SecretError where AWS refuses.
        """
        return self._cache.value(MIN_AGE if fresh else None)

    def _load(self) -> tuple[str, ...]:
        return good_secrets(read_secret(self._client, self._secret_id, LABEL))


def good_secrets(text: str | None) -> tuple[str, ...]:
    """The secrets in what is stored; None: nothing is."""
    return tuple(one for one in (text or "").split() if can_sign(one))
