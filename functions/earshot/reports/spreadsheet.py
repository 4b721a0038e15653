"""Tables for spreadsheets: CSV as RFC 4180 writes it, in which no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

# What a spreadsheet may take for the beginning of a formula, as OWASP lists it, and the same at full width.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")

Cell = str | int | float | None


def as_csv(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows with CRLF between them. What is None is an empty cell; a text that could be a formula begins with ``'``."""
    out = io.StringIO()
    csv.writer(out).writerows([list(map(_harmless, row)) for row in rows])
    return out.getvalue()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _FORMULA else cell
