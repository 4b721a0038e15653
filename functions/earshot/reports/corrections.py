"""What staff said about judgements, one flat row for each verdict, for whoever maintains the rules."""

from collections.abc import Iterable
from typing import TypedDict, cast

from earshot.cases.case.correction import Correction
from earshot.reports.spreadsheet import Cell, as_csv
from earshot.timestamps import rfc3339


class CorrectionRow(TypedDict):
    """One verdict. ``intent`` and ``severity`` are None if staff only said that the case is no complaint."""

    at: str
    by: str
    case_id: str
    what: str
    judged_intent: str
    judged_severity: str
    judged_urgency: int
    intent: str | None
    severity: str | None
    rules: list[str]
    why: str


COLUMNS = tuple(CorrectionRow.__annotations__)


def correction_row(correction: Correction) -> CorrectionRow:
    """The row of one verdict; ``at`` is RFC 3339 in UTC."""
    entry, verdict = correction.entry, correction.entry.verdict
    assert verdict is not None, "every stored correction has a verdict"
    return {
        "at": rfc3339(entry.at),
        "by": entry.by,
        "case_id": correction.case_id,
        "what": entry.what,
        "judged_intent": str(verdict.original.intent),
        "judged_severity": str(verdict.original.severity),
        "judged_urgency": verdict.original.urgency,
        "intent": verdict.intent and str(verdict.intent),
        "severity": verdict.severity and str(verdict.severity),
        "rules": list(verdict.rules),
        "why": verdict.why,
    }


def corrections_csv(corrections: Iterable[Correction]) -> str:
    """CSV with a header and a row for each verdict; the rules of a verdict are separated by spaces."""
    return as_csv([COLUMNS, *map(_cells, map(correction_row, corrections))])


def _cells(row: CorrectionRow) -> list[Cell]:
    cells = {**row, "rules": " ".join(row["rules"])}
    return cast("list[Cell]", list(cells.values()))
