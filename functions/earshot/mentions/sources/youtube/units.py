"""The units that an API key of YouTube has in a day, given out evenly and booked before they are used.

A key has 10,000 until midnight in California. What is booked there is counted for all who use the key here, so that
two runs at once, and one that is killed, do not use more than there is. What a process booked and did not use serves
its next run, on the same day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import blake2s
from typing import Protocol
from zoneinfo import ZoneInfo

from earshot.mentions.source_state import CLOCK_TOLERANCE

UNITS_OF_A_KEY = 10_000
_PACIFIC = ZoneInfo("America/Los_Angeles")
# What is booked at once: a quiet run uses two or three.
AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Share:
    """For what units are used, how many of them in a day, and how many there are when it begins."""

    name: str
    a_day: int
    at_first: int

    def allowed(self, now: datetime) -> int:
        """How many may have been used by now: what is left of the morning is there in the evening."""
        begun, ended = _day_around(now)
        passed = (now - begun) / (ended - begun)
        return self.at_first + int((self.a_day - self.at_first) * passed)

    def until(self, now: datetime) -> datetime:
        """When as many more are there as are booked at once, at the latest when the next day is booked on."""
        begun, ended = _day_around(now)
        return min(now + (ended - begun) * AT_ONCE / (self.a_day - self.at_first), ended + CLOCK_TOLERANCE)


# A hundred are left for clocks that differ, and what an operator tries with the key.
LISTENING, LOOK_UPS = Share("listening", 8_900, 100), Share("look-ups", 1_000, 50)


@dataclass(frozen=True, slots=True)
class UsedUnits:
    """The units that were booked on a day with one API key, by what for."""

    by_share: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_share.values())


class UnitBookings(Protocol):
    """Counts units by day, key and share."""

    def book(self, day: str, key: str, share: str, units: int, most: int) -> bool:
        """Count ``units`` more, where that makes ``most`` at most; returns whether it did."""
        ...


class Units:
    """The units of one share, for all keys."""

    def __init__(self, bookings: UnitBookings, share: Share) -> None:
        self._bookings = bookings
        self.share = share
        self._held: dict[str, tuple[str, int]] = {}  # by key: what is booked and not used yet, of which day

    def take(self, key: str, now: datetime) -> datetime | None:
        """Take a unit of an API key; where there is none, returns when some are there."""
        name, today = key_name(key), pacific_day(now)
        day, left = self._held.get(name, ("", 0))
        if day != today or not left:
            if not self._bookings.book(today, name, self.share.name, AT_ONCE, self.share.allowed(now)):
                return self.share.until(now)
            left = AT_ONCE
        self._held[name] = today, left - 1
        return None


def pacific_day(now: datetime) -> str:
    """The day that units count for, as ``2026-11-21``. Around midnight it is the day in which less is left."""
    return f"{(now - CLOCK_TOLERANCE).astimezone(_PACIFIC):%Y-%m-%d}"


def key_name(key: str) -> str:
    """What a key is called where its units are counted: it cannot be told from that."""
    return blake2s(key.encode(), digest_size=6).hexdigest()


def _day_around(now: datetime) -> tuple[datetime, datetime]:
    """When the day of ``now`` began and ends in California: two of them a year have not 24 hours."""
    today = (now - CLOCK_TOLERANCE).astimezone(_PACIFIC).date()
    begun, ended = (datetime.combine(day, time.min, _PACIFIC) for day in (today, today + timedelta(days=1)))
    return begun.astimezone(now.tzinfo), ended.astimezone(now.tzinfo)
