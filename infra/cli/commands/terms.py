"""``earshot terms``: a brand's own terms, checked on this machine, put into a deployed stack, and shown."""

from pathlib import Path

import click

from earshot.runtime import utc_now
from infra.cli.options import FILE, brand_option, stack_options


@click.group()
def terms() -> None:
    """The brand's own terms, which a deployed stack follows without a deployment.

    Its products, its competitors, whose word weighs, what is always or never urgent, and which rules are off:
    docs/operating.md tells how they are written.
    """


@terms.command()
@click.argument("file", type=FILE)
@brand_option(required=True)
def check(file: Path, brands: tuple[str, ...]) -> None:
    """Say what is in a terms file, or all that is wrong with it. Nothing is put anywhere."""
    from infra.evaluation.judge_posts import terms_of
    from infra.ops.terms import as_text

    click.echo(as_text(terms_of(brands, file)))


@terms.command()
@click.argument("file", type=FILE)
@stack_options
def put(file: Path, stack: str, local: bool) -> None:
    """Put a terms file into a deployed stack.

    It takes the place of the last one, and the classifier follows it within a minute. A file that cannot be used is
    refused, and the last one stays.
    """
    from earshot.triage.terms.toml_file import parse_terms
    from infra.evaluation.judge_posts import checked_terms
    from infra.ops.stack import deployed
    from infra.ops.terms import DeployedTerms, as_text

    text = checked_terms(file)
    session, found = deployed(stack, local=local)
    DeployedTerms(session, found).put(text, utc_now())
    click.echo(as_text(parse_terms(text, found.brand_handles)))
    click.echo(f"In force in stack '{stack}' within a minute.")


@terms.command()
@stack_options
def show(stack: str, local: bool) -> None:
    """Print the terms of a deployed stack.

    They are as they were put: redirected into a file, they can be changed and put again.
    """
    from infra.ops.stack import deployed
    from infra.ops.terms import DeployedTerms

    text = DeployedTerms(*deployed(stack, local=local)).read()
    if text:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        click.echo(f"No terms were put into stack '{stack}': put some with `earshot terms put FILE`.", err=True)
