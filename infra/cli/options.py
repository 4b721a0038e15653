"""Options and types of values that several commands of ``earshot`` share."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

import click

_LONG_HANDLE = re.compile(r"\w[\w-]*(\.[\w-]+)+|[\w.-]+@[\w-]+(\.[\w-]+)+")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

DEFAULT_STACK = "earshot"
"""The stack that commands mean unless ``--stack`` names another."""

Command = Callable[..., None]
Value = TypeVar("Value", date, time, datetime)


class Parsed(click.ParamType[Value]):
    """A date, time or date and time in ISO 8601; the error shows ``example``."""

    def __init__(self, name: str, read: Callable[[str], Value], example: str) -> None:
        self.name = name
        self._read = read
        self._example = example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Value:
        """Parse the text."""
        try:
            return value if not isinstance(value, str) else self._read(value)
        except ValueError:
            return self.fail(f"{value!r}: write it as {self._example}", param, ctx)


class _Brand(click.ParamType[str]):
    """The handles of a brand's accounts, joined by ``+``; the error names the one that X cannot have."""

    name = "brand"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check each handle."""
        from earshot.mentions.sources.x.handles import handle_problem
        from infra.replay.recording import handles_of

        for number, handle in enumerate(handles_of(str(value))):
            # Behind the account on X may stand those on other networks: they have a server or a domain.
            problem = None if number and _LONG_HANDLE.fullmatch(handle) else handle_problem(handle)
            if problem is not None:
                self.fail(problem, param, ctx)
        return str(value)


def brand_option(*, required: bool = False) -> Callable[[Command], Command]:
    """``--brand``, as ``brands``."""
    return click.option(
        "--brand",
        "brands",
        multiple=True,
        required=required,
        type=_Brand(),
        metavar="HANDLE",
        help="The brand's handle, or HANDLE+HANDLE for its accounts; repeatable.",
    )


def search_option(command: Command) -> Command:
    """``--search``, as ``searches``."""
    return click.option(
        "--search",
        "searches",
        multiple=True,
        metavar="[HANDLE=]TERM",
        help="A term by which posts were found that name no handle, and for which brand; repeatable.",
    )(command)


def searches_of(searches: Sequence[str], brands: Sequence[str]) -> dict[str, str | None]:
    """The brand of each ``--search``, None: the only one. UsageError where it is not clear which one is meant."""
    from infra.replay.recording import handles_of

    accounts = {handle.lower(): handles_of(brand)[0] for brand in brands for handle in handles_of(brand)}
    found: dict[str, str | None] = {}
    for search in searches:
        handle, equals, term = search.rpartition("=")
        brand = accounts.get(handle.strip().lstrip("@").lower())
        if not term.strip() or (equals and brand is None) or (brand is None and len(brands) > 1):
            raise click.UsageError(f"Say for which brand {search!r} is: --search HANDLE=TERM, a HANDLE of --brand.")
        found[term.strip()] = brand
    return found


def terms_option(command: Command) -> Command:
    """``--terms``, an existing file."""
    return click.option("--terms", type=FILE, help="The brand's terms, a TOML file: see docs/operating.md.")(command)


def brand_options(command: Command) -> Command:
    """``--brand`` and ``--terms``, both optional."""
    return terms_option(brand_option()(command))


def stack_options(command: Command) -> Command:
    """``--stack`` and ``--local``: which deployed Earshot is meant."""
    command = click.option("--stack", default=DEFAULT_STACK, show_default=True, help="The stack's name.")(command)
    return click.option(
        "--local", is_flag=True, help="Use the embedded cloud that `earshot run` has started on this machine."
    )(command)
