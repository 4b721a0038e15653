"""``earshot cases``: the cases of a deployed stack, listed, shown and exported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from earshot.errors import EarshotError
from infra.cli import deployed_stack
from infra.cli.options import stack_options

if TYPE_CHECKING:
    from infra.ops.cases import DeployedCases, Wanted

_STATUSES = ("open", "acknowledged", "replied", "resolved")
_NEEDS = "Your credentials need dynamodb:Query, GetItem and BatchGetItem on the case table and its indexes."


def _filters(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        (
            click.option(
                "--status",
                "statuses",
                multiple=True,
                type=click.Choice([*_STATUSES, "all"]),
                default=("open", "acknowledged"),
                show_default=True,
                help="Repeatable.",
            ),
            click.option("--severity", type=click.Choice(["critical", "high", "normal", "low"])),
            click.option("--intent", type=click.Choice(["complaint", "question", "opportunity", "praise", "other"])),
            click.option("--brand", metavar="HANDLE", help="Of this brand."),
            click.option("--source", help="Of this network: x, bluesky, ..."),
            click.option("--holder", help="Acknowledged by this person."),
            click.option("--find", help="Words that must all be in the author's name or posts."),
            click.option("--late", is_flag=True, help="Whose answer is overdue."),
            click.option("--newest", is_flag=True, help="The newest first.  [default: the most urgent]"),
        )
    ):
        command = option(command)
    return stack_options(command)


@click.group()
def cases() -> None:
    """The cases of a deployed stack, for those who live in a terminal."""


@cases.command("list")
@_filters
@click.option("--most", default=50, show_default=True, help="How many are shown.")
def list_cases(most: int, newest: bool, stack: str, local: bool, **filters: Any) -> None:
    """List cases, one a line: id, severity and urgency, status, who wrote and what."""
    from infra.ops.cases import line_of

    with _cases(stack, local) as deployed:
        found = list(islice(deployed.cases(_wanted(**filters), _order(newest)), most + 1))
    for case in found[:most]:
        click.echo(line_of(case))
    if not found:
        click.echo("There is no such case.", err=True)
    if len(found) > most:
        click.echo(f"There are more than {most}: --most shows more, `earshot cases export` writes all.", err=True)


@cases.command()
@click.argument("case_id", metavar="ID")
@stack_options
def show(case_id: str, stack: str, local: bool) -> None:
    """Show a case: what it is and why, its conversation, its log and its alerts."""
    with _cases(stack, local) as deployed:
        for line in deployed.show(case_id):
            click.echo(line)


@cases.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@_filters
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), help="[default: by the name of FILE, or csv]")
def export(file: Path, form: str | None, newest: bool, stack: str, local: bool, **filters: Any) -> None:
    """Write every case that passes to FILE (- is the terminal), as CSV or as JSON lines.

    It holds what customers wrote: only you can read it, and `earshot forget` does not reach it.
    """
    from infra.ops.cases import csv_lines, json_lines

    lines = json_lines if (form or file.suffix.lstrip(".")) in ("jsonl", "json", "ndjson") else csv_lines
    count = 0
    with _cases(stack, local) as deployed:
        written = lines(deployed.cases(_wanted(**filters), _order(newest)))
        if str(file) == "-":
            for line in written:
                sys.stdout.write(line)
            return
        try:
            file.touch(mode=0o600)
            with file.open("w", encoding="utf-8", newline="") as out:
                for line in written:
                    out.write(line)
                    count += 1
        except OSError as error:
            raise EarshotError(f"{file} cannot be written ({error.strerror}): choose another place.") from None
    count -= lines is csv_lines and count > 0
    click.echo(f"{count} cases: {file}", err=True)


def _wanted(
    statuses: tuple[str, ...],
    severity: str | None,
    intent: str | None,
    brand: str | None,
    source: str | None,
    holder: str | None,
    find: str | None,
    late: bool,
) -> Wanted:
    from earshot.cases.case.status import Status
    from earshot.cases.holders.held_by import NOBODY, HeldBy
    from earshot.cases.store.queries import CaseFilter
    from earshot.triage.judgement import Intent, Severity
    from infra.ops.cases import Wanted

    # Without a sign-in there is no "me": a name is taken by its word.
    held_by = None if holder is None else NOBODY if holder == "nobody" else HeldBy.one_of([holder])
    named = _STATUSES if "all" in statuses else tuple(dict.fromkeys(statuses))
    stored = CaseFilter(
        None if severity is None else Severity(severity), None if intent is None else Intent(intent), held_by, find
    )
    plain_brand = None if brand is None else brand.removeprefix("@").lower()
    return Wanted([Status(one) for one in named], stored, plain_brand, source, late)


def _order(newest: bool) -> Any:
    from earshot.cases.store.queries import CaseOrder

    return CaseOrder.NEWEST if newest else CaseOrder.URGENCY


@contextmanager
def _cases(stack: str, local: bool) -> Generator[DeployedCases]:
    from infra.ops.aws_errors import explained
    from infra.ops.cases import DeployedCases

    session, found = deployed_stack.open_stack(stack, local=local)
    with explained("The cases cannot be read", _NEEDS):
        yield DeployedCases(session, found)
