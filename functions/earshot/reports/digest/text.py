"""The email of the morning digest: a subject, and plain text of at most 100 lines that a phone can show."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from earshot.alerting.messages.text import QUOTED, author_and_reach, excerpt, shown_link, summary_line
from earshot.cases.alert_state.alert_state import alert_state
from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.mentions.budget import WARNING_SHARE
from earshot.plain_text import one_line
from earshot.reports.digest.digest import ENOUGH_VERDICTS, Digest
from earshot.reports.health import SMS, SourceHealth, Spending
from earshot.reports.listening.coverage import gap_lines
from earshot.triage.judgement import HIGH, Intent

# How many of each are listed; the rest is given as a number. Together they keep the email within 100 lines.
MAX_OVERDUE, MAX_UNASSIGNED, MAX_PRAISE, MAX_OPPORTUNITIES, MAX_SOURCES, MAX_INCIDENTS = 7, 5, 4, 4, 3, 3
MAX_LINE = 160
# The first line where an attempt before was not confirmed.
SECOND_COPY = "You may have this digest already: it could not be confirmed that the first one was sent.\n\n"
_SERVICES = {"x": "X", "comprehend": "Comprehend", "reader": "The reader", SMS: "SMS"}


def digest_subject(digest: Digest) -> str:
    """One line of fewer than 100 printable ASCII characters, as SNS requires."""
    overdue, waiting = len(digest.overdue), len(digest.unassigned) + digest.acknowledged
    more = "" if digest.complete else "+"
    complaints = digest.volume.by_intent[Intent.COMPLAINT]
    parts = [f"{overdue}{more} overdue", f"{waiting}{more} waiting", _count(complaints, "complaint")]
    if digest.incidents:
        parts.append(_count(len(digest.incidents), "incident"))
    if digest.unhealthy_sources:
        parts.append(_count(len(digest.unhealthy_sources), "source") + " to check")
    return f"Earshot {digest.period.day}: {', '.join(parts)}"


def digest_text(digest: Digest) -> str:
    """The body of the email. A day on which nothing was posted and nothing waits is a single line below the date."""
    start, end = _local(digest, digest.period.start), _local(digest, digest.period.end)
    head = f"{_local(digest, digest.at)}, {digest.zone.key}. This digest covers {start} to {end}."
    if _is_quiet(digest):
        return f"{head}\n\nA quiet day: nobody posted, nothing waits, and every source works.\n"
    sections = [
        _came_in(digest),
        _incidents(digest),
        _overdue(digest),
        _waiting(digest),
        _praise(digest),
        _opportunities(digest),
        _learning(digest),
        _sources(digest),
        _spending(digest),
    ]
    return "\n\n".join([head, *("\n".join(lines) for lines in map(list, sections) if lines)]) + "\n"


def _is_quiet(digest: Digest) -> bool:
    is_news = digest.volume.customers or digest.opened or digest.incidents
    is_owed = digest.overdue or digest.unassigned or digest.acknowledged
    is_heard = not digest.unhealthy_sources and not any(gap_lines(digest.covered))
    return not is_news and not is_owed and is_heard and digest.health.status == "ok"


def _came_in(digest: Digest) -> Iterator[str]:
    volume = digest.volume
    yield f"NEW POSTS: {volume.customers}"
    if volume.customers:
        yield ", ".join(f"{intent} {volume.by_intent[intent]}" for intent in Intent)
    yield _complaints(digest)
    if digest.opened:
        median = digest.median_first_response
        times = "" if median is None else f"; median first response {_span(median)}"
        yield f"{_count(len(digest.opened), 'case')} opened, {len(digest.answered)} answered{times}"


def _complaints(digest: Digest) -> str:
    today, before = digest.volume.by_intent[Intent.COMPLAINT], digest.complaints_before
    if not before:
        return f"{_count(today, 'complaint')}; no earlier days to compare with"
    days = "the day before" if len(before) == 1 else f"the {len(before)} days before"
    mean = sum(before) / len(before)
    usual = f"{mean:.0f}" if len(before) == 1 else f"{mean:.0f} a day on average ({min(before)} to {max(before)})"
    return f"{_count(today, 'complaint')}; {days}: {usual}"


def _incidents(digest: Digest) -> Iterator[str]:
    if digest.incidents:
        yield f"INCIDENTS: {len(digest.incidents)}"
        for case in digest.incidents[:MAX_INCIDENTS]:
            yield _line(f"- {_incident(digest, case)}")
            yield f"  customers to tell: earshot incidents tell {case.id}"
        yield from _more(len(digest.incidents), MAX_INCIDENTS)


def _incident(digest: Digest, case: Case) -> str:
    incident = case.incident
    assert incident is not None, "the cases listed here are those of incidents"
    facts = f"'{incident.label}': {_count(incident.count, 'customer')} since {_local(digest, incident.began_at)}"
    waiting = f"{digest.waiting_for(case)}{'' if digest.complete else '+'} still waiting"
    if incident.ended_at is not None:
        return f"{facts}, over since {_local(digest, incident.ended_at)}; {waiting}"
    return f"{facts}, ongoing; {waiting}; {_status(digest, case)}"


def _status(digest: Digest, case: Case) -> str:
    if case.status is Status.ACKNOWLEDGED:
        return f"acknowledged by {case.acknowledgement.by}"
    if case.status is Status.OPEN:
        return "unassigned and overdue" if case.response.due_at <= digest.at else "unassigned"
    return str(case.status)


def _overdue(digest: Digest) -> Iterator[str]:
    overdue = digest.overdue
    if not overdue:
        yield "OVERDUE: none"
        return
    yield f"OVERDUE: {len(overdue)}, most urgent first"
    for case in overdue[:MAX_OVERDUE]:
        is_held = case.status is Status.ACKNOWLEDGED
        holder = f"; acknowledged by {case.acknowledgement.by}" if is_held else _alerts(digest, case)
        yield from _case(f"{summary_line(case, digest.at)}{holder}", case)
    yield from _more(len(overdue), MAX_OVERDUE)


def _waiting(digest: Digest) -> Iterator[str]:
    unassigned = digest.unassigned
    acknowledged = f"; {digest.acknowledged} more acknowledged" if digest.acknowledged else ""
    yield f"WAITING: {f'{len(unassigned)} unassigned' if unassigned else 'none unassigned'}{acknowledged}"
    for case in unassigned[:MAX_UNASSIGNED]:
        yield from _case(summary_line(case, digest.at) + _alerts(digest, case), case)
    yield from _more(len(unassigned), MAX_UNASSIGNED)
    if not digest.complete:
        yield "There are more cases than were read for this email: the real numbers are higher."


def _praise(digest: Digest) -> Iterator[str]:
    praise = digest.praise
    if praise:
        yield f"PRAISE: {len(praise)} to say thanks for"
        for case in praise[:MAX_PRAISE]:
            former = "; has complained before" if case.id in digest.former_complainers else ""
            yield from _case(author_and_reach(case) + former, case)
        yield from _more(len(praise), MAX_PRAISE)


def _opportunities(digest: Digest) -> Iterator[str]:
    opportunities = digest.opportunities
    if opportunities:
        yield f"OPPORTUNITIES: {len(opportunities)}"
        for case in opportunities[:MAX_OPPORTUNITIES]:
            yield from _case(author_and_reach(case), case)
        yield from _more(len(opportunities), MAX_OPPORTUNITIES)


def _learning(digest: Digest) -> Iterator[str]:
    if digest.new_verdicts >= ENOUGH_VERDICTS:
        yield f"LEARNING: staff corrected or confirmed {ENOUGH_VERDICTS} or more judgements since anybody last looked"
        yield "`earshot learn` shows what they teach, and changes nothing before you say yes"


def _sources(digest: Digest) -> Iterator[str]:
    unhealthy = digest.unhealthy_sources
    if not unhealthy:
        yield "SOURCES: all working"
    else:
        yield f"SOURCES: {len(unhealthy)} of {len(digest.health.sources)} to check"
    for source in unhealthy[:MAX_SOURCES]:
        yield _line(f"- {source.source}: {_trouble(digest, source)}")
    yield from _more(len(unhealthy), MAX_SOURCES)
    gaps = list(gap_lines(digest.covered))
    if gaps:
        more = f" and {_count(len(gaps) - 1, 'more source')}" if gaps[1:] else ""
        yield _line(f"Not all was heard of {gaps[0]}{more}; see `earshot coverage`")


def _trouble(digest: Digest, source: SourceHealth) -> str:
    if source.silent:
        last = "" if source.last_success_at is None else f", last read {_local(digest, source.last_success_at)}"
        return f"not read ({source.status}{last}). {source.message}"
    if source.suspected_since is not None and not digest.has_gap(source):
        return f"nothing came since {_local(digest, source.suspected_since)}, which is not usual at this hour"
    assert source.gap is not None, "an unhealthy source is silent, is suspected or has a gap"
    start = "an unknown time" if source.gap.start is None else _local(digest, source.gap.start)
    return f"posts may be missing from {start} to {_local(digest, source.gap.end)}. {source.gap.why}"


def _spending(digest: Digest) -> Iterator[str]:
    yield f"SPENDING this month{_forecast(digest)}"
    for budget in digest.health.spending:
        service = _SERVICES.get(budget.service, budget.service)
        yield f"- {service}: ${budget.spent_usd:.2f} of ${budget.limit_usd:.2f}{_warning(budget)}"


def _forecast(digest: Digest) -> str:
    if digest.forecast is None:
        return ""
    cost = digest.forecast.cost_of_a_complaint
    found = "" if cost is None else f", ${cost / 1e6:.2f} for each complaint found"
    return f": about ${digest.forecast.month / 1e6:.2f} by its end{found}; see `earshot budget`"


def _warning(budget: Spending) -> str:
    if budget.service == SMS:
        return _sms_warning(budget)
    outlook = f"; {budget.outlook}" if budget.outlook else ""
    if budget.spent_usd >= budget.limit_usd:
        return f": USED UP{outlook}"
    is_nearly_used_up = budget.spent_usd >= WARNING_SHARE * budget.limit_usd
    return f": nearly used up{outlook}" if is_nearly_used_up else outlook


def _sms_warning(budget: Spending) -> str:
    if budget.limit_usd == 0:
        return " (estimate): text messages are switched off"
    if budget.spent_usd >= budget.limit_usd:
        return " (estimate): USED UP, alerts are sent by email"
    is_nearly_used_up = budget.spent_usd >= WARNING_SHARE * budget.limit_usd
    return " (estimate)" + (": text messages for critical cases only" if is_nearly_used_up else "")


def _case(title: str, case: Case) -> Iterator[str]:
    yield _line(f"- {title}")
    yield f"  {QUOTED}{excerpt(case.posts.headline.text, MAX_LINE) or '(no text)'}"
    yield f"  {shown_link(case.posts.headline.link) or f'case {case.id}, no link known'}"


def _alerts(digest: Digest, case: Case) -> str:
    """What became of the alerts of an open case; "" where its urgency alerts nobody."""
    return f"; {alert_state(case).text(lambda at: _local(digest, at))}" if case.assessment.urgency >= HIGH else ""


def _more(found: int, shown: int) -> Iterator[str]:
    if found > shown:
        yield f"and {found - shown} more"


def _line(text: str) -> str:
    """Text of other people on one line, shortened to ``MAX_LINE`` characters."""
    line = one_line(text)
    return line if len(line) <= MAX_LINE else line[: MAX_LINE - 3] + "..."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _local(digest: Digest, at: datetime) -> str:
    return f"{at.astimezone(digest.zone):%Y-%m-%d %H:%M}"


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h"
