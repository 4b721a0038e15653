"""``earshot policy``: checks the service-level policy on this machine, puts it into a deployed stack, shows it."""

from pathlib import Path

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.options import FILE, stack_options

_SAYS_NOTHING = (
    "every default would be put back. If that is meant, write one of them down: acknowledgement_expires_minutes = 30."
)


@click.group()
def policy() -> None:
    """The service-level policy of a stack, which can be changed without a deployment.

    Response targets, escalation ladders, business hours, quiet hours, grouping of alerts, and how long an
    acknowledgement lasts: docs/operating.md describes the file.
    """


@policy.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Print a summary of a policy file, or everything that is wrong with it. Nothing is changed."""
    from earshot.cases.policy.toml_file import parse_policy
    from infra.ops.settings.policy import as_text
    from infra.toml_file import read_setting

    click.echo(as_text(parse_policy(read_setting(file, _SAYS_NOTHING), str(file))))


@policy.command()
@click.argument("file", type=FILE)
@stack_options
def put(file: Path, stack: str, local: bool) -> None:
    """Put a policy file into a deployed stack.

    It replaces the last one within a minute, for new cases: targets, ladders and acknowledgements that have started
    keep the policy they started with. An invalid file is rejected, and the last one stays.
    """
    from earshot.cases.policy.toml_file import parse_policy
    from infra.ops.settings.policy import DeployedPolicy, as_text
    from infra.toml_file import read_setting

    text = read_setting(file, _SAYS_NOTHING)
    parsed = parse_policy(text, str(file))
    DeployedPolicy(*deployed_stack.open_stack(stack, local=local)).put(text, utc_now())
    click.echo(as_text(parsed))
    click.echo(f"In force in stack '{stack}' within a minute.")


@policy.command()
@stack_options
def show(stack: str, local: bool) -> None:
    """Print the policy of a deployed stack, or the default policy if none was put.

    Redirect it into a file to change it and put it again.
    """
    from earshot.cases.policy.toml_file import DEFAULT_TEXT
    from infra.ops.settings.policy import DeployedPolicy

    text = DeployedPolicy(*deployed_stack.open_stack(stack, local=local)).read()
    if not text:
        click.echo(f"No policy was put into stack '{stack}': this is the default.", err=True)
        text = DEFAULT_TEXT
    click.echo(text, nl=not text.endswith("\n"))
