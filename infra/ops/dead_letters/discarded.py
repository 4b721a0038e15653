"""Which dead letters were discarded, by whom and why: kept in the case table, without what they said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from earshot.aws.dynamodb import from_item, to_item
from earshot.timestamps import parse_rfc3339, rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class DiscardedLetter:
    """A message that was deleted: its id and queue, why it was dead, and who deleted it, why and when."""

    message_id: str
    queue: str
    reason: str
    why: str
    by: str
    at: datetime


class DiscardLog:
    """Adapter of the log: one item for each message."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def note(self, letter: DiscardedLetter, body: str) -> None:
        """Log it. Of the body there is a digest, by which a copy of it can be recognised."""
        entry = {
            "queue": letter.queue,
            # An error may quote the message.
            "reason": letter.reason[:100],
            "why": letter.why,
            "by": letter.by,
            "at": rfc3339(letter.at),
            "sha256": sha256(body.encode("utf-8", "replace")).hexdigest(),
        }
        record = {**_key(letter.message_id), "discarded": entry, "expires_at": int((letter.at + _KEPT).timestamp())}
        self._client.put_item(TableName=self._table, Item=to_item(record))

    def find(self, message_id: str) -> DiscardedLetter | None:
        """The entry for a message; None where it was not discarded."""
        key = to_item(_key(message_id))
        item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        if item is None:
            return None
        entry = from_item(item)["discarded"]
        at = parse_rfc3339(entry["at"], "at")
        return DiscardedLetter(message_id, entry["queue"], entry["reason"], entry["why"], entry["by"], at)


def _key(message_id: str) -> dict[str, str]:
    return {"pk": f"DISCARDED#{message_id}", "sk": "DISCARDED"}
