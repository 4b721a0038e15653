"""Who is on call for a rung at any moment, and when that changes next.

A turn begins at a local time of day, so around a change to or from summer time one turn is an hour shorter or longer.
If the clocks skip the handover, it comes as much later as they skip; if they show it twice, the first time counts (PEP
495, ``fold=0``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from earshot.alerting.roster.roster import Person, Roster, Rotation, TurnLength

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Handover:
    """When the person on call for a rung changes, and who is on call then: nobody where all are away."""

    at: datetime
    people: tuple[Person, ...]


def on_call(roster: Roster, rung: int, at: datetime) -> tuple[Person, ...]:
    """Who is on call for a rung at ``at``: one person, or none where it has no rotation or all are away."""
    for override in reversed(roster.overrides):
        if override.rung == rung and override.begins <= at < override.ends:
            return (roster.person(override.person),)
    rotation = roster.rotation(rung)
    if rotation is None:
        return ()
    today, turn = at.astimezone(ZoneInfo(rotation.timezone)).date(), _turn(rotation, at)
    order = [rotation.people[(turn + behind) % len(rotation.people)] for behind in range(len(rotation.people))]
    present = (person for person in map(roster.person, order) if not person.is_away(today))
    return next(((person,) for person in present), ())


def next_handover(roster: Roster, rung: int, at: datetime) -> Handover | None:
    """The next change of who is on call for a rung after ``at``, None where there is none."""
    now = on_call(roster, rung, at)
    for moment in _boundaries(roster, rung, at):
        then = on_call(roster, rung, moment)
        if [person.id for person in then] != [person.id for person in now]:
            return Handover(moment, then)
    return None


def _turn(rotation: Rotation, at: datetime) -> int:
    """The number of the turn that ``at`` falls into: 0 is the turn in which the rotation starts."""
    begins = _begins(rotation, at)
    first = _on_or_before(rotation, rotation.start)
    return (begins - first).days // _days(rotation)


def _begins(rotation: Rotation, at: datetime) -> date:
    """The day on which the turn of ``at`` began."""
    day = _on_or_before(rotation, at.astimezone(ZoneInfo(rotation.timezone)).date())
    return day if _handover(rotation, day) <= at else day - timedelta(days=_days(rotation))


def _on_or_before(rotation: Rotation, day: date) -> date:
    """The latest day of handover up to ``day``."""
    if rotation.weekday is None:
        return day
    return day - timedelta(days=(day.weekday() - rotation.weekday) % 7)


def _days(rotation: Rotation) -> int:
    return 1 if rotation.period is TurnLength.DAY else 7


def _handover(rotation: Rotation, day: date) -> datetime:
    return _instant(day, rotation.handover, rotation.timezone)


def _instant(day: date, wall: time, timezone: str) -> datetime:
    return datetime.combine(day, wall, ZoneInfo(timezone)).astimezone(UTC)


def _boundaries(roster: Roster, rung: int, at: datetime) -> Iterator[datetime]:
    """In order, the moments after ``at`` at which who is on call for the rung may change."""
    fixed = [
        moment for override in roster.overrides if override.rung == rung for moment in (override.begins, override.ends)
    ]
    rotation = roster.rotation(rung)
    if rotation is not None:
        for person in map(roster.person, rotation.people):
            for absence in person.absences:
                for day in (absence.first, absence.last + _DAY):
                    fixed.append(_instant(day, time(0), rotation.timezone))
    fixed = sorted({moment.astimezone(UTC) for moment in fixed if moment > at})
    if rotation is None or len(rotation.people) == 1:
        yield from fixed
        return
    day, step = _begins(rotation, at), timedelta(days=_days(rotation))
    # After the last override and absence, one round of turns shows everybody.
    round_left = len(rotation.people)
    while fixed or round_left:
        day += step
        handover = _handover(rotation, day)
        while fixed and fixed[0] < handover:
            yield fixed.pop(0)
        round_left -= not fixed
        yield handover
