"""Who is on call over days: the turns of each rung, one after the other, for a calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from earshot.alerting.alert import RUNGS
from earshot.alerting.roster.on_call import next_handover, on_call
from earshot.alerting.roster.roster import Override, Person, Roster


@dataclass(frozen=True, slots=True)
class Turn:
    """Who is on call for a rung from ``begins`` until before ``ends``; without people it goes by the parameters."""

    rung: int
    begins: datetime
    ends: datetime
    people: tuple[Person, ...]
    is_override: bool


def turns(roster: Roster, start: datetime, end: datetime) -> Iterator[Turn]:
    """The turns of every rung between two moments, in order; cut at both."""
    for rung in RUNGS:
        at = start
        while at < end:
            override = _override(roster, rung, at)
            changes = next_handover(roster, rung, at)
            # Whoever stands in for themselves is on call on, and yet begins or ends an override.
            edges = [moment for one in roster.overrides if one.rung == rung for moment in (one.begins, one.ends)]
            after = [moment for moment in (changes and changes.at, *edges) if moment is not None and moment > at]
            until = min([*after, end])
            yield Turn(rung, at, until, on_call(roster, rung, at), override is not None)
            at = until


def _override(roster: Roster, rung: int, at: datetime) -> Override | None:
    found = (one for one in reversed(roster.overrides) if one.rung == rung and one.begins <= at < one.ends)
    return next(found, None)
