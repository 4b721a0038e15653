"""``earshot secrets``: stores what a stack needs to know and nobody may see."""

import sys
from pathlib import Path

import click

from infra.cli import deployed_stack
from infra.cli.options import FILE, stack_options

_NAMES = ("x", "webhooks", "mentions")


@click.group()
def secrets() -> None:
    """The secrets of a deployed stack: the token for X, the webhooks, the keys of links and of posts that others bring.

    Values are read from a prompt, from standard input or from a file, never from the command line. No command prints
    what is stored; `rotate mentions` prints the secret that it makes, once.
    """


@secrets.command("list")
@stack_options
def list_secrets(stack: str, local: bool) -> None:
    """Show which secrets have a value, and when each was changed. No value is read."""
    from infra.ops.access.secrets import DeployedSecrets

    for status in DeployedSecrets(*deployed_stack.open_stack(stack, local=local)).statuses():
        changed = "empty" if status.changed_at is None else f"changed {status.changed_at:%Y-%m-%d %H:%M %Z}".rstrip()
        click.echo(f"{status.name:<9} {changed}: {status.name.meaning}")


@secrets.command("set")
@click.argument("name", type=click.Choice(_NAMES))
@click.argument("value", nargs=-1, metavar="")
@click.option("--file", type=FILE, help="A file with the value.  [default: standard input, or a prompt]")
@stack_options
def set_secret(name: str, value: tuple[str, ...], file: Path | None, stack: str, local: bool) -> None:
    """Store a secret: `x`, the bearer token of X; `webhooks`, the JSON list that docs/operating.md describes;
    `mentions`, what programs sign posts with (`whsec_...`, or `off`, after which none is good).

    It is checked first, and what cannot be used is not stored. In force within 5 minutes, without a deployment.
    """
    from infra.ops.access.secrets import DeployedSecrets

    if value:
        raise click.UsageError(
            "A secret on the command line stays in the shell's history, and other users see it: give it to the prompt, "
            "by standard input or with --file. Replace the one that you have just typed."
        )
    text = _read(name, file)
    deployed = DeployedSecrets(*deployed_stack.open_stack(stack, local=local))
    if name == "x":
        deployed.set_x_token(text)
        click.echo(
            f"Stored. Stack '{stack}' reads X with it within 5 minutes: `earshot secrets list` shows when it was."
        )
        return
    if name == "mentions":
        if deployed.set_submission_secret(text):
            click.echo(f"Stored. Stack '{stack}' takes posts that are signed with it; those of the one before, too.")
        else:
            click.echo(f"Off. Stack '{stack}' takes no signed posts from 5 minutes from now on.")
        return
    labels = deployed.set_webhooks(text)
    click.echo(f"Stored: {', '.join(labels) or 'no target'}. In force in stack '{stack}' within a minute.")


@secrets.command()
@click.argument("name", type=click.Choice(["links", "mentions"]))
@stack_options
def rotate(name: str, stack: str, local: bool) -> None:
    """Store a new random value: for `links`, the key that signs the links in alerts; for `mentions`, the secret that
    programs sign posts with, which is printed to standard output, once.

    What was signed with the one before stays valid until the next rotation: rotate twice to end every link, for example
    after a mailbox was compromised, and every sender whose secret is in wrong hands.
    """
    from infra.ops.access.secrets import DeployedSecrets

    deployed = DeployedSecrets(*deployed_stack.open_stack(stack, local=local))
    if name == "mentions":
        made = deployed.rotate_submission_secret()
        click.echo(
            f"Stack '{stack}' takes posts that are signed with this secret. Give it to who sends them:", err=True
        )
        click.echo(made)
        click.echo("It is not shown again. The one before stays good until the next rotation.", err=True)
        return
    deployed.rotate_link_key()
    click.echo(f"Stack '{stack}' signs with a new key within 5 minutes.")
    click.echo("Links of the key before stay valid; those of older keys do not.")


def _read(name: str, file: Path | None) -> str:
    """The value: of the file, or what is piped in, or what somebody types unseen."""
    if file is not None:
        try:
            return file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise click.UsageError(f"{file} cannot be read as text in UTF-8 ({type(error).__name__}).") from None
    if not _is_terminal():
        return sys.stdin.read()
    if name == "webhooks":
        raise click.UsageError("Give the list with --file, or by standard input.")
    return click.prompt("Bearer token" if name == "x" else "Secret", hide_input=True, type=str)


def _is_terminal() -> bool:
    return sys.stdin.isatty()
