"""The report as plain text for a terminal."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from earshot.mentions.ledger.coverage import Coverage
from earshot.reports.period.figures import GroupFigures
from earshot.reports.period.report import Report
from earshot.timestamps import rfc3339
from earshot.triage.judgement import Intent


def report_text(report: Report) -> str:
    """The figures of the report, with one line for each day, topic, person, source and service."""
    sections = [_head(report), _days(report), _response(report), _recovery(report)]
    sections += [_speeds(report), _groups("TOPICS", report.by_topic)]
    # Of a single brand or network the totals say it all.
    sections += [
        _groups(head, one) for head, one in (("BRANDS", report.by_brand), ("NETWORKS", report.by_network)) if one[1:]
    ]
    sections += [_people(report), _competitors(report), _sources(report), _spend(report)]
    return "\n\n".join("\n".join(lines) for lines in map(list, sections) if lines) + "\n"


def _head(report: Report) -> Iterator[str]:
    yield f"{report.first} to {report.last} (UTC), as of {rfc3339(report.at)}"
    if not report.complete:
        yield "More cases opened than were read: the figures are of the newest cases. Ask for fewer days."
    if report.uncounted:
        days = f"{report.uncounted[0]} to {report.uncounted[-1]}"
        yield f"There was no time to count the posts of {days}: no figure of posts has them. Ask for fewer days."


def _days(report: Report) -> Iterator[str]:
    yield f"DAYS: {report.total.customers} posts by customers, {report.cases_opened} cases opened"
    for day in report.days:
        intents = ", ".join(f"{intent} {day.volume.by_intent[intent]}" for intent in Intent)
        yield f"  {day.day}  {day.volume.customers} posts ({intents}), {day.cases_opened} cases"


def _response(report: Report) -> Iterator[str]:
    times = report.response
    yield f"FIRST RESPONSE: {times.answered} answered, {times.waiting} waiting, {times.overdue} of these overdue"
    yield f"  median {_span(times.median_seconds)}, 90th percentile {_span(times.p90_seconds)}"
    yield f"  {times.within_target} within target ({_percent(times.share_within_target)})"


def _recovery(report: Report) -> Iterator[str]:
    figures = report.recovery
    pleased = f"{figures.came_back_pleased} of {figures.complainers} complainers"
    yield f"CAME BACK PLEASED: {pleased} ({_percent(figures.share)})"
    yield (
        f"  {figures.answered} answered or resolved, {figures.relapsed} complained again, "
        f"{figures.silent} silent for 14 days"
    )
    if figures.median_seconds_to_pleased is not None:
        yield f"  median time from the complaint until they came back: {_span(figures.median_seconds_to_pleased)}"


def _speeds(report: Report) -> Iterator[str]:
    answered = [one for one in report.by_speed if one.complaints]
    if answered:
        yield "CAME BACK PLEASED, by the time until the first answer"
    for one in answered:
        share = f"{one.came_back_pleased} of {one.complaints} complaints ({_percent(one.share)})"
        yield f"  {one.speed.replace('_', ' ')}: {share}, {one.relapsed} complained again"


def _groups(head: str, groups: Sequence[GroupFigures]) -> Iterator[str]:
    if groups:
        yield head
    for one in groups:
        times = f"median {_span(one.median_seconds)}, {one.within_target} within target"
        yield f"  {one.name}: {one.cases} cases, {one.answered} answered, {times}, {one.recovered} came back pleased"


def _people(report: Report) -> Iterator[str]:
    if report.by_person:
        yield "PEOPLE"
    for one in report.by_person:
        acknowledged = f"{one.acknowledged} acknowledged (median {_span(one.median_seconds_to_acknowledge)})"
        yield f"  {one.person}: {acknowledged}, {one.resolved} resolved"


def _competitors(report: Report) -> Iterator[str]:
    if report.by_competitor:
        yield "SHARE OF VOICE: competitors whom customers name"
    for one in report.by_competitor:
        tone = f"{one.complaints} complain, {one.praise} praise, {one.opportunities} might come over"
        yield f"  {one.competitor}: {one.cases} cases ({_percent(one.share)}), {tone}"


def _sources(report: Report) -> Iterator[str]:
    if report.sources:
        yield "SOURCES"
    for source in report.sources:
        heard = "" if source.coverage is Coverage.UNKNOWN else f"; of these days: {source.coverage}"
        yield f"  {source.source}: {source.status}{heard}"
        for gap in source.gaps:
            start = "an unknown time" if gap.start is None else rfc3339(gap.start)
            yield f"    posts may be missing from {start} to {rfc3339(gap.end)}: {gap.why}"


def _spend(report: Report) -> Iterator[str]:
    yield "SPENDING in the months of these days"
    for service, spend in report.spend.items():
        yield f"  {service}: ${spend.spent:.2f} of ${spend.limit:.2f}"


def _span(seconds: int | None) -> str:
    return "-" if seconds is None else str(timedelta(seconds=seconds))


def _percent(share: float | None) -> str:
    return "no share yet" if share is None else f"{share:.0%}"
