"""Where a deployed brand keeps its terms: one item of the source table, changed without a deployment."""

from datetime import datetime
from typing import Any

from earshot.timestamps import rfc3339

_KEY = {"pk": {"S": "terms"}}


class TermsTable:
    """The text of the terms file, as it was put."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def read(self) -> str:
        """The text, empty where none was ever put."""
        item = self._client.get_item(TableName=self._table, Key=_KEY).get("Item", {})
        return item.get("text", {"S": ""})["S"]

    def write(self, text: str, now: datetime) -> None:
        """Put a text in the place of the last one. Whoever calls has parsed it."""
        self._client.put_item(TableName=self._table, Item={**_KEY, "text": {"S": text}, "put_at": {"S": rfc3339(now)}})
