"""An incident for tests: the case that stands for it, and customers' cases that joined it, as the watch makes them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from earshot.cases.case.case import Case
from earshot.cases.case.inhibition import join_incident
from earshot.cases.case.key import ConversationKey
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.incidents.incident import Incident
from earshot.cases.incidents.incident_case import ended, incident_id, open_incident
from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.triage.judgement import Severity


def begin(table: Any, threads: Sequence[str], now: datetime, label: str = "outage") -> Incident:
    """Recognise an incident in the cases of ``threads``, which join it."""
    members = [_case(table.thread(key)) for key in threads]
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
    ladder = DEFAULT_POLICY.ladder_for(Severity.HIGH)
    table.save([open_incident(incident, members, DEFAULT_POLICY, ladder, now)], now=now)
    for key in threads:
        table.change(key, lambda thread: thread.after(join_incident(_case(thread), incident, now)), now)
    return incident


def finish(table: Any, incident: Incident, now: datetime) -> None:
    """The incident is over."""

    def decide(thread: Conversation) -> Decision:
        case, entries = ended(_case(thread), now)
        return replace(thread, case=case), entries

    table.change(str(ConversationKey.of_case(incident.id)), decide, now)


def _case(thread: Conversation) -> Case:
    assert thread.case is not None, f"{thread.key} has no case"
    return thread.case
