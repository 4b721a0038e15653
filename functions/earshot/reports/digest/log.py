"""Which days' digests were sent, in the case table: one item for each, ``pk`` DIGEST#2026-11-22."""

from datetime import date, datetime, timedelta
from typing import Any

from earshot.aws.dynamodb import to_item
from earshot.timestamps import rfc3339

# Asked for on its own day alone; the rest is for whoever looks after a mail that did not come.
KEPT = timedelta(days=30)


class DigestLog:
    """``name`` is the case table's."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def has(self, day: date) -> bool:
        """Whether the digest of a local day was sent."""
        key = to_item(_key(day))
        return "Item" in self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True)

    def add(self, day: date, at: datetime) -> None:
        """Note that it was sent; where two runs sent it, the first one's time stays."""
        record = {**_key(day), "sent_at": rfc3339(at), "expires_at": int((at + KEPT).timestamp())}
        try:
            self._client.put_item(
                TableName=self._name, Item=to_item(record), ConditionExpression="attribute_not_exists(pk)"
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return


def _key(day: date) -> dict[str, str]:
    return {"pk": f"DIGEST#{day.isoformat()}", "sk": "DIGEST"}
