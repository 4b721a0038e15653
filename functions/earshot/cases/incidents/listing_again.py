"""An incident whose case staff resolved by mistake goes on: it is live again, and alerts in place of its cases."""

from typing import Protocol

from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.cases.incidents.incident import Incident
from earshot.errors import ConflictError

MOST_TRIES = 6


class LiveIncidents(Protocol):
    """The list of live incidents. ``put_live`` raises ConflictError where another run changed it meanwhile."""

    def live(self) -> tuple[Incident, ...]: ...
    def put_live(self, incidents: tuple[Incident, ...], before: tuple[Incident, ...]) -> None: ...


def list_again(incidents: LiveIncidents, case: Case) -> bool:
    """List the incident of ``case`` as live where it goes on and is not listed. Returns whether it is listed.

    Of a case that stands for no incident, or for one that has ended, nothing is listed.
    """
    incident = case.incident
    if incident is None or incident.ended_at is not None or case.status is Status.RESOLVED:
        return False
    for _ in range(MOST_TRIES):
        before = incidents.live()
        if any(one.id == incident.id for one in before):
            return True
        try:
            incidents.put_live((*before, incident), before)
        except ConflictError:
            continue
        return True
    return False
