"""A circuit breaker: a service that does not answer is not asked again for a while, and then once, to see.

It is kept in the memory of the process, which Lambda keeps from one invocation to the next; a new process learns it
with its first call. Powertools' circuit breaker is not used: it reads a table before each call, which can hang as well,
and the wall clock, which a replay replaces (decision 0038).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

# Long enough for a slow service to cost little, short enough for nobody to notice when it is back.
OPEN_FOR = timedelta(minutes=1)
# Answers that only say that something is wrong, and connections that break, come without delay: some of them in a row.
MOST_FAULTS = 3


class Circuit:
    """The circuit of one service, for any number of threads.

    ``on_change`` is told the reason when it opens, and None when it closes again.
    """

    def __init__(self, clock: Callable[[], datetime], on_change: Callable[[str | None], None]) -> None:
        self._clock = clock
        self._on_change = on_change
        self._lock = Lock()
        self._faults = 0
        self._asked_again_at: datetime | None = None

    def allows(self) -> bool:
        """Whether the service may be asked now. Of those who wait for an open circuit one may, each ``OPEN_FOR``."""
        with self._lock:
            if self._asked_again_at is None:
                return True
            now = self._clock()
            if now < self._asked_again_at:
                return False
            self._asked_again_at = now + OPEN_FOR
            return True

    def answered(self) -> None:
        """The service has answered: the circuit is closed."""
        with self._lock:
            was_open, self._asked_again_at, self._faults = self._asked_again_at is not None, None, 0
        if was_open:
            self._on_change(None)

    def failed(self, reason: str, *, is_slow: bool) -> None:
        """The service has failed. The circuit opens at once where that took time, else at the ``MOST_FAULTS``-th."""
        with self._lock:
            self._faults += 1
            was_open = self._asked_again_at is not None
            if is_slow or was_open or self._faults >= MOST_FAULTS:
                self._asked_again_at = self._clock() + OPEN_FOR
            opens = not was_open and self._asked_again_at is not None
        if opens:
            self._on_change(reason)
