"""JSON as files hold it: an object a line, one object or array, objects one after the other, or a script's data."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import cast

from infra.replay.rows import RecordingError, RowError, Rows

# The archive that X (Twitter) sends to the owner of an account is scripts, which assign their data.
_ASSIGNED = re.compile(r"\s*window\.YTD\.\w+\.part\d+\s*=\s*")
_BETWEEN = re.compile(r"[\s,;]*")


def holds_json(text: str) -> bool:
    """Whether the text begins as JSON does."""
    return text.lstrip()[:1] in ("{", "[") or _ASSIGNED.match(text) is not None


def read_json(text: str, lines: Sequence[str], rows: Rows) -> None:
    """Every object into ``rows``. RecordingError where a single object breaks off."""
    assigned = _ASSIGNED.match(text)
    if assigned is not None:
        # The data begin on the line on which they are assigned: only what stands before them goes.
        text = "\n" * text.count("\n", 0, assigned.end()) + text[assigned.end() :]
    opening = next(number for number, line in enumerate(text.split("\n"), 1) if line.strip())
    start = len(text) - len(text.lstrip())
    if text[start] == "[" and _reads_as_array(text, start, lines):
        _each(text, start + 1, opening, rows, arrays=True)
        return
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        if lines[opening - 1].strip() == "{":
            if _begins_with_an_object(text, start):
                _each(text, start, opening, rows)
                return
            raise RecordingError(f"{rows.file} is a JSON object that breaks off ({error}): save it again.") from None
    else:
        rows.accept(opening, whole)
        return
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                _accept_line(rows, number, json.loads(line))
            except (ValueError, RecursionError) as error:
                rows.refuse(
                    number, RowError(f"The line is not JSON ({_why(error)}).", "Write one whole object a line.")
                )


def _accept_line(rows: Rows, number: int, value: object) -> None:
    """A line is an object, or a list of objects: a page of them."""
    items: list[object] = cast("list[object]", value) if isinstance(value, list) else []
    if items and all(isinstance(item, dict) for item in items):
        for item in items:
            rows.accept(number, item)
    else:
        rows.accept(number, cast("object", value))


def _reads_as_array(text: str, start: int, lines: Sequence[str]) -> bool:
    """Whether the file is one array of objects, and not lines of which the first is a list."""
    after = text[start + 1 : start + 200].lstrip()
    if after[:1] not in ("{", "]"):
        return False
    first = lines[text.count("\n", 0, start)].strip() if lines else ""
    return not (first.endswith("]") and text[start:].count("\n") > first.count("\n") and _is_whole(first, text, start))


def _is_whole(first: str, text: str, start: int) -> bool:
    """Whether the first line is an array of its own, and more follows it."""
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return bool(text[start + len(first) :].strip(" \t\r\n;"))


def _begins_with_an_object(text: str, start: int) -> bool:
    try:
        json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return False
    return True


def _each(text: str, start: int, line: int, rows: Rows, *, arrays: bool = False) -> None:
    """The values one after the other, from ``start`` on, which is on ``line``. What follows a break is refused."""
    seen = start
    for at, value in _values(text, start, arrays=arrays):
        line += text.count("\n", seen, at)
        seen = at
        if isinstance(value, ValueError | RecursionError):
            rows.refuse(line, RowError(f"The JSON breaks off here ({_why(value)}).", "Save the file again."))
        else:
            rows.accept(line, value)


def _values(text: str, at: int, *, arrays: bool) -> Iterator[tuple[int, object]]:
    """Each value with its place. ``arrays``: ``at`` is within an array, and only more arrays may follow it."""
    decode = json.JSONDecoder().raw_decode
    inside = arrays
    while True:
        gap = _BETWEEN.match(text, at)
        at = gap.end() if gap is not None else at
        if at >= len(text):
            if inside:
                yield at, ValueError("the array is not closed")
            return
        if arrays and text[at] == ("]" if inside else "["):
            inside = not inside
            at += 1
            continue
        if arrays and not inside:
            yield at, ValueError("what follows an array is no array")
            return
        try:
            value, end = decode(text, at)
        except (ValueError, RecursionError) as error:
            yield at, error
            return
        yield at, value
        at = end


def _why(error: Exception) -> str:
    """Without the line that the parser counts, which is always the first."""
    return f"{error.msg} at column {error.colno}" if isinstance(error, json.JSONDecodeError) else str(error)
