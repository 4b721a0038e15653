"""``earshot policy``: the service-level policy, checked on this machine, put into a deployed stack, and shown."""

from pathlib import Path

import click

from earshot.runtime import utc_now
from infra.cli.options import FILE, stack_options


@click.group()
def policy() -> None:
    """Clocks, ladders and business hours, which a deployed stack follows without a deployment.

    Within what time customers are answered and by whose calendar, whom a case alerts and when, and how long somebody
    may hold it: docs/operating.md tells how that is written.
    """


@policy.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Say what is in a policy file, or all that is wrong with it. Nothing is put anywhere."""
    from earshot.cases.policy.toml_file import parse_policy
    from infra.ops.policy import as_text
    from infra.toml_file import read_toml

    click.echo(as_text(parse_policy(read_toml(file), str(file))))


@policy.command()
@click.argument("file", type=FILE)
@stack_options
def put(file: Path, stack: str, local: bool) -> None:
    """Put a policy file into a deployed stack.

    It takes the place of the last one, and holds within a minute for what begins from then on: a clock, a ladder or
    an acknowledgement that runs keeps what it began with. A file that cannot be used is refused, and the last one
    stays.
    """
    from earshot.cases.policy.toml_file import parse_policy
    from infra.ops.policy import DeployedPolicy, as_text
    from infra.ops.stack import deployed
    from infra.toml_file import read_toml

    text = read_toml(file)
    parsed = parse_policy(text, str(file))
    DeployedPolicy(*deployed(stack, local=local)).put(text, utc_now())
    click.echo(as_text(parsed))
    click.echo(f"In force in stack '{stack}' within a minute.")


@policy.command()
@stack_options
def show(stack: str, local: bool) -> None:
    """Print the policy of a deployed stack, or the default one where none was put.

    Redirected into a file, it can be changed and put again.
    """
    from earshot.cases.policy.toml_file import DEFAULT_TEXT
    from infra.ops.policy import DeployedPolicy
    from infra.ops.stack import deployed

    text = DeployedPolicy(*deployed(stack, local=local)).read()
    if not text:
        click.echo(f"No policy was put into stack '{stack}': this is what holds by default.", err=True)
        text = DEFAULT_TEXT
    click.echo(text, nl=not text.endswith("\n"))
