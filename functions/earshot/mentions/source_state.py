"""How a source fares, in words that staff can read: its status, since when, and what may have been missed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from earshot.errors import EarshotError
from earshot.timestamps import parse_rfc3339, rfc3339, rfc3339_or_none, time_or_none

SILENT_AFTER = timedelta(minutes=15)


class SourceStatus(StrEnum):
    """What the last run of a source came to."""

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

    @property
    def heard(self) -> bool:
        """Whether the source answered with posts, or with none because there were none."""
        return self in (SourceStatus.OK, SourceStatus.BASELINE, SourceStatus.STALE_CHECKPOINT)


class SourceError(EarshotError):
    """A source would not be read. ``status`` names why, ``until`` (if known) when it is worth asking again."""

    def __init__(self, status: SourceStatus, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.until = until


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time in which posts may have been missed, and why; ``start`` is None where nobody knows."""

    start: datetime | None
    end: datetime
    why: str


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source as of ``checked_at``. ``since``: when ``status`` began. ``until``: it is not asked before then.

    ``last_success_at`` is the heartbeat; ``gap`` the latest stretch that may have missed posts, kept until another
    replaces it; ``notes`` what the last run met that is no failure (unreadable references, a budget nearly used).
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

    def waits(self, now: datetime) -> bool:
        """Whether the source has asked not to be called yet."""
        return self.until is not None and now < self.until

    def is_silent(self, now: datetime) -> bool:
        """No success for 15 minutes: somebody should look, whatever the reason."""
        return now - (self.last_success_at or self.since) >= SILENT_AFTER

    def to_record(self) -> dict[str, Any]:
        """Plain JSON types."""
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
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "SourceState":
        """Read what ``to_record`` wrote."""
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
    """The state after a run: ``since`` stays while the status lasts, the heartbeat moves where X was heard."""
    return SourceState(
        source=source,
        status=status,
        message=message,
        since=before.since if before and before.status is status else now,
        checked_at=now,
        last_success_at=now if status.heard else before and before.last_success_at,
        until=until,
        gap=gap or (before and before.gap),
        notes=notes,
    )
