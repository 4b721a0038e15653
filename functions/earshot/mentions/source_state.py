"""The state of a source, as staff see it: its status, since when, and which posts may have been missed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from earshot.errors import EarshotError
from earshot.timestamps import parse_rfc3339, rfc3339, rfc3339_or_none, time_or_none

SILENT_AFTER = timedelta(minutes=15)
# How far the clocks of two functions may differ. A time that is further ahead was written before a clock was set back.
CLOCK_TOLERANCE = timedelta(minutes=1)


class SourceStatus(StrEnum):
    """How the last run of a source ended."""

    OK = "ok"
    BASELINE = "baseline"
    RATE_LIMITED = "rate_limited"
    UNAUTHORISED = "unauthorised"
    FORBIDDEN = "forbidden"
    OUT_OF_CREDIT = "out_of_credit"
    OVER_BUDGET = "over_budget"
    STALE_CHECKPOINT = "stale_checkpoint"
    UNAVAILABLE = "unavailable"
    MISCONFIGURED = "misconfigured"
    ACCOUNT_GONE = "account_gone"
    INCOMPATIBLE = "incompatible"

    @property
    def is_success(self) -> bool:
        """Whether the source served its posts, however few there were."""
        return self in (SourceStatus.OK, SourceStatus.BASELINE, SourceStatus.STALE_CHECKPOINT)

    @property
    def is_not_set_up(self) -> bool:
        """Whether somebody has to complete or correct the setup: where that is so from the start, nothing has begun."""
        return self in (
            SourceStatus.UNAUTHORISED,
            SourceStatus.FORBIDDEN,
            SourceStatus.OUT_OF_CREDIT,
            SourceStatus.MISCONFIGURED,
        )

    @property
    def is_passing(self) -> bool:
        """Whether a failure usually ends by itself, within minutes."""
        return self in (SourceStatus.RATE_LIMITED, SourceStatus.UNAVAILABLE)


class Hearing(StrEnum):
    """Whether Earshot hears a source now."""

    OK = "ok"
    WAITING = "waiting"
    """A failure that usually passes, for less than 15 minutes. What is posted meanwhile is read later."""
    FAILING = "failing"
    SILENT = "silent"
    """Nothing is known to fail, but nobody has read it for 15 minutes."""
    NEVER_LISTENED = "never_listened"

    @property
    def is_deaf(self) -> bool:
        """Whether customers may be waiting of whom Earshot does not know, so that somebody must act."""
        return self not in (Hearing.OK, Hearing.WAITING)


class SourceError(EarshotError):
    """A source could not be read: ``status`` says why, ``until`` when to call it again, None if it does not say."""

    def __init__(self, status: SourceStatus, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.until = until


def reason_given(said: str) -> str:
    """What a network says of a refusal, cut to 300 characters, as a sentence for the message of a SourceError."""
    return (said or "(no reason given)")[:300].rstrip(". ") + "."


@dataclass(frozen=True, slots=True)
class Gap:
    """A period in which posts may have been missed, and why. ``start`` is None if it is unknown."""

    start: datetime | None
    end: datetime
    why: str


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source as of ``checked_at``. ``since``: when ``status`` began. ``until``: the source is not called before.

    ``last_success_at`` is the heartbeat. ``gap`` is the latest period with posts missing, kept until there is another.
    ``notes`` are remarks on the last run that are not failures: posts left out, a budget that is nearly spent.
    ``suspected_since``: nothing came since then, which is not usual for the hour, though nothing is known to fail.
    """

    source: str
    status: SourceStatus
    message: str
    since: datetime
    checked_at: datetime
    last_success_at: datetime | None = None
    until: datetime | None = None
    gap: Gap | None = None
    notes: tuple[str, ...] = ()
    suspected_since: datetime | None = None

    def is_waiting(self, now: datetime) -> bool:
        """Whether the source has asked not to be called yet, unless that was by a clock that was set back since."""
        return self.until is not None and self.checked_at - CLOCK_TOLERANCE <= now < self.until

    def is_silent(self, now: datetime) -> bool:
        """Whether there was no success for 15 minutes, so that somebody should look. One in the future is none."""
        return not -CLOCK_TOLERANCE <= now - (self.last_success_at or self.since) < SILENT_AFTER

    def hearing(self, now: datetime) -> Hearing:
        """Whether Earshot hears the source."""
        if self.status.is_success:
            return Hearing.SILENT if self.is_silent(now) else Hearing.OK
        return Hearing.WAITING if self.status.is_passing and not self.is_silent(now) else Hearing.FAILING

    def to_record(self) -> dict[str, Any]:
        """The state in plain JSON types."""
        gap = self.gap
        return {
            "source": self.source,
            "status": self.status.value,
            "message": self.message,
            "since": rfc3339(self.since),
            "checked_at": rfc3339(self.checked_at),
            "last_success_at": rfc3339_or_none(self.last_success_at),
            "until": rfc3339_or_none(self.until),
            "gap": gap and {"start": rfc3339_or_none(gap.start), "end": rfc3339(gap.end), "why": gap.why},
            "notes": list(self.notes),
            "suspected_since": rfc3339_or_none(self.suspected_since),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "SourceState":
        """The state of a record that ``to_record`` made."""
        gap = record["gap"]
        return cls(
            source=record["source"],
            status=SourceStatus(record["status"]),
            message=record["message"],
            since=parse_rfc3339(record["since"], "since"),
            checked_at=parse_rfc3339(record["checked_at"], "checked_at"),
            last_success_at=time_or_none(record, "last_success_at"),
            until=time_or_none(record, "until"),
            gap=gap and Gap(time_or_none(gap, "start"), parse_rfc3339(gap["end"], "end"), gap["why"]),
            notes=tuple(record["notes"]),
            suspected_since=time_or_none({"suspected_since": None, **record}, "suspected_since"),
        )


def next_state(
    before: SourceState | None,
    source: str,
    status: SourceStatus,
    message: str,
    now: datetime,
    *,
    until: datetime | None = None,
    gap: Gap | None = None,
    notes: tuple[str, ...] = (),
) -> SourceState:
    """The state after a run: ``since`` stays while the status does, and a success moves the heartbeat."""
    return SourceState(
        source=source,
        status=status,
        message=message,
        since=before.since if before and before.status is status else now,
        checked_at=now,
        last_success_at=now if status.is_success else before and before.last_success_at,
        until=until,
        gap=gap or (before and before.gap),
        notes=notes,
    )
