"""The incidents of a deployed stack, as people read them in a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.cases.incidents.incident import Incident, Member
from earshot.cases.incidents.table import IncidentTable
from earshot.cases.store.queries import CaseQueries
from earshot.errors import EarshotError
from earshot.reports.incident_members import incident_of, is_waiting, live_incident_cases, members_csv, members_of
from infra.cli.terminal import COLUMNS, fitted, plain
from infra.ops.stack import Stack, StackError

_TABLE = "CaseTableName"
_PAGE = 100


class DeployedIncidents:
    """``session`` is a boto3 session, or anything with its ``client``."""

    def __init__(self, session: Any, stack: Stack) -> None:
        if _TABLE not in stack.outputs:
            raise StackError(f"The stack has no output '{_TABLE}', so it is no Earshot: name it with --stack.")
        dynamodb = session.client("dynamodb")
        self._queries = CaseQueries(dynamodb, stack.outputs[_TABLE])
        self._incidents = IncidentTable(dynamodb, stack.outputs[_TABLE])

    def lines(self, status: str, most: int) -> Iterator[str]:
        """One incident each, the newest first: ``live``, ``over``, or ``all``."""
        found = self._live(most) if status == "live" else list(self._page_by_page(status == "over", most))
        yield from (plain(f"{case.id}: {_told(case, incident_of(case))}") for case in found)
        if not found:
            yield "No incident runs." if status == "live" else "There was none."

    def story(self, incident_id: str) -> Iterator[str]:
        """How one incident stands, and its log."""
        file = self._queries.case_file(incident_id)
        incident = incident_of(file.case)
        members = self._members(incident)
        yield plain(f"{file.case.id}: {_told(file.case, incident)}")
        severity, due_at = file.case.assessment.severity, _when(file.case.response.due_at)
        yield f"  {severity}, answer by {due_at}; usual would be {incident.usual:g} an hour"
        waiting = f"{sum(map(is_waiting, members))} of {len(members)} still wait"
        yield f"  latest complaint {_when(incident.latest_at)}; {waiting}"
        yield "  " + fitted(file.case.headline.text, COLUMNS - 2)
        for entry in file.log:
            yield plain(f"{_when(entry.at)} {entry.by} {entry.what}: {entry.text}")

    def table(self, incident_id: str) -> Iterator[str]:
        """Whom to tell, one each."""
        members = self._members(self._incident(incident_id))
        width = max((len(member.status) for member in members), default=0)
        for member in members:
            where = member.link or f"case {member.case_id}"
            yield plain(f"{member.status:<{width}}  {_when(member.opened_at)}  {where}  {member.author.label}")
        yield f"{sum(map(is_waiting, members))} of {len(members)} still wait for an answer."

    def as_csv(self, incident_id: str) -> str:
        """Whom to tell, as CSV."""
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


@contextmanager
def told() -> Iterator[None]:
    """What AWS refuses, said with what is needed."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise EarshotError(
            f"AWS did not do it ({error}). Your credentials need dynamodb:Query and GetItem on the case table, and "
            "Query on its index by-author."
        ) from error


def _told(case: Case, incident: Incident) -> str:
    begun = f"'{incident.label}', {incident.count} customers since {_when(incident.began_at)}"
    over = "goes on" if incident.ended_at is None else f"over since {_when(incident.ended_at)}"
    held = f"held by {case.acknowledgement.by}" if case.status is Status.ACKNOWLEDGED else str(case.status)
    return f"{begun}; {over}; {held}"


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
