"""``earshot dead-letters`` and ``earshot redrive``: what failed in a deployed stack, and processing it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.options import stack_options
from infra.terminal import plain

if TYPE_CHECKING:
    from infra.ops.dead_letters import DeadLetters

_SHOWN_CHARACTERS = 160


@click.command("dead-letters")
@stack_options
@click.option("--most", default=20, show_default=True, help="How many messages of each queue are shown.")
def dead_letters(stack: str, local: bool, most: int) -> None:
    """Show the messages in the dead-letter queues, and why they failed. Nothing is moved."""
    letters = list(_dead_letters(stack, local).look(most))
    from infra.ops.dead_letters import MEANING

    for queue, meaning in MEANING.items():
        found = [letter for letter in letters if letter.queue == queue]
        click.secho(f"{queue}: {len(found) or 'no'} {meaning}", bold=bool(found))
        for letter in found:
            click.echo(f"  {letter.sent_at:%Y-%m-%d %H:%M:%S}Z  {plain(letter.reason)}")
            click.echo(click.style(f"    {plain(letter.body)[:_SHOWN_CHARACTERS]}", dim=True))
    if letters:
        click.echo("Fix the cause, then process them again: earshot redrive")


@click.command()
@stack_options
def redrive(stack: str, local: bool) -> None:
    """Process the messages in the dead-letter queues again.

    Mentions go to the classifier; those that are stored already change nothing. Every case whose alert was not sent
    goes to the notifier. Alerts that a webhook, Slack or Teams did not accept are delivered to those again. Scheduled
    runs that never started are deleted: later runs have made up for them.
    """
    letters = _dead_letters(stack, local)
    click.echo(f"{letters.redrive_mentions()} mentions sent to the classifier again.")
    click.echo(f"{letters.redrive_alerts(utc_now())} cases handed to the notifier again.")
    click.echo(f"{letters.redrive_deliveries()} alerts handed to the deliverer again.")
    click.echo(f"{letters.clear_schedules()} scheduled runs that never started deleted.")


def _dead_letters(stack: str, local: bool) -> DeadLetters:
    from infra.ops.dead_letters import DeadLetters

    return DeadLetters(*deployed_stack.open_stack(stack, local=local))
