"""The rows of a file that a person names, and how those that cannot be read are told.

A row that cannot be read is set aside with its line and a remedy, and no other row with it. ``formats.reader`` reads
the files.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from earshot.errors import EarshotError

_SHOWN_NAMES, _SHOWN_LETTERS = 20, 40


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
    """One row: the line of the file on which it begins, and its values by column (texts only, when from CSV).

    ``embedded``: it is within another row, such as the original within a repost, and counts where the file has no
    better one.
    """

    line: int
    values: dict[str, Any]
    embedded: bool = False


@dataclass(slots=True)
class Rows:
    """What a file holds. ``columns`` are the names met, in the order in which they were met.

    ``notes`` say how the file was understood, where it has not Earshot's own columns.
    """

    file: str
    good: list[Row] = field(default_factory=list[Row])
    bad: list[BadRow] = field(default_factory=list[BadRow])
    columns: dict[str, None] = field(default_factory=dict[str, None])
    notes: list[str] = field(default_factory=list[str])

    def refuse(self, line: int, error: RowError) -> None:
        """Set a row aside."""
        self.bad.append(BadRow(self.file, line, error.problem, error.remedy))

    def accept(self, line: int, values: object, *, embedded: bool = False) -> None:
        """Take a row, or set it aside where it is no object or has damaged text."""
        if not isinstance(values, dict):
            problem = f"The line is a JSON {type(values).__name__}, not an object."
            self.refuse(line, RowError(problem, 'Write {"id": ..., "text": ...}.'))
            return
        values = cast("dict[str, Any]", values)
        self.columns.update(dict.fromkeys(values))
        damaged = [name for name, value in values.items() if isinstance(value, str) and not encodable(value)]
        # People can post anything; nothing else has such a character unless it was damaged.
        empty = [one for one, value in values.items() if isinstance(value, str) and "\0" in value and one != "text"]
        if damaged:
            problem = f"Column {listed(damaged)} has half a character or bytes that are not UTF-8."
            self.refuse(line, RowError(problem, "Save the file as UTF-8."))
        elif empty:
            problem = f"Column {listed(empty)} has a NUL character, as damaged files have."
            self.refuse(line, RowError(problem, "Save the file again."))
        else:
            self.good.append(Row(line, values, embedded))


def encodable(text: str) -> bool:
    """Whether the text can be written as UTF-8: it has no lone surrogates (undecoded bytes, half an emoji)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def listed(names: Iterable[str]) -> str:
    """Names in quotes, as a terminal can show them: the first twenty, and of each the beginning."""
    known = list(names)
    shown = ", ".join(f"'{_shown(name)}'" for name in known[:_SHOWN_NAMES])
    return f"{shown} and {len(known) - _SHOWN_NAMES} more" if len(known) > _SHOWN_NAMES else shown


def _shown(name: str) -> str:
    cut = name if len(name) <= _SHOWN_LETTERS else f"{name[:_SHOWN_LETTERS]}..."
    return "".join(one if one.isprintable() else "?" for one in cut)
