"""The case that stands for an incident: what the brand owes many customers at once.

It is a case like any other, with a ladder, a clock and a log, so all that staff can do with a case they can do with an
incident. It has no conversation of its own: its text is Earshot's, and quotes its most urgent complaint.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from earshot.cases.case.assessment import Assessment
from earshot.cases.case.case import Case
from earshot.cases.case.key import ConversationKey
from earshot.cases.case.ladder import Step
from earshot.cases.case.log import EARSHOT, LogEntry
from earshot.cases.case.response import ResponseClock
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.incidents.incident import AUTHOR_ID, SOURCE, Incident
from earshot.cases.policy.policy import Policy
from earshot.mentions.mention import Author
from earshot.triage.judgement import HIGH, Intent, Reason, severity_of


def incident_id(brand: str, label: str, began_at: datetime) -> str:
    """The same for whoever recognises the same incident again, after a crash."""
    name = re.sub(r"\W+", "-", f"{brand} {label}".lower())
    return f"{SOURCE}-{name}-{began_at:%Y%m%dT%H%M}"


def open_incident(
    incident: Incident, members: Sequence[Case], policy: Policy, ladder: Iterable[Step], at: datetime
) -> Decision:
    """The thread of an incident's case, whose ladder begins at once, and its log. ``members`` are not empty."""
    worst = max(members, key=lambda case: (case.assessment.urgency, case.opened_at))
    urgency = max(HIGH, worst.assessment.urgency)
    severity = severity_of(urgency)
    key = ConversationKey.of_case(incident.id)
    reasons = (Reason("incident", urgency, _why(incident)),)
    text = f'Most urgent: "{worst.headline.text}"'
    case = Case(
        key=key,
        brand=worst.brand,
        author=Author(AUTHOR_ID),
        response=ResponseClock(
            opened_at=incident.began_at,
            owed_id=worst.headline.id,
            owed_at=incident.began_at,
            target=policy.target(Intent.COMPLAINT, severity),
        ),
        assessment=Assessment(Intent.COMPLAINT, urgency, severity, reasons),
        headline=replace(worst.headline, id=key.conversation_id, at=incident.began_at, text=text),
        incident=incident,
    )
    case = grown(case, incident, sum(member.author.followers or 0 for member in members))
    opened = LogEntry(at, EARSHOT, "opened", f"incident: {_why(incident)}")
    begun = case.start_ladder(tuple(ladder), at).climb(at)
    if begun is None:
        return Conversation(str(key), case=case), (opened,)
    return Conversation(str(key), case=begun[0]), (opened, begun[1])


def grown(case: Case, incident: Incident, reach: int) -> Case:
    """The incident's case as it is with all the customers that it has by now, whom ``reach`` people follow."""
    author = replace(case.author, name=f"{incident.count} customers with '{incident.label}'", followers=reach)
    return replace(case, incident=incident, author=author, spread=replace(case.spread, reach=reach))


def ended(case: Case, at: datetime) -> tuple[Case, tuple[LogEntry, ...]]:
    """The incident is over: resolved, unless staff has done that. Its customers' cases stay what they are."""
    assert case.incident is not None, "only an incident's case ends by itself"
    over = replace(case, incident=replace(case.incident, ended_at=at), ladder=case.ladder.stop())
    if case.status is Status.RESOLVED:
        return over, ()
    done, entry = over.resolve(EARSHOT, at, "no further complaint for an hour: tell those whom it affected")
    return done, (entry,)


def _why(incident: Incident) -> str:
    usual = "hardly any" if incident.usual < 0.1 else f"{incident.usual:.1f}"
    return f"{incident.count} customers complain about '{incident.label}' within an hour, and {usual} would be usual"
