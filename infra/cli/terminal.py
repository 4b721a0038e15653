"""Words of strangers in a terminal: nothing in them moves the cursor, and none is wider than the line."""

import unicodedata

COLUMNS = 100
"""What a person reads without scrolling sideways."""

_MORE = "…"
_WIDE = frozenset("WF")
_ON_TOP = frozenset({"Mn", "Me"})


def plain(text: str) -> str:
    """``text`` on one line, without control characters and marks that turn the direction of writing."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def fitted(text: str, columns: int) -> str:
    """``text`` as ``plain`` leaves it, cut to ``columns`` with an ellipsis where it is wider."""
    line = plain(text)
    if sum(map(_width, line)) <= columns:
        return line
    end, taken = 0, len(_MORE)
    while taken + _width(line[end]) <= columns:
        taken += _width(line[end])
        end += 1
    return line[:end].rstrip() + _MORE


def _width(letter: str) -> int:
    """Columns: most emoji and letters of East Asia take two, an accent that stands on another letter none."""
    if unicodedata.category(letter) in _ON_TOP:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in _WIDE else 1
