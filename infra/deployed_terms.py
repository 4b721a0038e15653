"""The terms of a deployed brand: read and put where its classifier looks for them, and summed up for people."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from earshot.errors import EarshotError
from earshot.triage.terms import Terms
from earshot.triage.terms_table import TermsTable
from infra.stack import Stack, StackError
from infra.terminal import COLUMNS, fitted

_TABLE = "SourceTableName"


class DeployedTerms:
    """The terms of one stack. ``session`` is a boto3 session, or anything with its ``client``."""

    def __init__(self, session: Any, stack: Stack) -> None:
        if _TABLE not in stack.outputs:
            raise StackError(f"The stack has no output '{_TABLE}', so it is no Earshot: name Earshot's with --stack.")
        self._name = stack.outputs[_TABLE]
        self._table = TermsTable(session.client("dynamodb"), self._name)

    def read(self) -> str:
        """The text as it was put, empty where none ever was. EarshotError where AWS refuses."""
        with self._told("read", "Your credentials need dynamodb:GetItem on it."):
            return self._table.read()

    def put(self, text: str, now: datetime) -> None:
        """Put a text that was parsed in the place of the last one. EarshotError where AWS refuses; then it stays."""
        with self._told("put", "Your credentials need dynamodb:PutItem on it, and the file may have 400 KB at most."):
            self._table.write(text, now)

    @contextmanager
    def _told(self, what: str, remedy: str) -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError) as error:
            raise EarshotError(f"The terms in table {self._name} cannot be {what} ({error}). {remedy}") from error


def as_text(terms: Terms) -> str:
    """Whose terms they are, and what is in each list."""
    handles = ", ".join(f"@{handle}" for handle in sorted(terms.handles))
    lists = {one.name: getattr(terms, one.name) for one in fields(terms) if one.name != "handles"}
    names = max(map(len, lists))
    lines = [fitted(f"Terms of {handles}", COLUMNS)] if handles else []
    for name, items in lists.items():
        start = f"  {name:<{names}}  {len(items):>3}  "
        shown = ", ".join(items if isinstance(items, tuple) else sorted(items))
        lines.append((start + fitted(shown, COLUMNS - len(start))).rstrip())
    return "\n".join(lines)
