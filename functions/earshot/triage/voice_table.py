"""Which of the voices that judge posts have failed lately: the classifier notes it, and the console says it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from earshot.aws.dynamodb import from_item
from earshot.timestamps import parse_rfc3339, rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# A voice that goes on failing is noted again after this time.
NOTED_EVERY = timedelta(minutes=1)
_PREFIX = "voice#"


class Voice(StrEnum):
    """What judges a post beside the rules."""

    COMPREHEND = "comprehend"
    ENCODER = "encoder"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class VoiceFailure:
    """When a voice failed last, and why."""

    voice: Voice
    at: datetime
    why: str


class VoiceTable:
    """Adapter of an item for each voice in the source table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def note_failure(self, voice: Voice, why: str, now: datetime) -> None:
        """A voice has failed."""
        self._client.update_item(
            TableName=self._table,
            Key=_key(voice),
            UpdateExpression="SET failed_at = :now, why = :why",
            ExpressionAttributeValues={":now": {"S": rfc3339(now)}, ":why": {"S": why}},
        )

    def failures(self) -> tuple[VoiceFailure, ...]:
        """The last failure of each voice that has ever failed. What DynamoDB leaves unread under load is left out."""
        answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": [_key(voice) for voice in Voice]}})
        found = (
            VoiceFailure(
                Voice(record["pk"].removeprefix(_PREFIX)),
                parse_rfc3339(record["failed_at"], "failed_at"),
                record["why"],
            )
            for record in map(from_item, answer["Responses"].get(self._table, []))
        )
        return tuple(sorted(found, key=lambda failure: failure.voice))


class VoiceLog:
    """Notes failures of voices, each at most once in ``NOTED_EVERY``: a post that is judged waits for no more."""

    def __init__(self, note: Callable[[Voice, str, datetime], None], clock: Callable[[], datetime]) -> None:
        self._note = note
        self._clock = clock
        self._noted: dict[Voice, datetime] = {}

    def failed(self, voice: Voice, why: str) -> None:
        """A voice has failed now."""
        now = self._clock()
        if voice not in self._noted or now - self._noted[voice] >= NOTED_EVERY:
            self._noted[voice] = now
            self._note(voice, why, now)


def _key(voice: Voice) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"{_PREFIX}{voice}"}}
