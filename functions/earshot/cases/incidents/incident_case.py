"""The case that stands for an incident: what the brand owes many customers at once.

It is a case like any other, with a ladder, a clock and a log, so that staff work on an incident as on any case. It has
no conversation of its own: Earshot writes its text, and quotes the most urgent complaint.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from earshot.cases.case.assessment import Assessment
from earshot.cases.case.case import Case
from earshot.cases.case.key import INCIDENT_SOURCE, CaseKey
from earshot.cases.case.log import EARSHOT, LogEntry
from earshot.cases.case.posts import Posts
from earshot.cases.case.response import ResponseClock
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.opening import start_alerting
from earshot.cases.incidents.incident import AUTHOR_ID, Incident, features_of
from earshot.cases.policy.policy import Policy
from earshot.mentions.mention import Author
from earshot.triage.judgement import HIGH, Intent, Reason, severity_of


def incident_id(brand: str, label: str, began_at: datetime) -> str:
    """The id of an incident: the same for everybody who detects it, also again after a crash."""
    name = re.sub(r"\W+", "-", f"{brand} {label}".lower())
    return f"{INCIDENT_SOURCE}-{name}-{began_at:%Y%m%dT%H%M}"


def open_incident_case(
    incident: Incident, worst: Case, reach: int, policy: Policy, at: datetime
) -> tuple[Conversation, tuple[LogEntry, ...]]:
    """An incident's case with its log entries. Its ladder starts at ``at``.

    ``worst`` is the most urgent of its customers' cases; ``reach`` adds up the followers of all of them.
    """
    case = update_incident_case(_new_case(incident, worst, policy), incident, reach)
    opened = LogEntry(at, EARSHOT, "opened", f"incident: {_why(incident)}")
    case, alerted = start_alerting(case, at, policy.ladder_for)
    return Conversation(str(case.key), case=case), (opened, *alerted)


def update_incident_case(case: Case, incident: Incident, reach: int) -> Case:
    """The incident's case with what is known of the incident now; ``reach`` adds up its customers' followers."""
    author = replace(case.author, name=f"{incident.count} customers with '{incident.label}'", followers=reach)
    return replace(case.still(), incident=incident, author=author, posts=case.posts.with_reach(reach))


def end_incident_case(case: Case, at: datetime) -> tuple[Case, tuple[LogEntry, ...]]:
    """The case of an incident that has ended: resolved, unless staff did that. Its customers' cases do not change."""
    assert case.incident is not None, "only an incident's case ends by itself"
    over = replace(case.still(), incident=replace(case.incident, ended_at=at), ladder=case.ladder.stop())
    if case.status is Status.RESOLVED:
        return over, ()
    done, entry = over.resolve(EARSHOT, at, "no further complaint for an hour: tell those whom it affected")
    return done, (entry,)


def covering_incident(case: Case, incidents: Iterable[Incident]) -> Incident | None:
    """The incident, of these, that alerts in place of a customer's case."""
    if case.incident is not None:
        return None
    features = features_of(case.posts.headline.text, case.assessment.reasons, case.brand)
    return next((one for one in incidents if one.id == case.incident_id or one.covers(features)), None)


def _new_case(incident: Incident, worst: Case, policy: Policy) -> Case:
    """A case that is at least high, with the text of the most urgent complaint."""
    urgency = max(HIGH, worst.assessment.urgency)
    severity = severity_of(urgency)
    key = CaseKey.parse(incident.id)
    text = f'Most urgent, {worst.author.label}: "{worst.posts.headline.text}"'
    return Case(
        key=key,
        brand=worst.brand,
        author=Author(AUTHOR_ID),
        response=ResponseClock(
            opened_at=incident.began_at,
            owed_id=worst.posts.headline.id,
            owed_at=incident.began_at,
            target=policy.target(Intent.COMPLAINT, severity),
        ),
        assessment=Assessment(Intent.COMPLAINT, urgency, severity, (Reason("incident", urgency, _why(incident)),)),
        posts=Posts(replace(worst.posts.headline, id=key.conversation_id, at=incident.began_at, text=text)),
        incident=incident,
    )


def _why(incident: Incident) -> str:
    usual = "hardly any" if incident.usual < 0.1 else f"{incident.usual:.1f}"
    return f"{incident.count} customers complain about '{incident.label}' within an hour, and {usual} would be usual"
