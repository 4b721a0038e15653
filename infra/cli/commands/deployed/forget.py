"""``earshot forget``: removes an author or a post from everything that a stack stores."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.exit_status import EXIT_INCOMPLETE
from infra.cli.options import stack_options
from infra.terminal import plain

if TYPE_CHECKING:
    from earshot.cases.removal.subject import Kind
    from infra.ops.forget.forget import Forgetting

_NEEDS = (
    "Your credentials need dynamodb:Scan, Query, GetItem, PutItem, UpdateItem and DeleteItem on both tables, and "
    "sqs:ReceiveMessage, SendMessage, DeleteMessage and ChangeMessageVisibility on the dead-letter queues."
)


@click.command()
@click.argument("kind", type=click.Choice(["author", "post"]))
@click.argument("who", metavar="WHO")
@click.option("--source", default="x", show_default=True, help="The network: x, bluesky, mastodon, ...")
@click.option("--by", help="Your name.  [default: that of your AWS credentials]")
@click.option("--receipt", type=click.Path(dir_okay=False, path_type=Path), help="Where the receipt is written.")
@click.option("--yes", is_flag=True, help="Remove it without a question.")
@stack_options
def forget(
    kind: str, who: str, source: str, by: str | None, receipt: Path | None, yes: bool, stack: str, local: bool
) -> None:
    """Remove an author (WHO is a handle or an id) or a post (WHO is its id) from all that a stack stores.

    Posts, cases, logs, notes and alerts, other people's that quote them too, corrections and dead letters. A case
    stays as an empty one with its times. An old message cannot bring them back; what they post from now on is heard.

    A receipt without their name is written to a file and to the table. It names what is out of reach: what has left as
    SMS, email or webhook, logs, backups. It can be repeated.
    """
    from earshot.cases.removal.subject import Kind
    from infra.aws_session import caller_name
    from infra.ops.aws_errors import explained
    from infra.ops.forget.forget import ForgetError, Forgetting

    name, what = who.strip().removeprefix("@"), Kind(kind)
    session, found = deployed_stack.open_stack(stack, local=local)
    with explained("It cannot be removed", _NEEDS):
        forgetting = Forgetting(session, found)
        subject = forgetting.find(what, source, name)
        if not subject.is_known:
            _tell_unknown(forgetting, what, source, name)
            return
        click.echo(f"Stored of it: {len(subject.posts)} posts, {len(subject.cases)} cases.", err=True)
        if not yes and not click.confirm(f"Remove all of {kind} {plain(who)} from stack '{stack}' for ever?", err=True):
            sys.exit(EXIT_INCOMPLETE)
        now = utc_now()
        done = forgetting.forget(subject, by or caller_name(session), now)
    file = receipt or Path(f"earshot-forgotten-{done.digest[:12]}-{now:%Y%m%dT%H%M%SZ}.json")
    try:
        done.write(file)
    except OSError as error:
        raise ForgetError(
            f"It is removed, and the receipt is in the table; {file} cannot be written ({error.strerror}): "
            "run it again with another --receipt."
        ) from None
    removed = ", ".join(f"{what}: {count}" for what, count in sorted(done.counts.items()))
    click.echo(f"Removed: {removed or 'nothing more'}.")
    for line in done.left:
        click.echo(f"  {plain(line)}")
    click.echo(f"Receipt: {file}")


def _tell_unknown(forgetting: Forgetting, kind: Kind, source: str, name: str) -> None:
    from infra.ops.forget.forget import ForgetError

    before = forgetting.receipt_of(kind, source, name)
    if before is None:
        raise ForgetError(
            f"Nothing is stored of {kind} {plain(name)} on {source}. Give the id of the account instead of the handle, "
            "and see --source."
        )
    click.echo(f"It was forgotten on {before['at']} by {plain(str(before['by']))}. Nothing of it is stored.")
