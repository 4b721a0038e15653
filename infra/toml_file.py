"""The text of a TOML file that a person brings."""

from pathlib import Path

from earshot.errors import EarshotError


def read_toml(file: Path) -> str:
    """Its text, which nobody has parsed yet. EarshotError where it is no text."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise EarshotError(f"{file} cannot be read ({error}): it must be a TOML file in UTF-8.") from None
