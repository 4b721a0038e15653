"""The names of whoever asks what waits for them every few seconds, remembered for a minute."""

from collections.abc import Callable
from datetime import datetime, timedelta

from earshot.alerting.roster.people import People

_KEPT = timedelta(minutes=1)


class OwnNames:
    """``people`` reads the roster and who has signed in: too much for each look at what is new."""

    def __init__(self, people: Callable[[], People], clock: Callable[[], datetime]) -> None:
        self._people = people
        self._clock = clock
        self._known: People | None = None
        self._read_at: datetime | None = None

    def of(self, me: str) -> frozenset[str]:
        """All names of ``me``, without case: that of the token, and those under which links in alerts know them."""
        now = self._clock()
        if self._known is None or self._read_at is None or now - self._read_at >= _KEPT:
            self._known, self._read_at = self._people(), now
        return self._known.names_of(me) | {me.casefold()}
