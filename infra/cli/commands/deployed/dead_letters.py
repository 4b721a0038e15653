"""``earshot dead-letters`` and ``earshot redrive``: what failed in a deployed stack, and processing it again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.exit_status import EXIT_INCOMPLETE
from infra.cli.options import DEFAULT_STACK, stack_options
from infra.terminal import plain

if TYPE_CHECKING:
    from infra.ops.dead_letters.queues import DeadLetters

_SHOWN_CHARACTERS = 160
_NEEDS = (
    "Your credentials need sqs:ReceiveMessage, DeleteMessage and ChangeMessageVisibility on the dead-letter queues, "
    "and dynamodb:GetItem and PutItem on the case table."
)


@click.group("dead-letters", invoke_without_command=True)
@stack_options
@click.option("--most", default=20, show_default=True, help="How many messages of each queue are shown.")
@click.pass_context
def dead_letters(context: click.Context, stack: str, local: bool, most: int) -> None:
    """Show the messages in the dead-letter queues, and why they failed. Nothing is moved."""
    if context.invoked_subcommand is not None:
        return
    letters = list(_dead_letters(stack, local).look(most))
    from infra.ops.dead_letters.queues import MEANING

    for queue, meaning in MEANING.items():
        found = [letter for letter in letters if letter.queue == queue]
        click.secho(f"{queue}: {len(found) or 'no'} {meaning}", bold=bool(found))
        for letter in found:
            click.echo(f"  {letter.sent_at:%Y-%m-%d %H:%M:%S}Z  {plain(letter.reason)}")
            click.echo(click.style(f"    {plain(letter.body)[:_SHOWN_CHARACTERS]}", dim=True))
            click.echo(click.style(f"    id {letter.message_id}", dim=True))
    if letters:
        click.echo("Fix the cause, then process them again: earshot redrive")
        click.echo("What nobody will ever read: earshot dead-letters discard ID --why REASON")


@dead_letters.command()
@click.argument("ids", metavar="ID...", nargs=-1)
@click.option("--unreadable", is_flag=True, help="Every dead mention that this release cannot read.")
@click.option("--why", required=True, help="The reason, which stays in the log.")
@click.option("--by", help="Your name.  [default: that of your AWS credentials]")
@click.option("--yes", is_flag=True, help="Discard them without a question.")
@stack_options
@click.pass_context
def discard(
    context: click.Context,
    ids: tuple[str, ...],
    unreadable: bool,
    why: str,
    by: str | None,
    yes: bool,
    stack: str,
    local: bool,
) -> None:
    """Delete dead letters that cannot be processed, by the ids that `earshot dead-letters` shows.

    Who did it, when and why is logged, without what the message said. Discarding again changes nothing.
    """
    if bool(ids) == unreadable:
        raise click.UsageError("Say which: the ids that `earshot dead-letters` shows, or --unreadable.")
    if not why.strip():
        raise click.UsageError("Give a reason: --why REASON.")
    from infra.aws_session import caller_name
    from infra.ops.aws_errors import explained

    stack, local = _inherited(context, stack, local)
    session, found = deployed_stack.open_stack(stack, local=local)
    with explained("The dead letters cannot be discarded", _NEEDS):
        from infra.ops.dead_letters.queues import DeadLetters

        letters = DeadLetters(session, found)
        wanted = letters.unreadable() if unreadable else set(ids)
        if not wanted:
            click.echo("There is none.")
            return
        if not yes and not click.confirm(f"Delete {len(wanted)} dead letters for ever?", err=True):
            sys.exit(EXIT_INCOMPLETE)
        for done in letters.discard(wanted, why.strip(), by or caller_name(session), utc_now()):
            said = f"discarded at {done.at:%Y-%m-%d %H:%M}Z by {plain(done.by)}: {plain(done.why)}"
            click.echo(f"{done.message_id}: {said}")


def _inherited(context: click.Context, stack: str, local: bool) -> tuple[str, bool]:
    """The options of ``dead-letters`` itself hold for its commands."""
    given = context.parent.params if context.parent is not None else {}
    return (given.get("stack", stack) if stack == DEFAULT_STACK else stack), local or bool(given.get("local"))


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
    from infra.ops.dead_letters.queues import DeadLetters

    return DeadLetters(*deployed_stack.open_stack(stack, local=local))
