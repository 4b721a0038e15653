"""``earshot digest``: the morning digest of a deployed stack, printed and not sent."""

from datetime import datetime

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.options import stack_options


@click.command()
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day of the digest, in the stack's time zone.  [default: today]",
)
@stack_options
def digest(day: datetime | None, stack: str, local: bool) -> None:
    """Print the morning digest of a deployed stack, without sending it.

    The digest of another day shows what came in then, and what is waiting and late now.
    """
    from infra.ops.digest import digest_of

    click.echo(
        digest_of(*deployed_stack.open_stack(stack, local=local), None if day is None else day.date(), utc_now()),
        nl=False,
    )
