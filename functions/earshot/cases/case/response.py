"""The service-level clock of a case: by when the customer must be answered.

It runs from the time of the post, not from the time at which it was read: the customer has been waiting since then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from earshot.cases.case.log import EARSHOT, LogEntry
from earshot.cases.policy.business_hours import Calendar, add_working_time, working_time_between
from earshot.triage.judgement import Intent, Severity

# An answer is due soon when four fifths of its time have passed: there is still time to give it.
SOON = 0.8


class Timeliness(StrEnum):
    """How the wait of a customer stands, as far as the log says by now."""

    ON_TIME = "on_time"
    DUE_SOON = "due_soon"
    BREACHED = "breached"


@dataclass(frozen=True, slots=True)
class Target:
    """How long a customer may wait: minutes within the hours of ``calendar``; None: around the clock."""

    minutes: int
    calendar: Calendar | None = None

    def due_at(self, since: datetime) -> datetime:
        """When the answer to what was posted at ``since`` is late."""
        return add_working_time(since, timedelta(minutes=self.minutes), self.calendar)

    def due_soon_at(self, since: datetime) -> datetime:
        """When four fifths of the time have passed."""
        return add_working_time(since, timedelta(minutes=self.minutes) * SOON, self.calendar)

    def left(self, since: datetime, now: datetime) -> timedelta:
        """How much of the time is left at ``now``, on the calendar."""
        return working_time_between(now, self.due_at(since), self.calendar)

    def __str__(self) -> str:
        return f"{self.minutes} min" if self.calendar is None else f"{self.minutes} min of '{self.calendar.name}'"


# Gives the target of an intent and a severity.
TargetFor = Callable[[Intent, Severity], Target]

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


@dataclass(frozen=True, slots=True)
class ResponseClock:
    """Since when the customer has waited, and for how long they may.

    The case opened with the author's first post in the conversation, at ``opened_at``; the first post that is owed an
    answer is ``owed_id``, posted at ``owed_at``. ``last_asked_at`` is the latest complaint or question,
    ``first_response_at`` the brand's first post since the case opened. ``target`` is fixed when the case opens, when
    the customer asks again, and when the case becomes more urgent or means something else. ``timeliness`` is what the
    log says of the wait by now. A case that had ended was opened again at ``restarted_at``, from which the wait counts.
    """

    opened_at: datetime
    owed_id: str
    owed_at: datetime
    target: Target
    last_asked_at: datetime | None = None
    first_response_at: datetime | None = None
    timeliness: Timeliness = Timeliness.ON_TIME
    restarted_at: datetime | None = None

    @property
    def asked_at(self) -> datetime:
        """The latest post that asks for an answer."""
        return max(self.opened_at, self.last_asked_at or self.opened_at)

    @property
    def owed_since(self) -> datetime:
        """What is posted by the brand before this is no answer: the latest post that asks, or a reopening after it."""
        return max(self.asked_at, self.restarted_at or self.asked_at)

    @property
    def waiting_since(self) -> datetime:
        """Since when an answer is owed: the first post, after a reply the latest that asks, else the reopening."""
        since = self.opened_at if self.first_response_at is None else self.asked_at
        return max(since, self.restarted_at or since)

    @property
    def due_at(self) -> datetime:
        """When the answer is late."""
        return self.target.due_at(self.waiting_since)

    @property
    def first_due_at(self) -> datetime:
        """When the first answer is, or was, late."""
        return self.target.due_at(self.opened_at)

    @property
    def first_response_seconds(self) -> int | None:
        """How long the customer waited for the first answer of the brand."""
        if self.first_response_at is None:
            return None
        return int((self.first_response_at - self.opened_at).total_seconds())

    @property
    def timeliness_changes_at(self) -> datetime | None:
        """When the answer will be due soon, or late; None where the log says already that it is late."""
        if self.timeliness is Timeliness.BREACHED:
            return None
        return self.target.due_soon_at(self.waiting_since) if self.timeliness is Timeliness.ON_TIME else self.due_at

    def is_older(self, at: datetime, mention_id: str) -> bool:
        """Whether a post is older than the first one that is owed an answer."""
        return (at, mention_id) < (self.owed_at, self.owed_id)

    def ask(self, at: datetime) -> "ResponseClock":
        """With a complaint or question that was posted at ``at``."""
        return replace(self, last_asked_at=max(at, self.last_asked_at or at))

    def owe(self, mention_id: str, at: datetime) -> "ResponseClock":
        """With an older post as the first that is owed an answer."""
        return replace(self, owed_id=mention_id, owed_at=at)

    def open_at(self, at: datetime) -> "ResponseClock":
        """With an earlier opening."""
        return replace(self, opened_at=at)

    def see_answers(self, answers: tuple[datetime, ...]) -> "ResponseClock":
        """With the times of all the brand's posts that answer the customer."""
        return replace(self, first_response_at=min((at for at in answers if at >= self.opened_at), default=None))

    def with_target(self, target: Target) -> "ResponseClock":
        """With another target, whatever the log says of the wait."""
        return replace(self, target=target)

    def restart(self, since: datetime | None = None) -> "ResponseClock":
        """A new wait, of which nothing is in the log yet; it counts from ``since``, where that is given."""
        return replace(self, timeliness=Timeliness.ON_TIME, restarted_at=since or self.restarted_at)

    def retarget(self, target: Target, at: datetime) -> "ResponseClock":
        """With the target of what the case is now; where it is not over at ``at``, the answer is on time again."""
        changed = self.with_target(target)
        return changed.restart() if changed.due_at > at else changed

    def tick(self, at: datetime) -> "tuple[ResponseClock, LogEntry] | None":
        """What the log has to say of the wait at ``at``: that the answer is due soon, or late. None: nothing new."""
        if self.timeliness_changes_at is None or self.timeliness_changes_at > at:
            return None
        if self.due_at <= at:
            late = replace(self, timeliness=Timeliness.BREACHED)
            return late, LogEntry(at, EARSHOT, "breached", f"no answer was seen within {self.target}")
        left = int(self.target.left(self.waiting_since, at).total_seconds() // 60)
        soon = replace(self, timeliness=Timeliness.DUE_SOON)
        return soon, LogEntry(at, EARSHOT, "due soon", f"{left} of {self.target} are left")
