"""``earshot report``: what a period was like on a deployed stack."""

from datetime import datetime

import click

from earshot.runtime import utc_now
from infra.cli.options import stack_options

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "first", type=DAY, required=True, help="The first day, in UTC.")
@click.option("--to", "last", type=DAY, required=True, help="The last day, included: at most 31 days in all.")
@stack_options
def report(first: datetime, last: datetime, stack: str, local: bool) -> None:
    """Print what a period was like: who wrote, how they were answered, who came back pleased, what it cost."""
    from infra.ops.report import report_of
    from infra.ops.stack import deployed

    click.echo(report_of(*deployed(stack, local=local), first.date(), last.date(), utc_now()), nl=False)
