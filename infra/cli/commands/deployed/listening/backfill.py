"""``earshot backfill``: what a stack has missed, as far as it can still be had."""

from datetime import UTC, datetime

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.options import Parsed, stack_options


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


_TIME = Parsed("time", _time, "2026-11-21T09:30Z; without a zone it is UTC")


@click.command()
@click.option("--source", required=True, help="As `earshot coverage` names it, or a feed by its address.")
@click.option("--from", "start", type=_TIME, required=True, help="From when on posts were missed, in UTC.")
@click.option("--to", "end", type=_TIME, required=True, help="Until when.")
@click.option(
    "--most", type=click.FloatRange(0.1), default=5.0, show_default=True, metavar="DOLLARS", help="What it may cost."
)
@click.option("--yes", is_flag=True, help="Fetch it without asking.")
@stack_options
def backfill(source: str, start: datetime, end: datetime, most: float, yes: bool, stack: str, local: bool) -> None:
    """Fetch what SOURCE missed, as far as it can still be had; say first what it costs, and ask.

    X serves the last 7 days of mentions and searches, and the 3,200 newest posts of the brand; a feed and the other
    networks have what they list. It is stored as history: nobody is alerted about old news. Doing it again stores
    nothing twice.
    """
    from infra.ops.listening.backfill import DeployedBackfill, offer_lines

    deployed = DeployedBackfill(*deployed_stack.open_stack(stack, local=local), local=local)
    offer = deployed.offer(source, start, end, utc_now())
    for line in offer_lines(offer):
        click.echo(line)
    if not yes:
        click.confirm(f"Fetch it, for ${most:.2f} at most?", abort=True)
    done = deployed.fetch(offer, most, utc_now())
    click.echo(f"Queued {done.queued} posts, for ${done.cost:.2f}. What was stored before is skipped.")
    if done.left is not None:
        why = "The money did not reach" if done.problem is None else f"{done.problem} It was not fetched"
        click.echo(f"{why} further back than {done.left:%Y-%m-%d %H:%M} UTC: fetch the rest with --to.")
    elif done.problem is not None:
        click.echo(f"Not all of it can be had: {done.problem}")
