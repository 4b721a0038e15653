"""What a change of a text changed, line by line."""

import difflib
from dataclasses import dataclass
from typing import Literal

# More than anybody reads in a list of changes. A longer one is cut, and says so.
MOST_LINES = 200
MOST_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line that was added, removed, or stands beside one that was."""

    kind: Literal["added", "removed", "same"]
    text: str


_KINDS: dict[str, Literal["added", "removed", "same"]] = {"+": "added", "-": "removed", " ": "same"}


def diff_of(before: str, after: str) -> tuple[list[DiffLine], bool]:
    """The lines of a diff without context of more than a line, and whether that is all of it."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm="")
    # The first two name the files, and those with @@ say where in the file one is.
    found = [
        DiffLine(_KINDS[line[0]], line[1 : 1 + MOST_CHARACTERS])
        for number, line in enumerate(lines)
        if number >= 2 and line[:1] in _KINDS
    ]
    return found[:MOST_LINES], len(found) <= MOST_LINES
