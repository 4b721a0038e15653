"""``earshot test-alert``: a marked test alert to everybody, by the ways that alerts take."""

from __future__ import annotations

import sys

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.exit_status import EXIT_INCOMPLETE
from infra.cli.options import stack_options


@click.command("test-alert")
@stack_options
def test_alert(stack: str, local: bool) -> None:
    """Send a test alert to each person on the roster and in the stack's parameters, on each of their channels.

    It is marked as a test, and about no case. An SMS costs what an SMS costs. Exit status 1: somebody gets none.
    `earshot staff test PERSON` sends one to a single person of the roster.
    """
    from infra.ops.staff import DeployedStaff, explained_errors

    session, found = deployed_stack.open_stack(stack, local=local)
    with explained_errors():
        trials = list(DeployedStaff(session, found).test_everybody(utc_now()))
    for trial in trials:
        click.echo(trial.line)
    if not trials:
        click.echo("There is nobody to alert: earshot deploy --set OnCallEmail=ADDRESS")
    if not trials or not all(trial.is_sent for trial in trials):
        sys.exit(EXIT_INCOMPLETE)
