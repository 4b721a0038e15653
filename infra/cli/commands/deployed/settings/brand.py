"""``earshot brand``: checks a brand file on this machine, puts it into a deployed stack, shows it."""

from pathlib import Path

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.options import FILE, stack_options


@click.group()
def brand() -> None:
    """The brands that a stack listens for, which can be changed without a deployment.

    Handles, search terms, and the accounts of employees who speak for a brand: docs/operating.md describes the file.
    Until one is put, the stack's parameters BrandHandles and SearchTerms apply.
    """


@brand.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Print a summary of a brand file, or everything that is wrong with it. Nothing is changed."""
    from earshot.mentions.brands.toml_file import parse_brands
    from infra.ops.settings.brands import as_text
    from infra.toml_file import read_toml

    click.echo(as_text(parse_brands(read_toml(file), str(file))))


@brand.command()
@click.argument("file", type=FILE)
@stack_options
def put(file: Path, stack: str, local: bool) -> None:
    """Put a brand file into a deployed stack.

    It replaces the last one, and the stack's parameters. Every function uses it within a minute. A new handle or search
    term begins with a baseline; one that is no longer named is not read any more. An invalid file is rejected, and the
    last one stays.
    """
    from infra.ops.settings.brands import DeployedBrands, as_text
    from infra.toml_file import read_toml

    text = read_toml(file)
    deployed = DeployedBrands(*deployed_stack.open_stack(stack, local=local))
    before = deployed.in_force()
    after = deployed.put_brands(text, utc_now(), str(file))
    click.echo(as_text(after))
    for line in deployed.changes(before, after):
        click.echo(line)
    click.echo(f"In force in stack '{stack}' within a minute.")


@brand.command()
@stack_options
def show(stack: str, local: bool) -> None:
    """Print the brands of a deployed stack.

    Redirect them into a file to change them and put them again.
    """
    from earshot.mentions.brands.toml_file import brands_as_toml
    from infra.ops.settings.brands import DeployedBrands

    deployed = DeployedBrands(*deployed_stack.open_stack(stack, local=local))
    text = deployed.read()
    if not text:
        click.echo(f"No brands were put into stack '{stack}': these are its parameters'.", err=True)
        text = brands_as_toml(deployed.current())
    click.echo(text, nl=not text.endswith("\n"))
