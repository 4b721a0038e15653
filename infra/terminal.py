"""Text of strangers in a terminal: no control characters, and no line wider than the terminal.

Widths are wcwidth's, which follows Unicode's tables and knows sequences of emoji, as terminals do.
"""

from wcwidth import clip, width

from earshot.plain_text import one_line

COLUMNS = 100
"""The width that a person reads without scrolling sideways."""

_ELLIPSIS = "…"


def plain(text: str) -> str:
    """``text`` on one line, without control characters and marks that change the direction of writing."""
    # Terminals differ in what they make of the joiners that are left.
    return "".join(letter for letter in one_line(text) if letter.isprintable())


def fitted(text: str, columns: int) -> str:
    """``text`` as ``plain`` returns it, cut to ``columns`` with an ellipsis where it is wider."""
    line = plain(text)
    if width(line, control_codes="ignore") <= columns:
        return line
    return clip(line, 0, columns - 1, control_codes="ignore").rstrip() + _ELLIPSIS
