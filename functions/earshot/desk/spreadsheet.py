"""Lines of text as CSV that any spreadsheet opens, and in which nothing that strangers wrote is a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# By these a cell is taken for a formula, or for what is cut off before one (OWASP, CSV injection).
_BEGIN_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(columns: Sequence[str], lines: Iterable[Mapping[str, Any]]) -> str:
    """A header, and a row for each line; None is an empty cell."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(columns)
    rows.writerows([_harmless(line[column]) for column in columns] for line in lines)
    return text.getvalue()


def _harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is made a plain text by an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_BEGIN_A_FORMULA) else value
