"""The service-level policy of a deployed brand: one item of the case table, changed without a deployment."""

from datetime import datetime
from typing import TYPE_CHECKING

from earshot.aws.dynamodb import from_item
from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_KEY = {"pk": {"S": "SETTINGS#policy"}, "sk": {"S": "SETTINGS"}}


class PolicyTable:
    """Adapter of that item, which holds the text of the policy file. Unlike cases it never expires."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def read(self) -> str:
        """The text, empty where none was ever written."""
        item = self._client.get_item(TableName=self._table, Key=_KEY).get("Item")
        return "" if item is None else from_item(item)["text"]

    def write(self, text: str, now: datetime) -> None:
        """Replace the text. The caller has parsed it."""
        self._client.put_item(TableName=self._table, Item={**_KEY, "text": {"S": text}, "put_at": {"S": rfc3339(now)}})
