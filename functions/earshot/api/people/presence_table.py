"""Who is looking at a case now: one short-lived item of the case table for each of them.

An open page says so every ``HEARTBEAT``, and stops when it is hidden. DynamoDB deletes an item some time after it has
expired, so readers look at the time as well.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from earshot.aws.dynamodb import read_all, to_item
from earshot.cases.store.formats.steps import FORMATS
from earshot.timestamps import parse_rfc3339, rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

HEARTBEAT = timedelta(seconds=30)
# Two heartbeats may be late or lost.
SEEN_WITHIN = timedelta(seconds=75)
_VIEWER = "VIEWER#"


class PresenceTable:
    """Who looks at which case."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def look(self, case_id: str, who: str, now: datetime) -> None:
        """Somebody has the case open."""
        expires_at = int((now + SEEN_WITHIN).timestamp())
        record = {
            "pk": f"VIEWERS#{case_id}",
            "sk": f"{_VIEWER}{who}",
            "seen_at": rfc3339(now),
            "expires_at": expires_at,
        }
        self._client.put_item(TableName=self._table, Item=to_item(FORMATS.stamped(record)))

    def looking(self, case_id: str, now: datetime) -> tuple[str, ...]:
        """Who has had the case open within ``SEEN_WITHIN``, by name."""
        records = read_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": f"VIEWERS#{case_id}"}),
        )
        return tuple(
            record["sk"].removeprefix(_VIEWER)
            for record in records
            if now - parse_rfc3339(record["seen_at"], "seen_at") < SEEN_WITHIN
        )
