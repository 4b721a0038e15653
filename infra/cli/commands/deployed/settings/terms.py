"""``earshot terms``: checks a brand's terms on this machine, puts them into a deployed stack, shows them."""

from pathlib import Path

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.options import FILE, brand_option, stack_options


@click.group()
def terms() -> None:
    """The brand's terms in a stack, which can be changed without a deployment.

    Products, competitors, VIPs, what is always or never urgent, and rules that are switched off: docs/operating.md
    describes the file.
    """


@terms.command()
@click.argument("file", type=FILE)
@brand_option(required=True)
def check(file: Path, brands: tuple[str, ...]) -> None:
    """Print a summary of a terms file, or everything that is wrong with it. Nothing is changed."""
    from infra.evaluation.terms_file import load_terms
    from infra.ops.settings.terms import as_text

    click.echo(as_text(load_terms(brands, file)))


@terms.command()
@click.argument("file", type=FILE)
@stack_options
def put(file: Path, stack: str, local: bool) -> None:
    """Put a terms file into a deployed stack.

    It replaces the last one, and the classifier uses it within a minute. An invalid file is rejected, and the last one
    stays.
    """
    from earshot.triage.terms.toml_file import parse_terms
    from infra.ops.settings.brands import DeployedBrands
    from infra.ops.settings.terms import DeployedTerms, as_text
    from infra.toml_file import read_setting

    text = read_setting(file, "every term would be deleted. If that is meant, write an empty list: products = [].")
    session, found = deployed_stack.open_stack(stack, local=local)
    brands = DeployedBrands(session, found).current()
    parsed = parse_terms(text, brands.handles, str(file), brands.names)
    DeployedTerms(session, found).put(text, utc_now())
    click.echo(as_text(parsed))
    click.echo(f"In force in stack '{stack}' within a minute.")


@terms.command()
@stack_options
def show(stack: str, local: bool) -> None:
    """Print the terms of a deployed stack.

    Redirect them into a file to change them and put them again.
    """
    from infra.ops.settings.terms import DeployedTerms

    text = DeployedTerms(*deployed_stack.open_stack(stack, local=local)).read()
    if text:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        click.echo(f"No terms were put into stack '{stack}': put some with `earshot terms put FILE`.", err=True)
