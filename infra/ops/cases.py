"""The cases of a deployed stack for a terminal, and as rows for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from earshot.cases.alert_state.alert_state import alert_state
from earshot.cases.case.case import Case
from earshot.cases.case.response import Timeliness
from earshot.cases.case.status import Status
from earshot.cases.store.queries import CaseFilter, CaseOrder
from earshot.reports.case_rows import fields_of
from earshot.reports.spreadsheet import as_csv
from infra.aws_session import AwsSession
from infra.ops.bootstrap import CASE_TABLE, wire
from infra.ops.stack import Stack
from infra.terminal import COLUMNS, fitted, plain

_PAGE = 100
_LATE = frozenset({Timeliness.BREACHED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases are wanted: of these statuses, that pass ``stored``, of this brand (lower case) and network."""

    statuses: Sequence[Status]
    stored: CaseFilter
    brand: str | None = None
    source: str | None = None
    late: bool = False

    def has(self, case: Case) -> bool:
        """Whether a case passes what the table is not asked for."""
        if self.brand is not None and case.brand.lower() != self.brand:
            return False
        if self.source is not None and case.key.source != self.source:
            return False
        return not self.late or (case.status.is_waiting and case.response.timeliness in _LATE)


class DeployedCases:
    """Reads the cases of one stack."""

    def __init__(self, session: AwsSession, stack: Stack) -> None:
        self._queries = wire(session, stack, CASE_TABLE).case_queries

    def cases(self, wanted: Wanted, order: CaseOrder) -> Iterator[Case]:
        """The cases of each status in turn, the most urgent or the newest first."""
        for status in wanted.statuses:
            cursor = None
            while True:
                page = self._queries.cases(status, wanted.stored, order=order, limit=_PAGE, cursor=cursor)
                yield from filter(wanted.has, page.items)
                if (cursor := page.next_cursor) is None:
                    break

    def show(self, case_id: str) -> Iterator[str]:
        """The case with its conversation, its log and its alerts. NotFoundError where there is none."""
        file = self._queries.case_file(case_id)
        case = file.case
        yield line_of(case)
        yield f"  opened {_time(case.opened_at)}, due {_time(case.response.due_at)}, {case.response.timeliness}"
        yield f"  alerts: {plain(alert_state(case).text())}"
        yield f"  why: {plain('; '.join(one.text or one.rule for one in case.assessment.reasons)) or 'no rule'}"
        if case.posts.headline.link:
            yield f"  {plain(case.posts.headline.link)}"
        for stored in sorted((*file.mentions, *file.statements), key=lambda one: one.mention.created_at):
            mention = stored.mention
            yield f"{_time(mention.created_at)}  {plain(mention.author.label)}{' (the brand)' if mention.own else ''}"
            yield from (f"    {plain(line)}" for line in mention.text.splitlines() or [""])
        for entry in file.log:
            yield f"{_time(entry.at)}  {plain(entry.by)}: {plain(entry.what)} {plain(entry.text)}".rstrip()
        for alert in file.alerts:
            yield f"{alert.at}  {alert.outcome} by {alert.channel} to rung {alert.rung}: {plain(alert.reason)}"
        if not file.complete:
            yield "There is more than is shown: the latest are here."


def line_of(case: Case) -> str:
    """A case on one line that fits a terminal."""
    return fitted(
        f"{case.id}  {case.assessment.severity} {case.assessment.urgency:>3}  {case.status:<12}  "
        f"{case.author.label}: {case.posts.headline.text}",
        max(COLUMNS, len(case.id) + COLUMNS // 2),
    )


def csv_lines(cases: Iterator[Case]) -> Iterator[str]:
    """The header, and a line for each case, in which no cell is a formula."""
    header: list[str] | None = None
    for case in cases:
        fields = fields_of(case)
        if header is None:
            header = list(fields)
            yield as_csv([header])
        yield as_csv([list(fields.values())])


def json_lines(cases: Iterator[Case]) -> Iterator[str]:
    """A line of JSON for each case."""
    return (json.dumps(fields_of(case), ensure_ascii=False) + "\n" for case in cases)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}Z"
