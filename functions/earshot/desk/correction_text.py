"""What staff said of judgements, as lines for those who make the rules: each a flat record, all of them as CSV."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from earshot.cases.correcting import Correction
from earshot.mentions.mention import rfc3339


def line_of(correction: Correction) -> dict[str, Any]:
    """One verdict. ``intent`` and ``severity`` are None where it only says that the case is no complaint."""
    entry, verdict = correction.entry, correction.entry.verdict
    assert verdict is not None, "what is stored among the corrections says something of a judgement"
    return {
        "at": rfc3339(entry.at),
        "by": entry.by,
        "case_id": correction.case_id,
        "what": entry.what,
        "judged_intent": str(verdict.judged.intent),
        "judged_severity": str(verdict.judged.severity),
        "judged_urgency": verdict.judged.urgency,
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
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    for line in map(line_of, corrections):
        line["rules"] = " ".join(line["rules"])
        lines.writerow(_harmless(line[column]) for column in COLUMNS)
    return text.getvalue()


def _harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is made a plain text by an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
