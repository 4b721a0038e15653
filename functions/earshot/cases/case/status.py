"""Where a case stands, who has taken it, and how it ended."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

# How long a case may be acknowledged without an answer: PagerDuty's default acknowledgement timeout.
ACKNOWLEDGEMENT_TIMEOUT = timedelta(minutes=30)


class Status(StrEnum):
    """Where a case stands. A case that is reopened is open again, and its log says so."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    REPLIED = "replied"
    RESOLVED = "resolved"

    @property
    def is_waiting(self) -> bool:
        """Whether the customer still waits for an answer."""
        return self in _WAITING


_WAITING = frozenset({Status.OPEN, Status.ACKNOWLEDGED})


class Outcome(StrEnum):
    """How a case ended, chosen by whoever resolves it. NOT_A_COMPLAINT says that it was judged wrongly."""

    ANSWERED = "answered"
    FIXED = "fixed"
    COMPENSATED = "compensated"
    NO_ANSWER_NEEDED = "no answer needed"
    THANKED = "thanked"
    NOT_REACHABLE = "not reachable"
    NOT_A_COMPLAINT = "not a complaint"


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who has taken a case, and since when; empty where nobody has. It is kept when the case is answered or resolved.

    At ``expires_at`` the case is open again if no answer was seen; None: never. ``assigned_by`` gave it to them; None:
    they took it themselves.
    """

    by: str | None = None
    at: datetime | None = None
    expires_at: datetime | None = None
    assigned_by: str | None = None

    @classmethod
    def start(cls, by: str, at: datetime, lasts: timedelta | None) -> "Acknowledgement":
        """``by`` takes the case at ``at``, for so long without an answer; None: for ever."""
        return cls(by, at, None if lasts is None else at + lasts)

    def without_expiry(self) -> "Acknowledgement":
        """The same, which does not expire any more."""
        return replace(self, expires_at=None)

    def has_expired(self, at: datetime) -> bool:
        """Whether its time is over at ``at``."""
        return self.expires_at is not None and self.expires_at <= at


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who resolved a case, when, and with which outcome; empty where nobody has."""

    by: str | None = None
    at: datetime | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is known of the alert of a ladder's current step.

    It waits until ``grouped_until`` for others to be sent with it, or until ``retry_at`` because the last attempt was
    not confirmed. It was to be sent at ``planned_at``, where its group made it wait. Somebody was told at ``told_at``.
    """

    grouped_until: datetime | None = None
    retry_at: datetime | None = None
    planned_at: datetime | None = None
    told_at: datetime | None = None

    @property
    def waits_until(self) -> datetime | None:
        """The earliest moment for which it waits; None: for nothing."""
        return min((at for at in (self.grouped_until, self.retry_at) if at is not None), default=None)
