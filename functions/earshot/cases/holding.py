"""What keeps an alert back: others that it is told with, hours in which nobody wants it, an incident in its place.

Like all transitions of a case these give the case as it is afterwards, with one log entry.
"""

import math
from dataclasses import replace
from datetime import datetime

from earshot.cases.case import Alerting, Case, Entry, Status
from earshot.cases.incident import Incident
from earshot.cases.quiet import Hush


def hold(case: Case, until: datetime, at: datetime) -> tuple[Case, Entry] | None:
    """The alert that is due is told at ``until``, with others; None where that was said already."""
    if case.alerting is not Alerting.DUE or case.held_until == until:
        return None
    seconds = math.ceil((until - at).total_seconds())
    return replace(case, held_until=until), Entry(
        at, "earshot", "held back", f"is told in {seconds} s, with what else there is to tell"
    )


def hush(case: Case, step: int, quiet: Hush, at: datetime) -> tuple[Case, Entry]:
    """Nobody is alerted before the hush ends; then the ladder goes on with ``step``, of which nothing was sent."""
    assert case.ladder_started_at is not None, "what alerts somebody has started its ladder"
    waited = (quiet.until - case.step_at(step)).total_seconds()
    hushed = replace(
        case,
        step=step - 1,
        ladder_held=case.ladder_held + max(0, math.ceil(waited)),
        alerting=Alerting.WAITING,
        held_until=None,
        hushed=quiet.why,
    )
    return hushed, Entry(at, "earshot", "hushed", f"alerts nobody before the end of {quiet.why}")


def join_incident(case: Case, incident: Incident, at: datetime) -> tuple[Case, Entry] | None:
    """The incident alerts in place of the case, which stays what it is; None where it has joined already."""
    if case.incident_id == incident.id and case.alerting is Alerting.OFF:
        return None
    quiet = replace(case, incident_id=incident.id, alerting=Alerting.OFF, held_until=None, hushed=None)
    told = "which alerts in its place" if case.status is Status.OPEN and case.ladder else "as one of many"
    return quiet, Entry(at, "earshot", "joined incident", f"{incident.id}, {told}")
