"""The silences of a deployed stack, as people read them in a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from earshot.alerting.mute.silence import new_silence
from earshot.alerting.mute.silence_table import SilenceTable
from earshot.cases.policy.quiet_hours import Scope, Silence
from earshot.errors import EarshotError
from infra.cli.terminal import plain
from infra.ops.stack import Stack, StackError

_TABLE = "CaseTableName"


class DeployedSilences:
    """``session`` is a boto3 session, or anything with its ``client``."""

    def __init__(self, session: Any, stack: Stack) -> None:
        if _TABLE not in stack.outputs:
            raise StackError(f"The stack has no output '{_TABLE}', so it is no Earshot: name it with --stack.")
        self._session = session
        self._table = SilenceTable(session.client("dynamodb"), stack.outputs[_TABLE])

    def lines(self, now: datetime, *, over: bool) -> Iterator[str]:
        """One silence each, those in force, and perhaps those that are over."""
        found = [one for one in reversed(self._table.silences()) if over or one.is_in_force(now)]
        yield from (plain(_line(silence, now)) for silence in found)
        if not found:
            yield "No silence is in force." if not over else "There was no silence in the last 30 days."

    def put(self, scope: Scope, ends: datetime, why: str, by: str | None, now: datetime) -> Silence:
        """Put a silence in place in the name of ``by``, by default the caller's."""
        silence = new_silence(scope, ends, why, by or self._caller(), now, self._table.silences())
        self._table.put_silence(silence)
        return silence

    def end(self, silence_id: str, by: str | None, now: datetime) -> Silence:
        """End a silence in the name of ``by``, by default the caller's. NotFoundError: there is none."""
        return self._table.end_silence(silence_id, now, by or self._caller())

    def _caller(self) -> str:
        """Whose credentials these are: a user's name, or that of a role's session. It takes no permission to ask."""
        arn: str = self._session.client("sts").get_caller_identity()["Arn"]
        return arn.rpartition("/")[2].rpartition(":")[2]


@contextmanager
def told() -> Iterator[None]:
    """What AWS refuses, said with what is needed."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise EarshotError(
            f"AWS did not do it ({error}). Your credentials need dynamodb:Query and PutItem on the case table."
        ) from error


def _line(silence: Silence, now: datetime) -> str:
    scope = silence.scope
    about = ", ".join([*scope.severities, *scope.topics, *(f"author {author}" for author in scope.authors)])
    ends = f"{silence.ends.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    until = f"until {ends}" if silence.is_in_force(now) else f"over since {ends}"
    early = f" (ended by {silence.ended_by})" if silence.ended_by else ""
    return f"{silence.id}: {about}; {until}{early}; by {silence.by}: {silence.why}"
