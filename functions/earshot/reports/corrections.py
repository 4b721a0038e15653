"""What staff said of judgements, as lines for those who make the rules: each a flat record, all of them as CSV."""

from collections.abc import Iterable
from typing import Any

from earshot.cases.case.correction import Correction
from earshot.reports import spreadsheet
from earshot.timestamps import rfc3339


def line_of(correction: Correction) -> dict[str, Any]:
    """One verdict. ``intent`` and ``severity`` are None where it only says that the case is no complaint."""
    entry, verdict = correction.entry, correction.entry.verdict
    assert verdict is not None, "what is stored among the corrections says something of a judgement"
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


COLUMNS = (
    "at",
    "by",
    "case_id",
    "what",
    "judged_intent",
    "judged_severity",
    "judged_urgency",
    "intent",
    "severity",
    "rules",
    "why",
)


def as_csv(corrections: Iterable[Correction]) -> str:
    """A header, and a line for each; the rules of one are parted by spaces."""
    lines = (line | {"rules": " ".join(line["rules"])} for line in map(line_of, corrections))
    return spreadsheet.as_csv([COLUMNS, *([line[column] for column in COLUMNS] for line in lines)])
