"""``earshot digest``: today's digest of a deployed stack, printed and not sent."""

from datetime import datetime

import click

from earshot.runtime import utc_now
from infra.cli.options import stack_options


@click.command()
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Another day than today, in the stack's time zone."
)
@stack_options
def digest(day: datetime | None, stack: str, local: bool) -> None:
    """Print the morning digest of a deployed stack, without sending it.

    It is today's, in the stack's time zone, as it would be sent now. That of another day tells what came in then, and
    what waits and is late now.
    """
    from infra.ops.digest import digest_of
    from infra.ops.stack import deployed

    click.echo(digest_of(*deployed(stack, local=local), None if day is None else day.date(), utc_now()), nl=False)
