"""``earshot report``: the figures of a period on a deployed stack."""

from datetime import datetime

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.options import stack_options

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "first", type=_DAY, required=True, help="The first day, in UTC.")
@click.option("--to", "last", type=_DAY, required=True, help="The last day, included; at most 31 days in all.")
@stack_options
def report(first: datetime, last: datetime, stack: str, local: bool) -> None:
    """Print the figures of a period: mentions, cases, response times, second chances and cost."""
    from infra.ops.report import report_of

    click.echo(
        report_of(*deployed_stack.open_stack(stack, local=local), first.date(), last.date(), utc_now()), nl=False
    )
