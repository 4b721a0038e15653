"""The members of an incident: the customers to tell when it is fixed, those who still wait first."""

from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from typing import Protocol

from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.cases.incidents.incident import Incident, IncidentStatus, Member
from earshot.errors import NotFoundError
from earshot.plain_text import one_line
from earshot.reports.spreadsheet import Cell, as_csv
from earshot.timestamps import rfc3339

# A Lambda response is limited to 6 MB, and a member has about 400 bytes.
MAX_MEMBERS = 5_000
_WAITING = frozenset({Status.OPEN, Status.ACKNOWLEDGED})
COLUMNS = (
    *("case_id", "handle", "name", "followers", "link", "opened_at", "status", "severity"),
    *("recovery", "recovery_at", "recovery_post"),
)


class CaseReader(Protocol):
    """Reads a case. NotFoundError: there is none."""

    def case(self, case_id: str) -> Case: ...


class IncidentReader(Protocol):
    """Reads incidents: those that still go on, and the members of one."""

    def live(self) -> tuple[Incident, ...]: ...
    def members(self, incident: Incident) -> Iterable[Member]: ...


def incident_of(case: Case) -> Incident:
    """The incident that a case stands for. NotFoundError: it is the case of a customer."""
    if case.incident is None:
        raise NotFoundError(f"Case {case.id!r} is a customer's case, not an incident: see its `incident_id`.")
    return case.incident


def live_incident_cases(cases: CaseReader, incidents: IncidentReader) -> list[Case]:
    """The cases of the incidents that still go on, newest first."""
    found: list[Case] = []
    for incident in incidents.live():
        with suppress(NotFoundError):  # the case was deleted, and the list is updated by the next check only
            found.append(cases.case(incident.id))
    live = [case for case in found if incident_of(case).status is IncidentStatus.LIVE]
    return sorted(live, key=lambda case: (case.opened_at, case.id), reverse=True)


def members_of(
    incidents: IncidentReader, incident: Incident, limit: int | None = MAX_MEMBERS
) -> tuple[list[Member], bool]:
    """Up to ``limit`` members (None: all), and whether these are all.

    First those who still wait, and of these first who has waited longest. If there are more than ``limit``, only the
    given members are in that order.
    """
    found = list(islice(incidents.members(incident), None if limit is None else limit + 1))
    given = found[:limit]
    return sorted(given, key=lambda one: (not is_waiting(one), one.opened_at, one.case_id)), len(given) == len(found)


def is_waiting(member: Member) -> bool:
    """Whether the member has had no answer yet, or has asked again since the last one."""
    return member.status in _WAITING


def members_csv(members: Iterable[Member]) -> str:
    """CSV with a header and a row for each member. Handles have no ``@``, which could begin a formula."""
    return as_csv([COLUMNS, *map(_row, members)])


def _row(member: Member) -> tuple[Cell, ...]:
    author, recovery = member.author, member.recovery
    end = (None, None, None) if recovery is None else (recovery.status, rfc3339(recovery.at), recovery.mention_id)
    return (
        member.case_id,
        author.handle and one_line(author.handle),
        author.name and one_line(author.name),
        author.followers,
        member.link,
        rfc3339(member.opened_at),
        member.status,
        member.severity,
        *end,
    )
