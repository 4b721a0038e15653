"""Tables as text: separated by commas, semicolons, tabs or pipes, perhaps with lines above the header."""

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from infra.replay.rows import RecordingError, RowError, Rows, listed

DELIMITERS = (",", ";", "\t", "|")
_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}
# Vendors put what the export is about above its header.
_LINES_ABOVE = 20
_EXCELS_OWN = re.compile(r'"?sep=(.)"?[\s,;|]*', re.IGNORECASE)


def read_table(lines: Sequence[str], rows: Rows, known: Collection[str]) -> None:
    """Every record into ``rows``, under the names of the header in lower case.

    The delimiter and the header are those by which most columns have a ``known`` name.
    """
    first, delimiter = _beginning(lines, known)
    records = _records(lines, first, delimiter, rows)
    no_header: tuple[int, list[str]] = (0, [])
    header = [name.strip().lower() for name in next(records, no_header)[1]]
    twice = [name for name, count in Counter(header).items() if count > 1 and name in known]
    if twice:
        raise RecordingError(f"{rows.file} has column {listed(twice)} twice: keep the one that is right.")
    rows.columns.update(dict.fromkeys(header))
    for number, record in records:
        if len(record) != len(header):
            problem = f"The row has {len(record)} columns, and the header {len(header)}."
            between = _NAMES.get(delimiter, "delimiters")
            rows.refuse(number, RowError(problem, f'Put a text with {between} in double quotes, and its own " twice.'))
        else:
            rows.accept(number, dict(zip(header, record, strict=True)))


def names_a_table(line: str, known: Collection[str]) -> bool:
    """Whether a line is the header of a table with two known columns or more."""
    return any(_known_in(line, delimiter, known) > 1 for delimiter in DELIMITERS)


def _beginning(lines: Sequence[str], known: Collection[str]) -> tuple[int, str]:
    """The index of the header, and the delimiter."""
    start = next((index for index, line in enumerate(lines) if line.strip()), 0)
    own = _EXCELS_OWN.fullmatch(lines[start].strip("\r\n")) if lines else None
    if own is not None:
        return start + 1, own[1]
    best, found = (start, ","), 0
    for index in range(start, min(len(lines), start + _LINES_ABOVE)):
        for delimiter in DELIMITERS:
            count = _known_in(lines[index], delimiter, known)
            # Below the first line, what looks like a header must leave no doubt.
            if count > found and (index == start or (count > 1 and not found)):
                best, found = (index, delimiter), count
        if found:
            break
    return best


def _known_in(line: str, delimiter: str, known: Collection[str]) -> int:
    try:
        names = next(csv.reader([line], delimiter=delimiter), list[str]())
    except csv.Error:
        return 0
    return sum(name.strip().lower() in known for name in names)


def _records(lines: Sequence[str], first: int, delimiter: str, rows: Rows) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins; the header comes first.

    A record over several lines whose number of columns is not the header's is a quote left open, which swallowed the
    rows after it: only its first line is refused.
    """
    width, at = 0, first
    end: list[str] = []
    while at < len(lines):
        reader = csv.reader(_from(lines, at), delimiter=delimiter, strict=True)
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


def _from(lines: Sequence[str], at: int) -> Iterator[str]:
    return (lines[index] for index in range(at, len(lines)))
