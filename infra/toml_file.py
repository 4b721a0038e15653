"""Reads a TOML file that a person names on the command line."""

from pathlib import Path

from earshot.errors import EarshotError


def read_toml(file: Path) -> str:
    """The text of a file, unparsed. EarshotError where it cannot be read or is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise EarshotError(f"{file} cannot be read ({error}): it must be a TOML file in UTF-8.") from None
