"""A week under a policy, before it is put: when a case that comes in then is due, and who is paged at each rung.

It is computed by what the notifier goes by, for a complaint about nothing in particular: quiet hours of one topic or
author are left out and named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from earshot.alerting.roster.contacts import Team
from earshot.cases.policy.business_hours import opens_at
from earshot.cases.policy.policy import Policy
from earshot.cases.policy.quiet_hours import QuietHours
from earshot.triage.judgement import Intent, Severity

DAYS = 7
# A night, a morning, an afternoon and an evening of each day.
SAMPLES = (time(3), time(9, 30), time(14), time(20))
SEVERITIES = (Severity.CRITICAL, Severity.HIGH)


@dataclass(frozen=True, slots=True)
class Page:
    """One step of a ladder: the rung, when it is paged unless somebody has acknowledged, and the people's names."""

    rung: int
    at: datetime
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A case that comes in ``at`` a moment: when its answer is late, and each page until somebody acknowledges.

    ``waits_for`` is the calendar outside of whose hours nobody is paged at first, None where the first page is at once.
    """

    at: datetime
    severity: Severity
    due_at: datetime
    waits_for: str | None
    pages: tuple[Page, ...]


def preview_week(policy: Policy, team: Team, now: datetime, zone: ZoneInfo) -> tuple[Arrival, ...]:
    """The sample times of the coming week, on the clocks of ``zone``, for both severities that page."""
    today = now.astimezone(zone).date()
    moments = (datetime.combine(today + timedelta(day), at, zone) for day in range(DAYS + 1) for at in SAMPLES)
    coming = [moment for moment in moments if now <= moment < now + timedelta(DAYS)]
    return tuple(_arrival(policy, team, moment, severity) for moment in coming for severity in SEVERITIES)


def narrow_quiet_hours(policy: Policy) -> tuple[QuietHours, ...]:
    """The quiet hours that are about some topics or authors alone, which the preview leaves out."""
    return tuple(one for one in policy.quiet_hours if one.scope.topics or one.scope.authors)


def _arrival(policy: Policy, team: Team, at: datetime, severity: Severity) -> Arrival:
    target = policy.target(Intent.COMPLAINT, severity)
    first = next(iter(_muted(policy, severity, at)), None)
    pages = tuple(_pages(policy, team, at, severity))
    return Arrival(at, severity, target.due_at(at), None if first is None else first.outside.name, pages)


def _pages(policy: Policy, team: Team, at: datetime, severity: Severity) -> Iterator[Page]:
    late = timedelta()
    for step in policy.ladder_for(severity):
        moment = at + timedelta(minutes=step.after_minutes) + late
        quiet_until = _quiet_until(policy, severity, moment)
        late += quiet_until - moment
        yield Page(step.rung, quiet_until, tuple(person.name for person in team.on_call(step.rung, quiet_until)))


def _quiet_until(policy: Policy, severity: Severity, at: datetime) -> datetime:
    """``at``, or when the quiet hours that cover it are over; another's may begin then."""
    for _ in range(len(policy.quiet_hours) + 1):
        ends = [opens_at(at, hours.outside) for hours in _muted(policy, severity, at)]
        if not ends:
            break
        at = max(ends)
    return at


def _muted(policy: Policy, severity: Severity, at: datetime) -> list[QuietHours]:
    """The quiet hours that keep the alerts of any case of this severity back at ``at``; critical ones never wait."""
    if severity is Severity.CRITICAL:
        return []
    return [
        hours
        for hours in policy.quiet_hours
        if not (hours.scope.topics or hours.scope.authors)
        and (not hours.scope.severities or severity in hours.scope.severities)
        and opens_at(at, hours.outside) > at
    ]
