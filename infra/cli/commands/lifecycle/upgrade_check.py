"""``earshot upgrade-check``: what a deployment would replace or lose, before it does."""

from __future__ import annotations

import sys

import click

from infra.cli import deployed_stack
from infra.cli.exit_status import EXIT_INCOMPLETE
from infra.cli.options import stack_options

_COLOURS = {"lost": "red", "refused": "red", "changed": "yellow"}


@click.command("upgrade-check")
@click.argument("old", required=False)
@click.argument("new", required=False)
@stack_options
def upgrade_check(old: str | None, new: str | None, stack: str, local: bool) -> None:
    """Say what a deployment of template NEW over OLD would replace, lose or be refused for.

    Each is a file or a revision of git (v0.2.0). Without NEW, it is this checkout's template; without OLD, what the
    stack has now. Exit status 1: something would be lost, or AWS would refuse.
    """
    from infra.ops.upgrade.comparison import compare
    from infra.ops.upgrade.schemas import create_only
    from infra.ops.upgrade.templates import deployed_template, expanded, template_at
    from infra.paths import ROOT

    parameters: dict[str, str] = {}
    if old is None:
        session, found = deployed_stack.open_stack(stack, local=local)
        parameters = dict(found.parameters)
        before = deployed_template(session.client("cloudformation"), stack)
    else:
        before = expanded(template_at(old), parameters)
    after = expanded(template_at(new or str(ROOT / "template.yaml")), parameters)
    findings = compare(before, after, create_only)
    for finding in findings:
        click.echo(f"{click.style(f'{finding.kind:8}', fg=_COLOURS[finding.kind])} {finding.what}: {finding.text}")
    prevented = sum(finding.prevents for finding in findings)
    if prevented:
        click.echo(f"{prevented} of these would lose something or be refused: do not deploy it as it is.")
        sys.exit(EXIT_INCOMPLETE)
    click.echo("Nothing would be lost or refused.")
