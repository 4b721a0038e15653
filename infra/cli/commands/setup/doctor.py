"""``earshot doctor``: everything that must be true before somebody relies on Earshot, each with its remedy."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.exit_status import EXIT_INCOMPLETE
from infra.cli.options import DEFAULT_STACK, stack_options
from infra.terminal import plain

if TYPE_CHECKING:
    from earshot.reports.doctor.finding import Finding

_STYLE = {"ok": ("OK     ", "green"), "warning": ("WARNING", "yellow"), "failure": ("FAILURE", "red")}


@click.command()
@stack_options
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object with all findings.")
@click.option(
    "--before", is_flag=True, help="Check the account, the region and this machine only, as before a deployment."
)
def doctor(stack: str, local: bool, as_json: bool, before: bool) -> None:
    """Check everything that must be true before somebody relies on Earshot.

    Each line is OK, a WARNING (it works with less, or not for long) or a FAILURE (a customer can go unheard, or an
    alert reach nobody), with the remedy below it. Nothing is changed, and nothing is paid for. Without a stack of that
    name it checks what can be checked before the first deployment. The exit status is 1 after a failure.
    """
    from infra.ops.doctor.visit import visit, visit_embedded

    if local and before:
        raise click.UsageError("--before looks at an account of AWS, and --local at none: give one of them.")
    if local:
        found = visit_embedded(*deployed_stack.open_stack(stack, local=True), utc_now())
    else:
        found = visit(stack, utc_now(), before=before)
    findings = print_findings(found, as_json=as_json, where="--local" if local else where(stack))
    if any(finding.level == "failure" for finding in findings):
        sys.exit(EXIT_INCOMPLETE)


def where(stack: str) -> str:
    """The option with which other commands find the stack; empty for the one that they take by themselves."""
    return "" if stack == DEFAULT_STACK else f"--stack {stack}"


def print_findings(findings: Iterable[Finding], *, as_json: bool = False, where: str = "") -> list[Finding]:
    """Print each finding as it comes, or all as JSON; returns them. ``where``: the option that remedies need."""
    seen: list[Finding] = []
    for finding in findings:
        seen.append(finding)
        if not as_json:
            label, colour = _STYLE[finding.level]
            click.echo(f"{click.style(label, fg=colour)} {plain(finding.check)}: {plain(finding.what)}")
            if finding.remedy:
                click.echo(f"        {plain(finding.remedy)}")
    from earshot.reports.doctor.finding import Level, worst

    counts = {level: sum(one.level is level for one in seen) for level in Level}
    if as_json:
        found = [{"check": one.check, "level": str(one.level), "what": one.what, "remedy": one.remedy} for one in seen]
        click.echo(json.dumps({"status": str(worst(seen)), "findings": found}, ensure_ascii=False, indent=2))
    else:
        if where and any("earshot " in one.remedy for one in seen):
            click.echo(f"With the commands above: {plain(where)}")
        warnings, failures = counts[Level.WARNING], counts[Level.FAILURE]
        click.echo(f"{counts[Level.OK]} OK, {_count(warnings, 'warning')}, {_count(failures, 'failure')}.")
    return seen


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
