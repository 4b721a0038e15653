"""A text in an item of its own, unparsed, which staff change without a deployment."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s
from typing import TYPE_CHECKING, Any

from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class PutText:
    """A text as it is stored, and when it was put (RFC 3339): both empty where none ever was."""

    text: str = ""
    put_at: str = ""

    @property
    def etag(self) -> str:
        """A strong entity tag (RFC 9110)."""
        whole = "\n".join((self.put_at, self.text))
        return f'"{blake2s(whole.encode(), digest_size=12).hexdigest()}"'


class StoredText:
    """One text, in the item of ``table`` that has ``key``. It never expires."""

    def __init__(self, client: "DynamoDBClient", table: str, key: dict[str, Any]) -> None:
        self.client = client
        self.table = table
        self.key = key

    def read(self) -> str:
        """The stored text; empty if none was ever stored."""
        item = self.client.get_item(TableName=self.table, Key=self.key).get("Item", {})
        return item.get("text", {}).get("S", "")

    def read_put(self) -> PutText:
        """The stored text as it is now, strongly consistent."""
        item = self.client.get_item(TableName=self.table, Key=self.key, ConsistentRead=True).get("Item", {})
        return PutText(item.get("text", {}).get("S", ""), item.get("put_at", {}).get("S", ""))

    def write(self, text: str, now: datetime) -> None:
        """Replace the stored text, without a word in the log. The caller has checked that it can be parsed."""
        self.client.put_item(
            TableName=self.table, Item={**self.key, "text": {"S": text}, "put_at": {"S": rfc3339(now)}}
        )
