"""``earshot incidents``: which there are, how one stands, and whom to tell that it is fixed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from infra.cli.options import stack_options

if TYPE_CHECKING:
    from infra.ops.incidents import DeployedIncidents


@click.group()
def incidents() -> None:
    """Incidents of a deployed stack: what many customers complain about at once.

    docs/operating.md tells more.
    """


@incidents.command("list")
@click.option("--status", type=click.Choice(["live", "over", "all"]), default="live", show_default=True)
@click.option("--most", type=click.IntRange(1, 1000), default=25, show_default=True, help="How many are shown.")
@stack_options
def list_incidents(status: str, most: int, stack: str, local: bool) -> None:
    """Show incidents, the newest first."""
    with _incidents(stack, local) as deployed:
        for line in deployed.lines(status, most):
            click.echo(line)


@incidents.command()
@click.argument("incident_id", metavar="ID")
@stack_options
def show(incident_id: str, stack: str, local: bool) -> None:
    """Show how the incident ID stands: who holds it, how many still wait, and its log."""
    with _incidents(stack, local) as deployed:
        for line in deployed.story(incident_id):
            click.echo(line)


@incidents.command()
@click.argument("incident_id", metavar="ID")
@click.option("--csv", "is_csv", is_flag=True, help="CSV, for a spreadsheet.")
@stack_options
def tell(incident_id: str, is_csv: bool, stack: str, local: bool) -> None:
    """Print whom to tell that the incident ID is fixed: all of its customers, those without an answer first.

    Of these who waited longest comes first. Earshot never posts: a person tells them.
    """
    with _incidents(stack, local) as deployed:
        if is_csv:
            click.echo(deployed.as_csv(incident_id), nl=False)
            return
        for line in deployed.table(incident_id):
            click.echo(line)


@contextmanager
def _incidents(stack: str, local: bool) -> "Iterator[DeployedIncidents]":
    from infra.ops.incidents import DeployedIncidents, told
    from infra.ops.stack import deployed

    session, found = deployed(stack, local=local)
    with told():
        yield DeployedIncidents(session, found)
