"""``earshot coverage`` and ``earshot budget``: what a stack heard, and what that costs."""

from datetime import UTC, datetime, time, timedelta

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.options import stack_options
from infra.cli.printable import printable

_DAY = click.DateTime(["%Y-%m-%d"])
_USUAL_DAYS = 7


@click.command()
@click.option("--from", "first", type=_DAY, help="The first day, in UTC; else six days before the last.")
@click.option("--to", "last", type=_DAY, help="The last day, included; else today. At most 31 days in all.")
@click.option("--count", is_flag=True, help="Have X count as well: for money, of the last 7 days at most.")
@click.option("--yes", is_flag=True, help="Of --count: do not ask.")
@stack_options
def coverage(first: datetime | None, last: datetime | None, count: bool, yes: bool, stack: str, local: bool) -> None:
    """Print what each source read, delivered, left out and missed, and what that cost.

    A time is that in which posts were written. What is missing, `earshot backfill` fetches as far as it can be had.
    """
    from infra.ops.listening.counts import DeployedCounts, counted_time
    from infra.ops.listening.coverage import coverage_report

    now = utc_now()
    until = last.date() if last else now.date()
    since = first.date() if first else until - timedelta(days=_USUAL_DAYS - 1)
    session, found = deployed_stack.open_stack(stack, local=local)
    for line in coverage_report(session, found, since, until, now):
        click.echo(printable(line))
    if not count:
        return
    begin, end = (datetime.combine(day, time.min, UTC) for day in (since, until + timedelta(days=1)))
    counted_time(begin, end, now)  # nobody is asked for what cannot be had
    counts = DeployedCounts(session, found)
    if not yes:
        click.confirm(f"Have X count each source once, for ${counts.price():.3f} at most?", abort=True)
    start, end, counted = counts.compare(begin, end, now)
    click.echo(f"Counted from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC:")
    for one in counted:
        click.echo(f"  {printable(one.line)}")


@click.command()
@stack_options
def budget(stack: str, local: bool) -> None:
    """Print what the month will cost by the last seven days, what for, and what it brought.

    What waits first when the budget of X runs low is set in the brand file: `earshot brand put`.
    """
    from infra.ops.listening.coverage import budget_report

    for line in budget_report(*deployed_stack.open_stack(stack, local=local), utc_now()):
        click.echo(printable(line))
