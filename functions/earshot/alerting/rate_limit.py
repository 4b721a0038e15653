"""How fast emails are sent: SNS deactivates an email subscription that gets more than 10 messages a second.

(https://docs.aws.amazon.com/general/latest/gr/sns.html)
"""

import math
from collections.abc import Callable
from datetime import datetime, timedelta

# Below the limit of 10, because the seconds of two functions need not begin together.
EMAILS_PER_SECOND = 5
MAX_WAIT = timedelta(seconds=30)
# Of the invocation, to send the message that waited, and to hand over the rest.
RESERVED_SECONDS = 12.0

# take_slot(name, most, now) counts one more in ``name`` and returns whether that is within ``most``.
TakeSlot = Callable[[str, int, datetime], bool]


class RateLimitExceededError(Exception):
    """No email could be sent within ``MAX_WAIT``. The stream delivers the case again."""


class EmailRateLimit:
    """Waits until an email may be sent. The seconds are counted in the table, for all functions together.

    ``pause`` waits a number of seconds. ``time_left`` are the seconds of the invocation that are left.
    """

    def __init__(
        self,
        take_slot: TakeSlot,
        clock: Callable[[], datetime],
        pause: Callable[[float], None],
        time_left: Callable[[], float] = lambda: math.inf,
    ) -> None:
        self._take_slot = take_slot
        self._clock = clock
        self._pause = pause
        self._time_left = time_left

    def wait(self) -> None:
        """Return when the next email may be sent. RateLimitExceededError after ``MAX_WAIT``, or too little time."""
        began = self._clock()
        while (now := self._clock()) - began < MAX_WAIT and self._time_left() > RESERVED_SECONDS:
            if self._take_slot(f"email#{int(now.timestamp())}", EMAILS_PER_SECOND, now):
                return
            self._pause(1 - now.microsecond / 1e6)
        raise RateLimitExceededError(
            f"No email could be sent in time at {EMAILS_PER_SECOND} a second: it is retried later."
        )
