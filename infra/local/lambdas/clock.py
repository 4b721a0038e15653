"""A clock that the caller moves, and the minutes at which the schedules run."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class ReplayClock:
    """Shows ``now`` until somebody moves it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def pause(self, seconds: float) -> None:
        """Move the clock on at once, in place of sleeping."""
        self.now += timedelta(seconds=seconds)


def next_poll(at: datetime) -> datetime:
    """The first full minute that is not before ``at``: the fetcher and the escalator run once a minute."""
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + MINUTE


def escalate_until(
    moment: datetime | None, clock: ReplayClock, next_due: Callable[[], datetime | None], escalate: Callable[[], None]
) -> None:
    """Move the clock to each minute at which a case is due, up to ``moment``, and call ``escalate`` at each.

    None: until no case is due any more.
    """
    while (due := next_due()) is not None and (moment is None or next_poll(due) <= moment):
        clock.now = max(clock.now, next_poll(due))
        escalate()
