"""``earshot users``: who may sign in to a deployed stack, and with which role."""

import click

from infra.cli import deployed_stack
from infra.cli.options import stack_options
from infra.terminal import plain

ROLES = click.Choice(["viewer", "agent", "lead", "admin"])
_BY_PASSWORD = click.option(
    "--password", "shows_password", is_flag=True, help="Show a temporary password once, in place of AWS's mail."
)


@click.group()
def users() -> None:
    """The accounts with which staff sign in to a deployed stack.

    The group of an account is its role: docs/operating.md says what each may do. Who is alerted is another list:
    `earshot staff`.
    """


@users.command("list")
@stack_options
def list_users(stack: str, local: bool) -> None:
    """Show every account, its role and its state."""
    from infra.ops.access.users import DeployedUsers, lines

    for line in lines(DeployedUsers(*deployed_stack.open_stack(stack, local=local)).users()):
        click.echo(plain(line))


@users.command()
@click.argument("email")
@click.option("--group", "group", type=ROLES, required=True, help="Their role.")
@_BY_PASSWORD
@stack_options
def add(email: str, group: str, shows_password: bool, stack: str, local: bool) -> None:
    """Create an account for EMAIL.

    AWS mails a temporary password, which lasts 7 days; the first sign-in replaces it. The embedded cloud sends no mail,
    so that --local shows the password.
    """
    from earshot.alerting.roster.roster import Role
    from infra.ops.access.users import DeployedUsers

    session, found = deployed_stack.open_stack(stack, local=local)
    deployed = DeployedUsers(session, found)
    password = deployed.add(email, Role(group), by_mail=not (shows_password or local))
    click.echo(f"{plain(email)} can sign in as {group}: {found.output('ConsoleUrl')}")
    _tell(email, password)


@users.command()
@click.argument("email")
@click.argument("group", type=click.Choice(["viewer", "agent", "lead", "admin", "none"]))
@stack_options
def group(email: str, group: str, stack: str, local: bool) -> None:
    """Make GROUP the one role of EMAIL; `none` takes it away.

    It takes effect at the next sign-in or renewal, after an hour at most.
    """
    from earshot.alerting.roster.roster import Role
    from infra.ops.access.users import DeployedUsers

    role = None if group == "none" else Role(group)
    DeployedUsers(*deployed_stack.open_stack(stack, local=local)).set_role(email, role)
    click.echo(f"{plain(email)}: {role or 'no role'}, from the next sign-in or renewal on, after an hour at most.")


@users.command()
@click.argument("email")
@stack_options
def disable(email: str, stack: str, local: bool) -> None:
    """Let EMAIL sign in no more. A token that was issued lasts for an hour at most."""
    from infra.ops.access.users import DeployedUsers

    DeployedUsers(*deployed_stack.open_stack(stack, local=local)).disable(email)
    click.echo(f"{plain(email)} cannot sign in any more. A token that was issued lasts for an hour at most.")
    click.echo("Alerts are another list: `earshot staff remove` takes somebody off it.")


@users.command()
@click.argument("email")
@stack_options
def enable(email: str, stack: str, local: bool) -> None:
    """Let EMAIL sign in again, with the role and the password from before."""
    from infra.ops.access.users import DeployedUsers

    DeployedUsers(*deployed_stack.open_stack(stack, local=local)).enable(email)
    click.echo(f"{plain(email)} can sign in again.")


@users.command()
@click.argument("email")
@_BY_PASSWORD
@stack_options
def reset(email: str, shows_password: bool, stack: str, local: bool) -> None:
    """End every session of EMAIL, and make them choose a new password.

    AWS mails a code for it, or the invitation again to somebody who never signed in.
    """
    from infra.ops.access.users import DeployedUsers

    deployed = DeployedUsers(*deployed_stack.open_stack(stack, local=local))
    password = deployed.reset(email, by_mail=not (shows_password or local))
    click.echo(f"{plain(email)} has to choose a new password. A token that was issued lasts for an hour at most.")
    _tell(email, password)


def _tell(email: str, password: str | None) -> None:
    if password is None:
        click.echo(f"AWS has mailed {plain(email)} how. If nothing arrives, show a password: `earshot users reset`.")
    else:
        click.echo(f"Temporary password, shown this once: {password}")
