"""The service-level clock: by when somebody must have answered.

It runs from the post's own time, never from the time it was read: the customer has been waiting since then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from earshot.cases.business_hours import Calendar, add, between
from earshot.triage.judgement import Intent, Severity

# What has used up four fifths of its time is due soon: time enough to answer, and too little to leave it.
SOON = 0.8


class Timeliness(StrEnum):
    """How the wait of a customer stands, as far as it was noticed."""

    ON_TIME = "on_time"
    DUE_SOON = "due_soon"
    BREACHED = "breached"


@dataclass(frozen=True, slots=True)
class Target:
    """How long a customer may wait: minutes of the calendar, or of the clock on the wall where it is None."""

    minutes: int
    calendar: Calendar | None = None

    def due_at(self, since: datetime) -> datetime:
        """When the answer to what was posted at ``since`` is late."""
        return add(since, timedelta(minutes=self.minutes), self.calendar)

    def due_soon_at(self, since: datetime) -> datetime:
        """When four fifths of the time have passed."""
        return add(since, timedelta(minutes=self.minutes) * SOON, self.calendar)

    def left(self, since: datetime, now: datetime) -> timedelta:
        """How much of the time is left at ``now``, on the calendar."""
        return between(now, self.due_at(since), self.calendar)

    def __str__(self) -> str:
        return f"{self.minutes} min" if self.calendar is None else f"{self.minutes} min of '{self.calendar.name}'"


# Half of all people expect an answer within the hour, and of those who complain nearly three quarters (Lithium).
DEFAULT_TARGETS: Mapping[str, Target] = {
    Severity.CRITICAL: Target(15),
    Intent.COMPLAINT: Target(60),
    Intent.QUESTION: Target(4 * 60),
    Intent.OTHER: Target(24 * 60),
}


def target_of(intent: Intent, severity: Severity, targets: Mapping[str, Target] = DEFAULT_TARGETS) -> Target:
    """The target of a case: that of its severity where there is one, else of its intent, else that of the others."""
    return next(targets[name] for name in (severity, intent, Intent.OTHER) if name in targets)
