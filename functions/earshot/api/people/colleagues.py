"""How each colleague is told of a case, and what somebody should know who is about to give them one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from earshot.alerting.alert import RUNGS, Channel, channels_for
from earshot.alerting.recipients.reachability import AddressStatus
from earshot.alerting.roster.admin import Reachability
from earshot.alerting.roster.on_call import on_call
from earshot.alerting.roster.people import Colleague, People
from earshot.alerting.roster.roster import Roster
from earshot.cases.holders.notice import NoticeReason


@dataclass(frozen=True, slots=True)
class ColleagueState:
    """A colleague at one moment. ``told_by`` is the channel on which an assignment reaches them; None: on none.

    ``on_call`` are the rungs whose alerts they get, ``away_until`` the last day of an absence. ``warnings`` are what
    speaks against giving them a case now.
    """

    colleague: Colleague
    told_by: Channel | None
    on_call: tuple[int, ...]
    away_until: date | None
    warnings: tuple[str, ...]


def states_of(people: People, roster: Roster, reached: Iterable[Reachability], at: datetime) -> list[ColleagueState]:
    """Everybody, in the order of ``people``. ``reached`` are those on the roster, as SNS reaches them."""
    by_id = {one.person.id: one for one in reached}
    duty = {rung: {person.id for person in on_call(roster, rung, at)} for rung in RUNGS}
    return [_state(colleague, by_id.get(colleague.id), duty, at) for colleague in people.colleagues]


def channel_of(reached: Reachability | None, reason: NoticeReason) -> Channel | None:
    """The channel on which a notice certainly reaches somebody; None: on none."""
    if reached is None:
        return None
    status = {Channel.SMS: reached.sms, Channel.EMAIL: reached.email}
    return next((one for one in channels_for(reason) if status[one] is AddressStatus.CONFIRMED), None)


def _state(
    colleague: Colleague, reached: Reachability | None, duty: Mapping[int, set[str]], at: datetime
) -> ColleagueState:
    person = colleague.person
    absences = () if person is None else person.absences
    away_until = max((one.last for one in absences if one.first <= at.date() <= one.last), default=None)
    rungs = tuple(rung for rung in RUNGS if colleague.id in duty[rung])
    told_by = channel_of(reached, NoticeReason.ASSIGNED)
    has_duty = any(duty.values())
    warnings = tuple(_warnings(colleague, told_by, away_until, is_off_duty=has_duty and not rungs))
    return ColleagueState(colleague, told_by, rungs, away_until, warnings)


def _warnings(
    colleague: Colleague, told_by: Channel | None, away_until: date | None, *, is_off_duty: bool
) -> Iterator[str]:
    if away_until is not None:
        yield f"away until {away_until:%Y-%m-%d}"
    elif colleague.person is not None and is_off_duty:
        yield "not on call now"
    if colleague.person is None:
        yield "is not on the roster: Earshot cannot tell them"
    elif told_by is None:
        yield "has no confirmed address: Earshot cannot tell them"
