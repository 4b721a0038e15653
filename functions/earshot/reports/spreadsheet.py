"""Tables for spreadsheets: CSV (RFC 4180) in which no cell can be mistaken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

# The characters with which a formula may begin, according to OWASP's "CSV Injection", and their full-width forms.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")

Cell = str | int | float | None


def as_csv(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows that end in CRLF. None is an empty cell; a text that could be a formula begins with ``'``."""
    out = io.StringIO()
    csv.writer(out).writerows([list(map(_without_formula, row)) for row in rows])
    return out.getvalue()


def _without_formula(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _FORMULA else cell
