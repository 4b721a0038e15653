"""How fast mail may go out: SNS deactivates an email subscription that gets more than 10 messages a second."""

from collections.abc import Callable
from datetime import datetime, timedelta

# Below the limit of 10, since two functions' seconds need not begin together.
EMAILS_A_SECOND = 5
LONGEST_WAIT = timedelta(seconds=30)

TakeSlot = Callable[[str, int, datetime], bool]


class RateLimitExceededError(Exception):
    """No room for the message within ``LONGEST_WAIT``: the stream delivers its case again."""


class EmailRateLimit:
    """Waits until the message may go. The seconds are counted in the table, for all functions together.

    ``take_slot(name, most, now)`` counts one more in ``name`` and says whether that is within ``most``;
    ``pause`` waits a number of seconds.
    """

    def __init__(self, take_slot: TakeSlot, clock: Callable[[], datetime], pause: Callable[[float], None]) -> None:
        self._take_slot = take_slot
        self._clock = clock
        self._pause = pause

    def wait(self) -> None:
        """Return when the next email may be sent. TooFastError after ``LONGEST_WAIT``."""
        began = self._clock()
        while (now := self._clock()) - began < LONGEST_WAIT:
            if self._take_slot(f"email#{int(now.timestamp())}", EMAILS_A_SECOND, now):
                return
            self._pause(1 - now.microsecond / 1e6)
        raise RateLimitExceededError(
            f"More mail than {EMAILS_A_SECOND} a second for {LONGEST_WAIT.seconds} s: trying again later."
        )
