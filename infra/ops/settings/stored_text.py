"""A text that the functions of a deployed stack reload from a table: reading and replacing it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from infra.ops.aws_errors import explained


class TextTable(Protocol):
    """The adapter that keeps the text."""

    def read(self) -> str: ...
    def write(self, text: str, now: datetime) -> None: ...


class DeployedText:
    """One text of one stack. ``what`` is what it is called, ``name`` the table that keeps it."""

    def __init__(self, what: str, name: str, table: TextTable) -> None:
        self._what, self._name, self._table = what, name, table

    def read(self) -> str:
        """The text as it was put, empty where none ever was. EarshotError where AWS refuses."""
        with self._explained("read", "Your credentials need dynamodb:GetItem on it."):
            return self._table.read()

    def put(self, text: str, now: datetime) -> None:
        """Replace the text by one that was parsed. EarshotError where AWS refuses; then the last one stays."""
        with self._explained(
            "put", "Your credentials need dynamodb:PutItem on it, and the file may have 400 KB at most."
        ):
            self._table.write(text, now)

    def _explained(self, done: str, remedy: str) -> AbstractContextManager[None]:
        return explained(f"{self._what} in table {self._name} cannot be {done}", remedy)
