"""A list of tables in TOML, as which the feeds and the accounts that a stack listens to are stored."""

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import cast

from earshot.errors import SourcesError

Table = Mapping[str, object]


def parse_tables(
    text: str, key: str, name: str, mistakes_in: Callable[[Sequence[Table]], Iterator[str]]
) -> Sequence[Table]:
    """The tables of the list ``key`` in ``text``. SourcesError lists every mistake; ``name`` says of which text."""
    try:
        values: Table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourcesError(f"{name} are not valid TOML: {error}") from None
    listed = values.get(key, [])
    items = cast("list[object]", listed) if isinstance(listed, list) else []
    tables = [cast("Table", one) for one in items if isinstance(one, Mapping)]
    problems = list(mistakes_in(tables))
    if problems:
        raise SourcesError(f"{name} cannot be used:\n" + "\n".join(f"  - {problem}" for problem in problems))
    return tables


def tables_as_toml(key: str, tables: Iterable[Table]) -> str:
    """The text that ``parse_tables`` reads as ``tables``; what is None or empty is left out."""
    return "\n".join(_table_as_toml(key, table) for table in tables)


def value_as_toml(value: object) -> str:
    """A text, a number or a list of them: JSON is TOML, but for one character that TOML wants to be escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _table_as_toml(key: str, table: Table) -> str:
    lines = [f"{name} = {value_as_toml(value)}" for name, value in table.items() if value not in (None, "", [])]
    return "\n".join([f"[[{key}]]", *lines, ""])
