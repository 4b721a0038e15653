"""The silences of a deployed stack, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from earshot.alerting.mute.silence import new_silence
from earshot.cases.policy.quiet_hours import Scope, Silence
from infra.aws_session import AwsSession, caller_name
from infra.ops.aws_errors import explained
from infra.ops.bootstrap import CASE_TABLE, wire
from infra.ops.stack import Stack
from infra.terminal import plain


class DeployedSilences:
    """Reads and changes the silences of one stack."""

    def __init__(self, session: AwsSession, stack: Stack) -> None:
        self._session = session
        self._table = wire(session, stack, CASE_TABLE).silence_table

    def lines(self, now: datetime, *, over: bool) -> Iterator[str]:
        """One line for each silence in force, the latest first; with ``over`` for those that have ended, too."""
        found = [one for one in reversed(self._table.silences()) if over or one.is_in_force(now)]
        yield from (plain(_line(silence, now)) for silence in found)
        if not found:
            yield "No silence is in force." if not over else "There was no silence in the last 30 days."

    def put(self, scope: Scope, ends: datetime, why: str, by: str | None, now: datetime) -> Silence:
        """Add a silence in the name of ``by``, by default of the caller."""
        silence = new_silence(scope, ends, why, by or caller_name(self._session), now, self._table.silences())
        self._table.put_silence(silence)
        return silence

    def end(self, silence_id: str, by: str | None, now: datetime) -> Silence:
        """End a silence in the name of ``by``, by default of the caller. NotFoundError where there is none."""
        return self._table.end_silence(silence_id, now, by or caller_name(self._session))


def explained_errors() -> AbstractContextManager[None]:
    """Say which permissions are needed where AWS refuses."""
    return explained("AWS refused", "Your credentials need dynamodb:Query and PutItem on the case table.")


def _line(silence: Silence, now: datetime) -> str:
    scope = silence.scope
    about = ", ".join([*scope.severities, *scope.topics, *(f"author {author}" for author in scope.authors)])
    ends = f"{silence.ends.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    until = f"until {ends}" if silence.is_in_force(now) else f"over since {ends}"
    early = f" (ended by {silence.ended_by})" if silence.ended_by else ""
    return f"{silence.id}: {about}; {until}{early}; by {silence.by}: {silence.why}"
