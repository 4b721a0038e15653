"""A report as plain text, for a terminal."""

from collections.abc import Iterator
from datetime import timedelta

from earshot.reports.period.report import Report
from earshot.timestamps import rfc3339
from earshot.triage.judgement import Intent


def text(report: Report) -> str:
    """Every figure of the report but those of single days and sentiments, which have one line each day."""
    parts = [_head(report), _days(report), _response(report), _turned_round(report)]
    parts += [_topics(report), _people(report), _sources(report), _spend(report)]
    return "\n\n".join("\n".join(lines) for lines in map(list, parts) if lines) + "\n"


def _head(report: Report) -> Iterator[str]:
    yield f"{report.first} to {report.last} in UTC, as it looks at {rfc3339(report.at)}"
    if not report.complete:
        yield "More cases opened than were read: figures of cases are of the newest. Ask for fewer days."


def _days(report: Report) -> Iterator[str]:
    yield f"DAYS: {report.total.customers} posts of customers, {report.cases_opened} cases opened"
    for day in report.days:
        meant = ", ".join(f"{intent} {day.tally.by_intent[intent]}" for intent in Intent)
        yield f"  {day.day}  {day.tally.customers} posts ({meant}), {day.cases_opened} cases"


def _response(report: Report) -> Iterator[str]:
    told = report.response
    yield f"FIRST ANSWERS: {told.answered} answered, {told.waiting} waiting, {told.overdue} of these overdue"
    yield f"  half within {_span(told.median_seconds)}, nine of ten within {_span(told.p90_seconds)}"
    yield f"  {told.within_target} within their target ({_percent(told.share_within_target)})"


def _turned_round(report: Report) -> Iterator[str]:
    told = report.turned_round
    yield f"TURNED ROUND: {told.came_back_pleased} of {told.complainers} complainers ({_percent(told.share)})"
    yield f"  {told.answered} answered or resolved, {told.relapsed} complained again, {told.silent} silent for 14 days"


def _topics(report: Report) -> Iterator[str]:
    if report.by_topic:
        yield "TOPICS"
    for one in report.by_topic:
        within = f"half within {_span(one.median_seconds)}, {one.within_target} within target"
        yield f"  {one.topic}: {one.cases} cases, {one.answered} answered, {within}, {one.turned_round} turned round"


def _people(report: Report) -> Iterator[str]:
    if report.by_person:
        yield "PEOPLE"
    for one in report.by_person:
        taken = f"{one.acknowledged} taken, half within {_span(one.median_seconds_to_acknowledge)}"
        yield f"  {one.person}: {taken}; {one.resolved} resolved"


def _sources(report: Report) -> Iterator[str]:
    if report.sources:
        yield "SOURCES"
    for source in report.sources:
        yield f"  {source.source}: {source.status}"
        for gap in source.gaps:
            start = "nobody knows when" if gap.start is None else rfc3339(gap.start)
            yield f"    posts may have been missed from {start} to {rfc3339(gap.end)}: {gap.why}"


def _spend(report: Report) -> Iterator[str]:
    yield "MONEY, in the months that these days touch"
    for service, spend in report.spend.items():
        yield f"  {service}: ${spend.spent:.2f} of ${spend.limit:.2f}"


def _span(seconds: int | None) -> str:
    return "-" if seconds is None else str(timedelta(seconds=seconds))


def _percent(share: float | None) -> str:
    return "no share yet" if share is None else f"{share:.0%}"
