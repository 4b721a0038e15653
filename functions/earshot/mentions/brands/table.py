"""The table that stores the brands of a stack: one item of the source table, changed without a deployment."""

from datetime import datetime
from typing import TYPE_CHECKING

from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_KEY = {"pk": {"S": "brands"}}


class BrandsTable:
    """Stores the text of the brand file, unparsed."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def read(self) -> str:
        """The stored text; empty if none was ever stored: then the template's parameters name the brands."""
        item = self._client.get_item(TableName=self._table, Key=_KEY).get("Item", {})
        return item.get("text", {}).get("S", "")

    def write(self, text: str, now: datetime) -> None:
        """Replace the stored text. The caller has checked that it can be parsed."""
        self._client.put_item(TableName=self._table, Item={**_KEY, "text": {"S": text}, "put_at": {"S": rfc3339(now)}})
