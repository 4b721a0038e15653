"""Cases as rows, for spreadsheets and other programs."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from earshot.cases.case.case import Case
from earshot.cases.store.answer_size import listed
from earshot.reports.spreadsheet import Cell, as_csv
from earshot.timestamps import rfc3339, rfc3339_or_none


def fields_of(case: Case) -> dict[str, Cell]:
    """A case as one row; times are RFC 3339 in UTC."""
    response, assessment = case.response, case.assessment
    return {
        "id": case.id,
        "brand": case.brand,
        "source": case.key.source,
        "conversation_id": case.key.conversation_id,
        "author_id": case.author.id,
        "author_handle": case.author.handle,
        "author_name": case.author.name,
        "followers": case.author.followers,
        "text": case.posts.headline.text,
        "link": case.posts.headline.link,
        "language": case.posts.headline.language,
        "intent": str(assessment.intent),
        "severity": str(assessment.severity),
        "urgency": assessment.urgency,
        "topic": case.topic,
        "status": str(case.status),
        "opened_at": rfc3339(case.opened_at),
        "due_at": rfc3339(response.due_at),
        "timeliness": str(response.timeliness),
        "first_response_at": rfc3339_or_none(response.first_response_at),
        "first_response_seconds": response.first_response_seconds,
        "acknowledged_by": case.acknowledgement.by,
        "resolved_by": case.resolution.by,
        "outcome": None if case.resolution.outcome is None else str(case.resolution.outcome),
        "reposts": case.posts.spread.reposts,
        "incident_id": case.incident_id,
    }


def cases_csv(cases: Iterable[Case], *, names: bool) -> str:
    """CSV with a row for each case, in which no cell is a formula, after a line of ``names``. Texts are as in lists."""
    return as_csv(_rows(cases, names))


def _rows(cases: Iterable[Case], names: bool) -> Iterator[list[Cell]]:
    for case in cases:
        fields = fields_of(replace(case, posts=case.posts.with_text(listed(case.posts.headline.text))))
        if names:
            yield list(fields)
            names = False
        yield list(fields.values())
