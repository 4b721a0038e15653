"""The table that stores what was learned: one item of the source table, with the text before the last change."""

from datetime import datetime
from typing import TYPE_CHECKING

from earshot.timestamps import parse_rfc3339, rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_KEY = {"pk": {"S": "learned"}}


class LearnedTable:
    """Stores the text of an adjustment and that of the one before, and when somebody last looked at the evidence."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def read(self) -> str:
        """The stored text; empty if none was ever stored, or all was taken back."""
        item = self._client.get_item(TableName=self._table, Key=_KEY).get("Item", {})
        return item.get("text", {}).get("S", "")

    def last_look(self) -> datetime | None:
        """When somebody last looked at what the evidence says, whether or not they then changed anything."""
        item = self._client.get_item(TableName=self._table, Key=_KEY).get("Item", {})
        looked_at = item.get("looked_at", {}).get("S", "")
        return parse_rfc3339(looked_at, "looked_at") if looked_at else None

    def note_look(self, now: datetime) -> None:
        """Somebody has looked at what the evidence says."""
        self._client.update_item(
            TableName=self._table,
            Key=_KEY,
            UpdateExpression="SET looked_at = :now",
            ExpressionAttributeValues={":now": {"S": rfc3339(now)}},
        )

    def apply_adjustment(self, text: str, now: datetime) -> None:
        """Replace the stored text and keep it as the one before. The caller has checked that it can be parsed."""
        self._client.update_item(
            TableName=self._table,
            Key=_KEY,
            UpdateExpression="SET before_text = if_not_exists(#text, :none), #text = :text, put_at = :now",
            ExpressionAttributeNames={"#text": "text"},
            ExpressionAttributeValues={":text": {"S": text}, ":none": {"S": ""}, ":now": {"S": rfc3339(now)}},
        )

    def undo_adjustment(self, now: datetime) -> bool:
        """Restore the text before the last change, exactly. False where there is none: nothing changes then."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_KEY,
                UpdateExpression="SET #text = before_text, put_at = :now REMOVE before_text",
                ConditionExpression="attribute_exists(before_text)",
                ExpressionAttributeNames={"#text": "text"},
                ExpressionAttributeValues={":now": {"S": rfc3339(now)}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True
