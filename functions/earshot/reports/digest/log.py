"""The log of sent digests: one item in the case table for each day, ``pk`` ``DIGEST#2026-11-22``."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from earshot.aws.dynamodb import to_item
from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# Earshot reads an item on its own day only; people may look for a missing email later.
KEPT = timedelta(days=30)


class DigestLog:
    """Digests that were sent, by local day. ``name`` is the name of the case table."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def has(self, day: date) -> bool:
        """Whether the digest of a local day was sent."""
        key = to_item(_key(day))
        return "Item" in self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True)

    def add(self, day: date, at: datetime) -> None:
        """Record that it was sent. If two runs sent it, the time of the first stays."""
        record = {**_key(day), "sent_at": rfc3339(at), "expires_at": int((at + KEPT).timestamp())}
        try:
            self._client.put_item(
                TableName=self._name, Item=to_item(record), ConditionExpression="attribute_not_exists(pk)"
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return


def _key(day: date) -> dict[str, str]:
    return {"pk": f"DIGEST#{day.isoformat()}", "sk": "DIGEST"}
