"""The service-level policy of a deployed brand: where its functions look for it, and summed up for people."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from earshot.cases.case.ladder import Step
from earshot.cases.policy.business_hours import Calendar
from earshot.cases.policy.policy import Policy
from earshot.cases.policy.table import PolicyTable
from earshot.cases.policy.toml_reader import WEEK
from infra.ops.stored_text import DeployedText


class DeployedPolicy(DeployedText):
    """The policy of one stack."""

    what = "The policy"
    output = "CaseTableName"
    adapter = PolicyTable


def as_text(policy: Policy) -> str:
    """Within what time whom is answered, who is alerted when, and when somebody is at work."""
    return "\n".join(_lines(policy))


def _lines(policy: Policy) -> Iterator[str]:
    yield "A customer is answered within"
    names = [*policy.targets, *policy.ladders]
    width = max(map(len, names))
    for name, target in policy.targets.items():
        yield f"  {name:<{width}}  {target}"
    yield "Alerted is, until somebody takes the case"
    for name, ladder in policy.ladders.items():
        yield f"  {name:<{width}}  {', '.join(map(_step, ladder))} min"
    lasts = policy.acknowledgement_timeout
    held = "for ever" if lasts is None else f"for {lasts.total_seconds() / 60:.0f} min without an answer"
    yield f"Somebody holds a case {held}"
    grouping = policy.grouping
    yield (
        f"An alert that can wait waits {grouping.wait.total_seconds():.0f} s for others; the next about its topic "
        f"comes after {_minutes(grouping.interval)}, the next SMS after {_minutes(grouping.texts)}"
    )
    for quiet in policy.quiet_hours:
        about = "; ".join(
            f"{name} {', '.join(values)}"
            for name, values in (
                ("severity", quiet.scope.severities),
                ("topic", quiet.scope.topics),
                ("author", quiet.scope.authors),
            )
            if values
        )
        yield f"What is not critical alerts nobody outside '{quiet.outside.name}'{about and f': {about}'}"
    for calendar in _calendars(policy):
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
