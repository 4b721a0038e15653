"""A backup: gzipped JSON lines, with a head that says whose, one line for each item, and an end that counts them.

It has everything that customers wrote and the addresses of staff, so only its owner can read it.
"""

import gzip
import json
import os
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
    """A file is no whole backup: the message says what is wrong with it. Nothing was restored."""


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
    """Write all items to ``file``, which is there as a whole or not at all."""
    new = file.with_name(f"{file.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    counts = dict.fromkeys(tables, 0)
    with open(descriptor, "wb") as raw, gzip.open(raw, "wt", encoding="utf-8") as out:
        out.write(json.dumps({"earshot_backup": VERSION, "stack": stack}) + "\n")
        for name, items in tables.items():
            for item in items:
                out.write(json.dumps({"table": name, "item": item}, ensure_ascii=False, default=_binary) + "\n")
                counts[name] += 1
        out.write(json.dumps({"counts": counts}) + "\n")
    new.replace(file)
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
            found[line["table"]] = found.get(line["table"], 0) + 1
        else:
            counts = line.get("counts")
    if counts is None or {name: count for name, count in counts.items() if count} != found:
        raise BackupError(f"{file} is cut off: it has {sum(found.values())} items, and no end that counts as many.")
    return Backup(file, counts)


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield cast("dict[str, Any]", json.loads(line, object_hook=_with_bytes))
    except (OSError, EOFError, ValueError) as error:
        raise BackupError(f"{file} cannot be read as a backup ({error}).") from None


def _binary(value: object) -> object:
    if isinstance(value, bytes):
        return {"base64": b64encode(value).decode()}
    raise TypeError(f"{value!r} is nothing that DynamoDB stores.")


def _with_bytes(part: dict[str, Any]) -> Any:
    text = part.get("base64")
    return b64decode(text) if len(part) == 1 and isinstance(text, str) else part
