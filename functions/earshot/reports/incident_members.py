"""Whom an incident affects: whom to tell that it is fixed, those first who have had no answer."""

from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from typing import Protocol

from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.cases.incidents.incident import Incident, IncidentStatus, Member
from earshot.errors import NotFoundError
from earshot.reports.spreadsheet import Cell, as_csv
from earshot.timestamps import rfc3339

# An answer of Lambda's holds 6 MB, and a member some 400 bytes.
MOST_MEMBERS = 5_000
_WAITING = frozenset({Status.OPEN, Status.ACKNOWLEDGED})
COLUMNS = ("case_id", "handle", "name", "followers", "link", "opened_at", "status", "severity")


class Cases(Protocol):
    """What is asked of the case table."""

    def case(self, case_id: str) -> Case: ...


class Incidents(Protocol):
    """What is asked of the incidents' table."""

    def live(self) -> tuple[Incident, ...]: ...
    def members(self, incident: Incident) -> Iterable[Member]: ...


def incident_of(case: Case) -> Incident:
    """The incident that a case stands for. NotFoundError where it is a customer's."""
    if case.incident is None:
        raise NotFoundError(f"Case {case.id!r} is a customer's, and no incident: see its `incident_id`.")
    return case.incident


def live_cases(cases: Cases, incidents: Incidents) -> list[Case]:
    """The cases of the incidents that run, the newest first."""
    found = []
    for incident in incidents.live():
        with suppress(NotFoundError):  # it is listed until the next look, and somebody has deleted it
            found.append(cases.case(incident.id))
    running = [case for case in found if incident_of(case).status is IncidentStatus.LIVE]
    return sorted(running, key=lambda case: (case.opened_at, case.id), reverse=True)


def affected(incidents: Incidents, incident: Incident, most: int | None = MOST_MEMBERS) -> tuple[list[Member], bool]:
    """Whom it affects: who waits first, and of those who waited longest; and whether that is all of them.

    Of more than ``most`` the order is that of these alone; None: as many as there are.
    """
    found = list(islice(incidents.members(incident), None if most is None else most + 1))
    given = found if most is None else found[:most]
    return sorted(given, key=lambda one: (not waits(one), one.opened_at, one.case_id)), len(given) == len(found)


def waits(member: Member) -> bool:
    """Whether they have had no answer yet, or have asked again since."""
    return member.status in _WAITING


def members_as_csv(members: Iterable[Member]) -> str:
    """A header, and a row for each; handles stand without ``@``, which would begin a formula."""
    return as_csv([COLUMNS, *map(_row, members)])


def _on_one_line(name: str) -> str:
    """What a stranger is called, without what would move a terminal's cursor."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())


def _row(member: Member) -> tuple[Cell, ...]:
    author = member.author
    return (
        member.case_id,
        author.handle,
        author.name and _on_one_line(author.name),
        author.followers,
        member.link,
        rfc3339(member.opened_at),
        member.status,
        member.severity,
    )
