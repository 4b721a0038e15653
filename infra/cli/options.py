"""Options that several commands of ``earshot`` have alike."""

from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

Command = Callable[..., None]


class Parsed(click.ParamType):
    """What ``read`` makes of a text, or a mistake that shows how it is written."""

    def __init__(self, name: str, read: type[date] | type[time] | type[datetime], example: str) -> None:
        self.name = name
        self._read = read
        self._example = example

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> object:
        """The value that the text stands for."""
        try:
            return value if not isinstance(value, str) else self._read.fromisoformat(value)
        except ValueError:
            return self.fail(f"{value!r}: write it as {self._example}", param, ctx)


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
