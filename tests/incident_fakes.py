"""An incident for tests: the case that stands for it, and customers' cases that joined it, as the watch makes them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from earshot.cases.case.case import Case
from earshot.cases.case.inhibition import join_incident
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.incidents.incident import Incident
from earshot.cases.incidents.incident_case import end_incident_case, incident_id, open_incident_case
from earshot.cases.policy.policy import DEFAULT_POLICY


def begin(table: Any, conversations: Sequence[str], now: datetime, label: str = "outage") -> Incident:
    """Recognise an incident in the cases of ``conversations``, which join it."""
    members = [_case(table.conversation(key)) for key in conversations]
    began_at = min(case.opened_at for case in members)
    incident = Incident(
        id=incident_id("NimbusAir", label, began_at),
        label=label,
        features=(f"NimbusAir#about:{label}",),
        began_at=began_at,
        latest_at=max(case.opened_at for case in members),
        count=len(members),
        usual=0.2,
    )
    worst = max(members, key=lambda case: (case.assessment.urgency, case.opened_at))
    reach = sum(member.author.followers or 0 for member in members)
    table.save([open_incident_case(incident, worst, reach, DEFAULT_POLICY, now)], now=now)
    for key in conversations:
        table.change(key, lambda found: found.after(join_incident(_case(found), incident, now)), now)
    return incident


def finish(table: Any, incident: Incident, now: datetime) -> None:
    """The incident is over."""

    def decide(conversation: Conversation) -> Decision:
        case, entries = end_incident_case(_case(conversation), now)
        return replace(conversation, case=case), entries

    table.change(incident.id, decide, now)


def _case(conversation: Conversation) -> Case:
    assert conversation.case is not None, f"{conversation.key} has no case"
    return conversation.case
