"""Business hours: counting only the time in which somebody is at work.

The hours of a calendar are local times of its time zone. A local time that occurs twice, when summer time ends, is its
first occurrence. A local time that does not occur, when summer time begins, is the moment at which the clock jumps. The
day on which summer time begins has therefore 23 hours, the day on which it ends 25, and adjacent hours never overlap.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

MINUTES_A_DAY = 24 * 60
_DAY = timedelta(days=1)
_NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Hours of one weekday (0 is Monday), from ``opens`` until before ``closes``: minutes after midnight, 0 to 1440."""

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody is at work: ``periods`` of a week that do not overlap, in time zone ``timezone`` (IANA).

    On ``holidays``, dates in that time zone, nobody is.
    """

    name: str
    timezone: str
    periods: tuple[OpeningHours, ...]
    holidays: tuple[date, ...] = ()


def add_working_time(start: datetime, working: timedelta, calendar: Calendar | None) -> datetime:
    """The instant, in UTC, at which ``working`` has passed on the calendar since ``start``.

    Without a calendar all time counts. The instant lies within the hours, or exactly at their end. Without any working
    time it is ``start`` itself. ValueError where ``working`` is negative, or the calendar has too few hours.
    """
    if working < _NONE:
        raise ValueError(f"Time that passes cannot be negative, and {working} is.")
    start = start.astimezone(UTC)
    if calendar is None or working == _NONE:
        return start + working
    if not calendar.periods:
        raise ValueError(f"Calendar '{calendar.name}' has no hours: nothing would ever be due.")
    left = working
    for opens, closes in _hours(start, calendar):
        begins = max(opens, start)
        if closes - begins >= left:
            return begins + left
        left -= max(_NONE, closes - begins)
    raise ValueError(f"Calendar '{calendar.name}' has too few hours: {left} of {working} would be left at the end.")


def working_time_between(start: datetime, end: datetime, calendar: Calendar | None) -> timedelta:
    """How much working time lies between two instants; none where ``end`` is not after ``start``."""
    if end <= start:
        return _NONE
    if calendar is None:
        return end - start
    passed = _NONE
    for opens, closes in _hours(start, calendar):
        if opens >= end:
            break
        passed += max(_NONE, min(closes, end) - max(opens, start))
    return passed


def opens_at(at: datetime, calendar: Calendar) -> datetime:
    """``at`` itself, in UTC, where it lies within the hours, else when they next open.

    ValueError where the calendar has no hours.
    """
    at = at.astimezone(UTC)
    if not calendar.periods:
        raise ValueError(f"Calendar '{calendar.name}' has no hours: it would never open.")
    return next(max(opens, at) for opens, closes in _hours(at, calendar) if closes > max(opens, at))


def _hours(start: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """The calendar's hours in UTC, in order, from the day before ``start`` on, so that some may have passed already."""
    zone = _zone(calendar.timezone)
    closed = frozenset(calendar.holidays)
    week = [sorted((one.opens, one.closes) for one in calendar.periods if one.weekday == day) for day in range(7)]
    day = start.astimezone(zone).date() - _DAY
    while day < date.max - _DAY:
        if day not in closed:
            for opens, closes in week[day.weekday()]:
                yield _first_instant_of(day, opens, zone), _first_instant_of(day, closes, zone)
        day += _DAY


def _first_instant_of(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The first instant, in UTC, at which the local clock shows this time of a day, or has passed it."""
    wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    before, after = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    instant = before.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    # The clock skips this time. The jump lies between the instants that the offsets before and after it give.
    offset = after.utcoffset()
    early, late = int(after.timestamp()), int(before.timestamp())
    while late - early > 1:
        middle = (early + late) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            late = middle
        else:
            early = middle
    return datetime.fromtimestamp(late, UTC)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
