"""Options that several commands of ``earshot`` have alike."""

from collections.abc import Callable
from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

Command = Callable[..., None]


def brand_option(*, required: bool = False) -> Callable[[Command], Command]:
    """``--brand``, as ``brands``."""
    return click.option(
        "--brand", "brands", multiple=True, required=required, metavar="HANDLE", help="Who the brand is; repeatable."
    )


def terms_option(command: Command) -> Command:
    """``--terms``, a file that is there."""
    return click.option("--terms", type=FILE, help="The brand's own terms, a TOML file: see docs/triage.md.")(command)


def brand_options(command: Command) -> Command:
    """Who the brand is, where it matters little, and what its terms are."""
    return terms_option(brand_option()(command))


def stack_options(command: Command) -> Command:
    """Which deployed Earshot is meant, as ``stack`` and ``local``."""
    command = click.option("--stack", default="earshot", show_default=True, help="The stack's name.")(command)
    return click.option("--local", is_flag=True, help="The embedded cloud that `earshot run` has started here.")(
        command
    )
