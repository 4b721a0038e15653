"""A policy in words, as the commands and the console show it."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from earshot.cases.case.ladder import Step
from earshot.cases.policy.business_hours import Calendar
from earshot.cases.policy.policy import Policy
from earshot.cases.policy.quiet_hours import QuietHours
from earshot.cases.policy.toml_reader import WEEK


def summary_of(policy: Policy) -> Iterator[str]:
    """Response targets, escalation ladders, acknowledgements, grouping, quiet hours and calendars, a line for each."""
    yield from _targets_and_ladders(policy)
    lasts = policy.acknowledgement_timeout
    held = "without limit" if lasts is None else f"for {lasts.total_seconds() / 60:.0f} min without an answer"
    yield f"An acknowledgement holds {held}"
    grouping = policy.grouping
    yield (
        f"An alert that can wait waits {grouping.wait.total_seconds():.0f} s for others; the next about its topic "
        f"comes after {_minutes(grouping.interval)}, the next SMS after {_minutes(grouping.texts)}"
    )
    yield from map(_quiet_hours, policy.quiet_hours)
    for calendar in _calendars(policy):
        yield from _calendar(calendar)


def _targets_and_ladders(policy: Policy) -> Iterator[str]:
    width = max(map(len, [*policy.targets, *policy.ladders]))
    yield "A customer is answered within"
    for name, target in policy.targets.items():
        yield f"  {name:<{width}}  {target}"
    yield "Alerted are, until somebody acknowledges the case"
    for name, ladder in policy.ladders.items():
        yield f"  {name:<{width}}  {', '.join(map(_step, ladder))} min"


def _quiet_hours(quiet: QuietHours) -> str:
    scope = quiet.scope
    named = {"severity": scope.severities, "topic": scope.topics, "author": scope.authors}
    about = "; ".join(f"{name} {', '.join(values)}" for name, values in named.items() if values)
    return f"What is not critical alerts nobody outside '{quiet.outside.name}'{about and f': {about}'}"


def _calendar(calendar: Calendar) -> Iterator[str]:
    hours = sum(period.closes - period.opens for period in calendar.periods) / 60
    yield f"Calendar '{calendar.name}', {calendar.timezone}: {hours:g} h a week, {len(calendar.holidays)} holidays"
    for weekday, day in enumerate(WEEK):
        periods = [one for one in calendar.periods if one.weekday == weekday]
        shown = ", ".join(f"{_time(one.opens)}-{_time(one.closes)}" for one in periods)
        yield f"  {day}  {shown or 'closed'}"


def _calendars(policy: Policy) -> Iterable[Calendar]:
    used = [target.calendar for target in policy.targets.values() if target.calendar is not None]
    used += [quiet.outside for quiet in policy.quiet_hours]
    return {calendar.name: calendar for calendar in used}.values()


def _minutes(time: timedelta) -> str:
    return f"{time.total_seconds() / 60:g} min"


def _step(step: Step) -> str:
    return f"rung {step.rung} at {step.after_minutes}"


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
