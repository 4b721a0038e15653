"""Writes measured tables into a page, between the prose that people write."""

from collections.abc import Iterable, Mapping, Sequence

END = "<!-- end of measured -->"


class BlockError(Exception):
    """The page lacks a block, or the end of one: the message names it."""


def begin(name: str) -> str:
    """The line before the block ``name``."""
    return f"<!-- measured: {name} -->"


def fill(page: str, blocks: Mapping[str, str]) -> str:
    """The page with the text of each block replaced; everything outside of blocks is unchanged."""
    for name, text in blocks.items():
        before, found, rest = page.partition(begin(name))
        if not found:
            raise BlockError(f"The page has no block '{name}': add the lines {begin(name)} and {END}.")
        _, ended, after = rest.partition(END)
        if not ended:
            raise BlockError(f"The block '{name}' has no end: add the line {END}.")
        page = f"{before}{begin(name)}\n\n{text.strip()}\n\n{END}{after}"
    return page


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown, the first column to the left and all others to the right."""
    lines = [_row(head), _row([":--", *["--:"] * (len(head) - 1)])]
    return "\n".join([*lines, *(_row([str(cell) for cell in row]) for row in rows)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
