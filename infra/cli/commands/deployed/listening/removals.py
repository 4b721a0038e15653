"""``earshot removals``: what was removed because it is gone at its source."""

from datetime import datetime, timedelta

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.options import stack_options
from infra.cli.printable import printable

_DAY = click.DateTime(["%Y-%m-%d"])
_USUAL_DAYS = 31


@click.command()
@click.option("--from", "first", type=_DAY, help="The first day, in UTC; else 30 days before the last.")
@click.option("--to", "last", type=_DAY, help="The last day, included; else today. At most 31 days in all.")
@click.option("--post", metavar="ID", help="The receipts of one post alone.")
@click.option("--source", default="x", show_default=True, help="Of --post: the network.")
@click.option("--json", "as_json", is_flag=True, help="One receipt a line, as JSON.")
@stack_options
def removals(
    first: datetime | None, last: datetime | None, post: str | None, source: str, as_json: bool, stack: str, local: bool
) -> None:
    """Print receipts of what was deleted, protected or withheld at its source, and is gone here.

    A receipt says when that was noticed and when it was done, and nothing of content or author. What `earshot forget`
    removes has receipts of its own.
    """
    from infra.ops.listening.removals import removals_report

    until = last.date() if last else utc_now().date()
    since = first.date() if first else until - timedelta(days=_USUAL_DAYS - 1)
    session, found = deployed_stack.open_stack(stack, local=local)
    asked = (source, post) if post is not None else None
    for line in removals_report(session, found, since, until, asked, as_json=as_json):
        click.echo(line if as_json else printable(line))
