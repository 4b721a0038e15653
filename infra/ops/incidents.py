"""The incidents of a deployed stack, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.cases.incidents.incident import Incident, Member
from earshot.reports.incident_members import incident_of, is_waiting, live_incident_cases, members_csv, members_of
from infra.aws_session import AwsSession
from infra.ops.aws_errors import explained
from infra.ops.bootstrap import CASE_TABLE, wire
from infra.ops.stack import Stack
from infra.terminal import COLUMNS, fitted, plain

_PAGE = 100


class DeployedIncidents:
    """Reads the incidents of one stack."""

    def __init__(self, session: AwsSession, stack: Stack) -> None:
        wired = wire(session, stack, CASE_TABLE)
        self._queries, self._incidents = wired.case_queries, wired.incident_table

    def lines(self, status: str, most: int) -> Iterator[str]:
        """One line for each incident, the newest first; ``status`` is ``live``, ``over`` or ``all``."""
        found = self._live(most) if status == "live" else list(self._page_by_page(status == "over", most))
        yield from (plain(f"{case.id}: {_summary(case, incident_of(case))}") for case in found)
        if not found:
            yield "No incident is live." if status == "live" else "There are no incidents."

    def details(self, incident_id: str) -> Iterator[str]:
        """The state of one incident, and its log."""
        file = self._queries.case_file(incident_id)
        incident = incident_of(file.case)
        members = self._members(incident)
        yield plain(f"{file.case.id}: {_summary(file.case, incident)}")
        severity, due_at = file.case.assessment.severity, _utc(file.case.response.due_at)
        yield f"  {severity}, answer by {due_at}; usual is {incident.usual:g} an hour"
        waiting = f"{sum(map(is_waiting, members))} of {len(members)} still wait"
        yield f"  latest complaint {_utc(incident.latest_at)}; {waiting}"
        yield "  " + fitted(file.case.posts.headline.text, COLUMNS - 2)
        for entry in file.log:
            yield plain(f"{_utc(entry.at)} {entry.by} {entry.what}: {entry.text}")

    def customers(self, incident_id: str) -> Iterator[str]:
        """One line for each customer of an incident."""
        members = self._members(self._incident(incident_id))
        width = max((len(member.status) for member in members), default=0)
        for member in members:
            where = member.link or f"case {member.case_id}"
            yield plain(f"{member.status:<{width}}  {_utc(member.opened_at)}  {where}  {member.author.label}")
        yield f"{sum(map(is_waiting, members))} of {len(members)} still wait for an answer."

    def customers_csv(self, incident_id: str) -> str:
        """The customers of an incident as CSV."""
        return members_csv(self._members(self._incident(incident_id)))

    def _incident(self, incident_id: str) -> Incident:
        return incident_of(self._queries.case(incident_id))

    def _members(self, incident: Incident) -> list[Member]:
        return members_of(self._incidents, incident, limit=None)[0]

    def _live(self, most: int) -> list[Case]:
        return live_incident_cases(self._queries, self._incidents)[:most]

    def _page_by_page(self, over: bool, most: int) -> Iterator[Case]:
        cursor: str | None = None
        while most > 0:
            page = self._queries.incidents(over=over, limit=min(most, _PAGE), cursor=cursor)
            yield from page.items
            most, cursor = most - len(page.items), page.next_cursor
            if cursor is None:
                return


def explained_errors() -> AbstractContextManager[None]:
    """Say which permissions are needed where AWS refuses."""
    return explained(
        "AWS refused",
        "Your credentials need dynamodb:Query and GetItem on the case table, and Query on its index by-author.",
    )


def _summary(case: Case, incident: Incident) -> str:
    begun = f"'{incident.label}', {incident.count} customers since {_utc(incident.began_at)}"
    over = "live" if incident.ended_at is None else f"over since {_utc(incident.ended_at)}"
    held = f"taken by {case.acknowledgement.by}" if case.status is Status.ACKNOWLEDGED else str(case.status)
    return f"{begun}; {over}; {held}"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
