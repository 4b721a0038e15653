"""The period of a digest: from its hour on the day before to its hour on its own day, by local clocks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class DigestPeriod:
    """What the digest of a local ``day`` covers: from ``start`` until before ``end``, both in UTC."""

    day: date
    start: datetime
    end: datetime


def period_of(day: date, hour: int, zone: ZoneInfo) -> DigestPeriod:
    """From ``hour`` of the day before to ``hour`` of ``day`` on the clocks of ``zone``: 23 to 25 hours.

    An hour that the clocks skip is the next one; of an hour that they repeat, the first counts.
    """

    def at(on: date) -> datetime:
        return datetime(on.year, on.month, on.day, hour, tzinfo=zone).astimezone(UTC)

    return DigestPeriod(day, at(day - timedelta(days=1)), at(day))


def period_at(now: datetime, hour: int, zone: ZoneInfo) -> DigestPeriod:
    """The period of the digest of the local day of ``now``. It may not have ended yet."""
    return period_of(now.astimezone(zone).date(), hour, zone)
