"""A backup: gzipped JSON lines, with a head that says whose, one line for each item, and an end that counts them.

It has everything that customers wrote and the addresses of staff, so only its owner can read it.
"""

import gzip
import json
import tempfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from earshot.errors import EarshotError

# Raised when older releases could not read what is written.
VERSION = 1
CASES, SOURCES = "cases", "sources"
Item = dict[str, Any]
"""An item as DynamoDB's clients give it: ``{"pk": {"S": "..."}}``."""


class BackupError(EarshotError):
    """A file cannot be written, or is no whole backup: the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A whole backup, in ``file``. ``counts`` are its items by table."""

    file: Path
    counts: dict[str, int]

    def items(self, table: str) -> Iterator[Item]:
        """The items of a table, ``CASES`` or ``SOURCES``, in the order in which they were read."""
        for line in _lines(self.file):
            if line.get("table") == table:
                yield line["item"]


def write_backup(file: Path, tables: Mapping[str, Iterable[Item]], stack: str) -> Backup:
    """Write all items to ``file``, which is there as a whole or not at all. BackupError where it cannot be written."""
    counts = dict.fromkeys(tables, 0)
    try:
        # A name of its own for each: two that run at once do not write into one file. Only its owner can read it.
        descriptor, name_of_new = tempfile.mkstemp(prefix=f"{file.name}.", suffix=".new", dir=file.parent)
    except OSError as error:
        why = error.strerror or error
        raise BackupError(f"{file} cannot be written ({why}): name another place. Nothing was written.") from None
    new = Path(name_of_new)
    try:
        with open(descriptor, "wb") as raw, gzip.open(raw, "wt", encoding="utf-8") as out:
            out.write(json.dumps({"earshot_backup": VERSION, "stack": stack}) + "\n")
            for name, items in tables.items():
                for item in items:
                    out.write(json.dumps({"table": name, "item": item}, ensure_ascii=False, default=_binary) + "\n")
                    counts[name] += 1
            out.write(json.dumps({"counts": counts}) + "\n")
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
    return Backup(file, counts)


def open_backup(file: Path) -> Backup:
    """A backup that is whole. BackupError where it is another file, of a newer release, or cut off."""
    found: dict[str, int] = {}
    head: dict[str, Any] | None = None
    counts: dict[str, int] | None = None
    for line in _lines(file):
        if head is None:
            head = line
            if line.get("earshot_backup") != VERSION:
                raise BackupError(f"{file} is no backup of this release: its first line does not say so.")
        elif "table" in line:
            if line["table"] not in (CASES, SOURCES) or not _is_item(line.get("item"), line["table"]):
                raise BackupError(f"{file} is no backup: its line {sum(found.values()) + 2} holds no item of a table.")
            found[line["table"]] = found.get(line["table"], 0) + 1
        else:
            counts = line.get("counts")
    if not isinstance(counts, dict) or {name: count for name, count in counts.items() if count} != found:
        raise BackupError(f"{file} is cut off: it has {sum(found.values())} items, and no end that counts as many.")
    return Backup(file, counts)


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for text in lines:
                line: object = json.loads(text, object_hook=_with_bytes)
                if not isinstance(line, dict):
                    raise ValueError("a line that is no object")
                yield cast("dict[str, Any]", line)
    except (OSError, EOFError, ValueError, RecursionError, zlib.error) as error:
        raise BackupError(f"{file} cannot be read as a backup ({error}).") from None


def _is_item(given: object, table: str) -> bool:
    """Whether it is what DynamoDB's clients give: the table's key, and each attribute with its one type."""
    if not isinstance(given, dict):
        return False
    item = cast("dict[str, Any]", given)
    typed = all(isinstance(value, dict) and len(cast("Item", value)) == 1 for value in item.values())
    key = ("pk", "sk") if table == CASES else ("pk",)
    if not typed or not all(isinstance(item.get(name, {}).get("S"), str) for name in key):
        return False
    try:
        return "expires_at" not in item or float(item["expires_at"]["N"]) >= 0
    except (KeyError, TypeError, ValueError):
        return False


def _binary(value: object) -> object:
    if isinstance(value, bytes):
        return {"base64": b64encode(value).decode()}
    raise TypeError(f"{value!r} is nothing that DynamoDB stores.")


def _with_bytes(part: dict[str, Any]) -> Any:
    text = part.get("base64")
    return b64decode(text) if len(part) == 1 and isinstance(text, str) else part
