"""Reads a TOML file that a person names on the command line."""

import tomllib
from pathlib import Path
from typing import cast

from earshot.errors import EarshotError


def read_toml(file: Path) -> str:
    """The text of a file, unparsed. EarshotError where it cannot be read or is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise EarshotError(f"{file} cannot be read ({error}): it must be a TOML file in UTF-8.") from None


def read_setting(file: Path, consequence: str) -> str:
    """The text of a file that replaces a setting of a stack.

    EarshotError also where it says nothing, as a file does that was not saved: it would have the ``consequence``.
    """
    text = read_toml(file)
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError):
        return text  # whoever parses it says what is wrong
    if not _says_something(values):
        raise EarshotError(f"{file} says nothing, and {consequence}")
    return text


def _says_something(value: object) -> bool:
    return not isinstance(value, dict) or any(map(_says_something, cast("dict[str, object]", value).values()))
