"""``earshot incidents``: a list, the state of one, and the customers to tell that it is fixed."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from infra.cli import deployed_stack
from infra.cli.options import stack_options

if TYPE_CHECKING:
    from infra.ops.incidents import DeployedIncidents


@click.group()
def incidents() -> None:
    """Incidents of a deployed stack: problems that many customers complain about at once.

    See docs/operating.md.
    """


@incidents.command("list")
@click.option("--status", type=click.Choice(["live", "over", "all"]), default="live", show_default=True)
@click.option(
    "--most", type=click.IntRange(1, 1000), default=25, show_default=True, help="The number to show, at most."
)
@stack_options
def list_incidents(status: str, most: int, stack: str, local: bool) -> None:
    """List incidents, the newest first."""
    with _incidents(stack, local) as deployed:
        for line in deployed.lines(status, most):
            click.echo(line)


@incidents.command()
@click.argument("incident_id", metavar="ID")
@stack_options
def show(incident_id: str, stack: str, local: bool) -> None:
    """Show the incident ID: who has acknowledged it, how many customers still wait, and its log."""
    with _incidents(stack, local) as deployed:
        for line in deployed.details(incident_id):
            click.echo(line)


@incidents.command()
@click.argument("incident_id", metavar="ID")
@click.option("--csv", "is_csv", is_flag=True, help="CSV, for a spreadsheet.")
@stack_options
def tell(incident_id: str, is_csv: bool, stack: str, local: bool) -> None:
    """Print the customers to tell that the incident ID is fixed, those without an answer first.

    Among these, whoever has waited longest comes first. Earshot never posts: a person tells them.
    """
    with _incidents(stack, local) as deployed:
        if is_csv:
            click.echo(deployed.customers_csv(incident_id), nl=False)
            return
        for line in deployed.customers(incident_id):
            click.echo(line)


@contextmanager
def _incidents(stack: str, local: bool) -> "Generator[DeployedIncidents]":
    from infra.ops.incidents import DeployedIncidents, explained_errors

    session, found = deployed_stack.open_stack(stack, local=local)
    with explained_errors():
        yield DeployedIncidents(session, found)
