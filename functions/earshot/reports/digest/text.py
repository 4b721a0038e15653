"""What the morning digest says: one subject, and plain text of at most 100 lines that a phone can show."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from earshot.alerting.messages.text import excerpt, short_number, summary_line
from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.mentions.budget import WARNING_SHARE
from earshot.reports.digest.digest import Digest
from earshot.reports.health import SMS, SourceHealth, Spending
from earshot.triage.judgement import Intent

# How many of each are named; of the others it is said how many they are. Together they keep the mail to 100 lines.
MOST_LATE, MOST_OPEN, MOST_PRAISE, MOST_OPPORTUNITIES, MOST_SOURCES, MOST_INCIDENTS = 7, 5, 4, 4, 4, 3
LONGEST_LINE = 160
_SERVICES = {"x": "X", "comprehend": "Comprehend", SMS: "SMS"}


def subject(digest: Digest) -> str:
    """One line of fewer than 100 printable characters of ASCII, as SNS asks for."""
    late, waiting = len(digest.late), len(digest.open) + digest.held
    more = "" if digest.complete else "+"
    complaints = digest.came_in.by_intent[Intent.COMPLAINT]
    told = [f"{late}{more} late", f"{waiting}{more} waiting", _count(complaints, "complaint")]
    if digest.incidents:
        told.append(_count(len(digest.incidents), "incident"))
    if digest.troubled:
        told.append(_count(len(digest.troubled), "source") + " to look at")
    return f"Earshot {digest.period.day}: {', '.join(told)}"


def text(digest: Digest) -> str:
    """The mail. A day on which nothing was said and nothing waits is one line, below the date."""
    start, end = _local(digest, digest.period.start), _local(digest, digest.period.end)
    head = f"{_local(digest, digest.at)}, {digest.zone.key}. What came in: from {start} to {end}."
    if _is_quiet(digest):
        return f"{head}\n\nA quiet day: nobody wrote, nothing waits, and every source is heard.\n"
    parts = [
        _came_in(digest),
        _incidents(digest),
        _late(digest),
        _open(digest),
        _praise(digest),
        _opportunities(digest),
        _sources(digest),
        _money(digest),
    ]
    return "\n\n".join([head, *("\n".join(lines) for lines in map(list, parts) if lines)]) + "\n"


def _is_quiet(digest: Digest) -> bool:
    wrote = digest.came_in.customers or digest.opened or digest.incidents
    owed = digest.late or digest.open or digest.held
    return not wrote and not owed and not digest.troubled and digest.health.status == "ok"


def _came_in(digest: Digest) -> Iterator[str]:
    tally = digest.came_in
    yield f"CAME IN: {_count(tally.customers, 'post')}"
    if tally.customers:
        yield ", ".join(f"{intent} {tally.by_intent[intent]}" for intent in Intent)
    yield _complaints(digest)
    if digest.opened:
        answered = f"{_count(len(digest.opened), 'case')} opened, {len(digest.answered)} answered"
        within = "" if digest.first_response is None else f", half of these within {_span(digest.first_response)}"
        yield answered + within


def _complaints(digest: Digest) -> str:
    today, before = digest.came_in.by_intent[Intent.COMPLAINT], digest.complaints_before
    if not before:
        return f"{_count(today, 'complaint')}; nothing was heard before, to compare with"
    days = "the day before" if len(before) == 1 else f"the {len(before)} days before"
    mean = sum(before) / len(before)
    usual = f"{mean:.0f}" if len(before) == 1 else f"{mean:.0f} a day ({min(before)} to {max(before)})"
    return f"{_count(today, 'complaint')}; {days}: {usual}"


def _incidents(digest: Digest) -> Iterator[str]:
    if digest.incidents:
        yield f"INCIDENTS: {len(digest.incidents)}"
        for case in digest.incidents[:MOST_INCIDENTS]:
            yield _line(f"- {_incident(digest, case)}")
            yield f"  whom to tell: earshot incidents tell {case.id}"
        yield from _more(len(digest.incidents), MOST_INCIDENTS)


def _incident(digest: Digest, case: Case) -> str:
    incident = case.incident
    assert incident is not None, "what is told among the incidents is one"
    begun = f"'{incident.label}': {_count(incident.count, 'customer')} since {_local(digest, incident.began_at)}"
    count = digest.waits_for(case)
    waiting = f"{count}{'' if digest.complete else '+'} still {'waits' if count == 1 else 'wait'}"
    if incident.ended_at is not None:
        return f"{begun}, over since {_local(digest, incident.ended_at)}; {waiting}"
    return f"{begun}, goes on; {waiting}; {_standing(digest, case)}"


def _standing(digest: Digest, case: Case) -> str:
    if case.status is Status.ACKNOWLEDGED:
        return f"{case.acknowledgement.by} holds it"
    if case.status is Status.OPEN:
        return "nobody has it, and it is late" if case.response.due_at <= digest.at else "nobody has it"
    return str(case.status)


def _late(digest: Digest) -> Iterator[str]:
    late = digest.late
    if not late:
        yield "LATE: nothing"
        return
    yield f"LATE: {len(late)}, the most urgent first"
    for case in late[:MOST_LATE]:
        held = f"; {case.acknowledgement.by} holds it" if case.status is Status.ACKNOWLEDGED else ""
        yield from _case(f"{summary_line(case, digest.at)}{held}", case)
    yield from _more(len(late), MOST_LATE)


def _open(digest: Digest) -> Iterator[str]:
    waiting = digest.open
    held = f"; {digest.held} more in somebody's hands" if digest.held else ""
    yield f"WAITING: {len(waiting) or 'nothing'}{held}"
    for case in waiting[:MOST_OPEN]:
        yield from _case(summary_line(case, digest.at), case)
    yield from _more(len(waiting), MOST_OPEN)
    if not digest.complete:
        yield "There are more cases than were read for this mail: late and waiting are at least so many."


def _praise(digest: Digest) -> Iterator[str]:
    praise = digest.praise
    if praise:
        yield f"SAY THANKS: {len(praise)}"
        for case in praise[:MOST_PRAISE]:
            yield from _case(_who(case) + ("; complained before" if case.id in digest.returned else ""), case)
        yield from _more(len(praise), MOST_PRAISE)


def _opportunities(digest: Digest) -> Iterator[str]:
    found = digest.opportunities
    if found:
        yield f"OPPORTUNITIES: {len(found)}"
        for case in found[:MOST_OPPORTUNITIES]:
            yield from _case(_who(case), case)
        yield from _more(len(found), MOST_OPPORTUNITIES)


def _sources(digest: Digest) -> Iterator[str]:
    troubled = digest.troubled
    if not troubled:
        yield f"SOURCES: {'all of them are' if len(digest.health.sources) > 1 else 'it is'} heard"
        return
    yield f"SOURCES: {len(troubled)} of {len(digest.health.sources)} to look at"
    for source in troubled[:MOST_SOURCES]:
        yield _line(f"- {source.source}: {_trouble(digest, source)}")
    yield from _more(len(troubled), MOST_SOURCES)


def _trouble(digest: Digest, source: SourceHealth) -> str:
    if source.silent:
        since = "" if source.last_success_at is None else f", last heard {_local(digest, source.last_success_at)}"
        return f"silent ({source.status}{since}). {source.message}"
    assert source.gap is not None, "what is neither silent nor has a gap is not troubled"
    start = "an unknown time" if source.gap.start is None else _local(digest, source.gap.start)
    return f"posts may be missing from {start} to {_local(digest, source.gap.end)}. {source.gap.why}"


def _money(digest: Digest) -> Iterator[str]:
    yield "SPENT this month"
    for budget in digest.health.spending:
        service = _SERVICES.get(budget.service, budget.service)
        yield f"- {service}: ${budget.spent_usd:.2f} of ${budget.limit_usd:.2f}{_warning(budget)}"


def _warning(budget: Spending) -> str:
    if budget.service == SMS:
        return _texting(budget)
    if budget.spent_usd >= budget.limit_usd:
        return ": USED UP"
    return ": nearly used up" if budget.spent_usd >= WARNING_SHARE * budget.limit_usd else ""


def _texting(budget: Spending) -> str:
    if budget.limit_usd == 0:
        return ", as reckoned: texting is switched off"
    if budget.spent_usd >= budget.limit_usd:
        return ", as reckoned: USED UP, alerts come by email"
    nearly = budget.spent_usd >= WARNING_SHARE * budget.limit_usd
    return ", as reckoned" + (": critical cases alone are texted" if nearly else "")


def _case(title: str, case: Case) -> Iterator[str]:
    yield _line(f"- {title}")
    yield f"  {excerpt(case.headline.text, LONGEST_LINE) or '(no text)'}"
    yield f"  {_printable(case.headline.link or f'no link known, case {case.id}')}"


def _who(case: Case) -> str:
    heard = "" if case.author.followers is None else f", reach {short_number(case.spread.reach)}"
    return f"{case.author.label}{heard}"


def _more(found: int, shown: int) -> Iterator[str]:
    if found > shown:
        yield f"and {found - shown} more"


def _printable(told: str) -> str:
    """Words of strangers on one line, without control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in told).split())


def _line(told: str) -> str:
    """The same, no longer than a person reads."""
    line = _printable(told)
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 3] + "..."


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _local(digest: Digest, at: datetime) -> str:
    return f"{at.astimezone(digest.zone):%Y-%m-%d %H:%M}"


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h"
