"""``earshot deploy``: one guided command from a checkout to a first alert, on top of the SAM CLI."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from earshot.errors import EarshotError
from earshot.runtime import utc_now
from infra.cli.commands.setup.doctor import print_findings, where
from infra.cli.exit_status import EXIT_INCOMPLETE
from infra.cli.options import DEFAULT_STACK, FILE
from infra.terminal import plain

if TYPE_CHECKING:
    from earshot.reports.doctor.finding import Finding

_TOKEN = "X_BEARER_TOKEN"  # noqa: S105 - the name of a variable


class Terminal:
    """The person at the terminal; with ``--yes`` there is none, and nothing is asked."""

    def __init__(self, *, is_person: bool, where: str) -> None:
        self.is_person = is_person
        self._where = where

    def say(self, line: str) -> None:
        """Print a line."""
        click.echo(plain(line))

    def ask(self, text: str) -> str:
        """What is typed, empty for Enter."""
        return str(click.prompt(text, default="", show_default=False)) if self.is_person else ""

    def secret(self, text: str) -> str:
        """What is typed, and not shown."""
        return str(click.prompt(text, default="", show_default=False, hide_input=True)) if self.is_person else ""

    def agrees(self, text: str) -> bool:
        """Whether the answer is yes."""
        return click.confirm(text, default=False) if self.is_person else True

    def findings(self, found: Iterable[Finding]) -> list[Finding]:
        """Print what the doctor finds."""
        return print_findings(found, where=self._where)


@click.command()
@click.option("--stack", help="The stack's name.  [default: that of samconfig.toml, or earshot]")
@click.option("--config-env", metavar="NAME", help="The environment of samconfig.toml, such as dev, staging or prod.")
@click.option(
    "--set",
    "pairs",
    multiple=True,
    metavar="PARAMETER=VALUE",
    help="A parameter of the template, as BrandHandles=NimbusAir; repeatable. What is set already needs none.",
)
@click.option("--x-token-file", type=FILE, help=f"A file with the bearer token of X. Also read: {_TOKEN}.")
@click.option("--user", metavar="ADDRESS", help="Give this address an account with the role admin.")
@click.option("--show-password", is_flag=True, help="Show the temporary password once, in place of AWS's mail.")
@click.option("--no-lookup", is_flag=True, help="Do not look new handles up on X ($0.010 each).")
@click.option("--no-build", is_flag=True, help="Deploy what was built last.")
@click.option("--no-wait", is_flag=True, help="Do not wait for the first reading of the sources.")
@click.option("--yes", is_flag=True, help="Ask nothing: what is missing has its default, or ends the command.")
def deploy(
    stack: str | None,
    config_env: str | None,
    pairs: tuple[str, ...],
    x_token_file: Path | None,
    user: str | None,
    show_password: bool,
    no_lookup: bool,
    no_build: bool,
    no_wait: bool,
    yes: bool,
) -> None:
    """Deploy Earshot into your AWS account, or change a deployed one. Run it as often as you like.

    It asks for what only you know and nothing else says, has the doctor look before, runs `sam build` and `sam deploy`,
    stores the token of X, gives the first account, sends a test alert to each person, has the doctor look again, and
    prints the console's address. It keeps whatever was set. The exit status is 1 where it is deployed and the doctor
    finds a failure.
    """
    from infra.aws_session import caller_session
    from infra.ops.access.secrets import checked_bearer_token
    from infra.ops.aws_errors import explained
    from infra.ops.doctor.account_facts import AwsAccount
    from infra.ops.doctor.doctor import find_sam
    from infra.ops.doctor.visit import shared
    from infra.ops.setup.access import read_token_file
    from infra.ops.setup.answers import read_email, read_stack_name
    from infra.ops.setup.guide import Guide, Wishes
    from infra.ops.setup.sam import read_config, run_sam

    config = read_config(config_env)
    name = read_stack_name(stack or str(config.settings.get("stack_name", DEFAULT_STACK)))
    typed = os.environ.get(_TOKEN, "")
    token = read_token_file(x_token_file) if x_token_file else checked_bearer_token(typed) if typed.strip() else None
    with explained("AWS cannot be asked", "Choose the account and the region with AWS_PROFILE and AWS_REGION."):
        session = shared(caller_session(config.settings.get("region")))
    guide = Guide(
        name,
        session,
        AwsAccount(session),
        config,
        Terminal(is_person=not yes, where=where(name)),
        partial(run_sam, find_sam()),
        utc_now,
        time.sleep,
    )
    wishes = Wishes(
        _parameters(pairs),
        token,
        read_email(user) if user else None,
        show_password,
        not no_lookup,
        not no_build,
        not no_wait,
    )
    if guide.deploy(wishes) == "failure":
        click.secho("Deployed. Do not rely on it before the failures above are mended.", fg="yellow", err=True)
        sys.exit(EXIT_INCOMPLETE)


def _parameters(pairs: Iterable[str]) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise EarshotError(f"{pair!r} sets nothing: write --set PARAMETER=VALUE.")
        parameters[name.strip()] = value
    return parameters
