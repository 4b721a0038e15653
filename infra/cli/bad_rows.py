"""Rows of a file that a command could not read."""

import sys
from collections.abc import Sequence

import click

from infra.cli.exit_status import EXIT_INCOMPLETE
from infra.cli.printable import printable

SHOWN_BAD_ROWS = 20


def report_notes(notes: Sequence[str]) -> None:
    """Print how a file was understood, to standard error."""
    for note in notes:
        click.secho(printable(note), dim=True, err=True)


def report_bad_rows(bad: Sequence[object]) -> None:
    """Print up to ``SHOWN_BAD_ROWS`` of the rows that were left out, and how many there are, to standard error."""
    for row in bad[:SHOWN_BAD_ROWS]:
        click.secho(printable(str(row)), fg="yellow", err=True)
    if len(bad) > SHOWN_BAD_ROWS:
        click.secho(f"... and {len(bad) - SHOWN_BAD_ROWS} more", fg="yellow", err=True)
    if bad:
        click.secho(f"{len(bad)} {'row was' if len(bad) == 1 else 'rows were'} left out.", fg="yellow", err=True)


def exit_if_bad(bad: Sequence[object]) -> None:
    """Exit with ``EXIT_INCOMPLETE`` where rows were left out."""
    if bad:
        sys.exit(EXIT_INCOMPLETE)
