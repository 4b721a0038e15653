"""A text that a deployed stack follows: read and put where its functions look for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from earshot.errors import EarshotError
from infra.ops.stack import Stack, StackError


class Table(Protocol):
    """What keeps the text."""

    def read(self) -> str: ...
    def write(self, text: str, now: datetime) -> None: ...


class DeployedText:
    """The text of one stack. ``session`` is a boto3 session, or anything with its ``client``.

    A subclass says what the text is called, the stack's output that names the table, and the adapter that reads it.
    """

    what: ClassVar[str]
    output: ClassVar[str]
    adapter: ClassVar[type]

    def __init__(self, session: Any, stack: Stack) -> None:
        if self.output not in stack.outputs:
            raise StackError(
                f"The stack has no output '{self.output}', so it is no Earshot: name Earshot's with --stack."
            )
        self._name = stack.outputs[self.output]
        self._table: Table = self.adapter(session.client("dynamodb"), self._name)

    def read(self) -> str:
        """The text as it was put, empty where none ever was. EarshotError where AWS refuses."""
        with self._told("read", "Your credentials need dynamodb:GetItem on it."):
            return self._table.read()

    def put(self, text: str, now: datetime) -> None:
        """Put a text that was parsed in the place of the last one. EarshotError where AWS refuses; then it stays."""
        with self._told("put", "Your credentials need dynamodb:PutItem on it, and the file may have 400 KB at most."):
            self._table.write(text, now)

    @contextmanager
    def _told(self, done: str, remedy: str) -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError) as error:
            raise EarshotError(f"{self.what} in table {self._name} cannot be {done} ({error}). {remedy}") from error
