"""A text that the functions of a deployed stack reload from a table: reading and replacing it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime

from earshot.reports.settings.admin import SettingName
from infra.aws_session import AwsSession, by_command
from infra.ops.aws_errors import explained
from infra.ops.bootstrap import CASE_TABLE, SOURCE_TABLE, wire
from infra.ops.stack import Stack

_PUT = (
    "Your credentials need dynamodb:GetItem and dynamodb:PutItem on it and, for the log of changes, both and "
    "dynamodb:BatchGetItem on the source table."
)


class DeployedText:
    """One text of one stack. ``what`` is what it is called."""

    def __init__(self, what: str, setting: SettingName, session: AwsSession, stack: Stack) -> None:
        output = CASE_TABLE if setting is SettingName.POLICY else SOURCE_TABLE
        self._wired = wire(session, stack, output)
        self._admin = self._wired.settings_admin
        self._what, self._setting, self._session, self._stack = what, setting, session, stack
        self._name = stack.output(output)

    def read(self) -> str:
        """The text as it was put, empty where none ever was. EarshotError where AWS refuses."""
        with self._explained("read", "Your credentials need dynamodb:GetItem on it."):
            return self._wired.logged_text(self._setting).read().text

    def put(self, text: str, now: datetime) -> None:
        """Replace the text by one that was parsed, and log who did. EarshotError where AWS refuses; then the last one
        stays."""
        self._stack.output(SOURCE_TABLE)
        with self._explained("put", _PUT):
            self._wired.logged_text(self._setting).put(text, now, by_command(self._session))

    def _explained(self, done: str, remedy: str) -> AbstractContextManager[None]:
        return explained(f"{self._what} in table {self._name} cannot be {done}", remedy)
