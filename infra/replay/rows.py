"""The rows of a file that a person names: CSV, JSON lines, or one JSON object, detected by content.

A row that cannot be read is set aside with its line and a remedy, and no other row with it: after a broken CSV quote,
reading resumes on the next line.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from earshot.errors import EarshotError

_JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


class RecordingError(EarshotError):
    """The file as a whole cannot be used: the message names it and the remedy."""


class RowError(EarshotError):
    """One row cannot be used: what is wrong with it, and the remedy."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem, self.remedy = problem, remedy


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out: where it begins (lines count from 1), what is wrong, and what to do about it."""

    file: str
    line: int
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.problem} {self.remedy}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line of the file on which it begins, and its values by column (texts only, when from CSV)."""

    line: int
    values: dict[str, Any]


@dataclass(slots=True)
class Rows:
    """What a file holds. ``columns`` are the names met, in the order in which they were met."""

    file: str
    good: list[Row] = field(default_factory=list[Row])
    bad: list[BadRow] = field(default_factory=list[BadRow])
    columns: dict[str, None] = field(default_factory=dict[str, None])

    def refuse(self, line: int, error: RowError) -> None:
        """Set a row aside."""
        self.bad.append(BadRow(self.file, line, error.problem, error.remedy))

    def require(self, *columns: str) -> None:
        """RecordingError where a column is in no row at all: then the file is not what was meant."""
        missing = [column for column in columns if column not in self.columns]
        if missing and self.columns:
            raise RecordingError(
                f"{self.file} has no column {_listed(missing)}: it has {_listed(self.columns)}. "
                f"Rename or add the columns, so that every row has {_listed(columns)}."
            )


def read_rows(path: str | Path) -> Rows:
    """Every row of the file; RecordingError where there is no file, nothing in it, or nothing that could be rows."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise RecordingError(f"{path} cannot be read ({error.strerror}): check the path and its permissions.") from None
    if content.startswith(_WIDE_MARKS):
        raise RecordingError(f"{path} is written in UTF-16: save it as UTF-8.")
    # Bytes that are no UTF-8 become lone surrogates, so that only the rows with such bytes are refused (encodable).
    text = content.decode("utf-8-sig", errors="surrogateescape")
    if not text.strip():
        raise RecordingError(f"{path} is empty: it needs a header line and rows (CSV), or a JSON object a line.")
    rows = Rows(str(path))
    lines = list(io.StringIO(text, newline=""))
    start = text.lstrip()[0]
    if start == "[":
        raise RecordingError(f"{path} is one JSON array: write one object a line, as jq -c '.[]' does.")
    # The suffix counts as well, for a file of JSON lines whose first line is damaged.
    if start == "{" or Path(path).suffix.lower() in _JSON_SUFFIXES:
        _read_json(text, lines, rows)
    else:
        _read_csv(lines, rows)
    return rows


def _read_json(text: str, lines: list[str], rows: Rows) -> None:
    opening = next(number for number, line in enumerate(lines, 1) if line.strip())
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        if lines[opening - 1].strip() == "{":
            raise RecordingError(f"{rows.file} is a JSON object that breaks off ({error}): save it again.") from None
    else:
        _accept(rows, opening, whole)
        return
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                _accept(rows, number, json.loads(line))
            except (ValueError, RecursionError) as error:
                rows.refuse(
                    number, RowError(f"The line is not JSON ({_why(error)}).", "Write one whole object a line.")
                )


def _why(error: Exception) -> str:
    """Without the line that the parser counts, which is always the first."""
    return f"{error.msg} at column {error.colno}" if isinstance(error, json.JSONDecodeError) else str(error)


def _read_csv(lines: list[str], rows: Rows) -> None:
    records = _csv_records(lines, rows)
    no_header: tuple[int, list[str]] = (0, [])
    header = [name.strip().lower() for name in next(records, no_header)[1]]
    rows.columns.update(dict.fromkeys(header))
    for number, record in records:
        if len(record) != len(header):
            problem = f"The row has {len(record)} columns, and the header {len(header)}."
            rows.refuse(number, RowError(problem, 'Put a text with commas in double quotes, and its own " twice.'))
        else:
            _accept(rows, number, dict(zip(header, record, strict=True)))


def _csv_records(lines: list[str], rows: Rows) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins; the header comes first.

    A record over several lines whose number of columns is not the header's is a quote left open, which swallowed the
    rows after it: only its first line is refused.
    """
    width, at = 0, 0
    end: list[str] = []
    while at < len(lines):
        reader = csv.reader(_from(lines, at), strict=True)
        try:
            record = next(reader, end)
        except csv.Error as error:
            rows.refuse(at + 1, RowError(f"The line is not CSV ({error}).", 'Close its quotes, and write a " as "".'))
            at += 1
            continue
        if width and reader.line_num > 1 and len(record) != width:
            rows.refuse(at + 1, RowError("A double quote is opened and not closed.", 'Close it, or write it as "".'))
            at += 1
            continue
        if any(value.strip() for value in record):
            width = width or len(record)
            yield at + 1, record
        at += reader.line_num


def _from(lines: list[str], at: int) -> Iterator[str]:
    return (lines[index] for index in range(at, len(lines)))


def _accept(rows: Rows, line: int, values: object) -> None:
    if not isinstance(values, dict):
        problem = f"The line is a JSON {type(values).__name__}, not an object."
        rows.refuse(line, RowError(problem, 'Write {"id": ..., "text": ...}.'))
        return
    values = cast("dict[str, Any]", values)
    rows.columns.update(dict.fromkeys(values))
    damaged = [name for name, value in values.items() if isinstance(value, str) and not encodable(value)]
    if damaged:
        problem = f"Column {_listed(damaged)} has half a character or bytes that are not UTF-8."
        rows.refuse(line, RowError(problem, "Save the file as UTF-8."))
    else:
        rows.good.append(Row(line, values))


def encodable(text: str) -> bool:
    """Whether the text can be written as UTF-8: it has no lone surrogates (undecoded bytes, half an emoji)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
