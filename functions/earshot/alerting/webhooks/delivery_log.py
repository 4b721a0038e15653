"""Which target has taken which alert, in the case table: so that what is delivered again posts nothing again."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from earshot.timestamps import rfc3339

# Longer than the 14 days for which the failure queue keeps an alert that somebody may still redrive.
KEPT_FOR = timedelta(days=15)


class DeliveryLog:
    """Items ``DELIVERY#alert#target``. Each expires by itself."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def has(self, key: str) -> bool:
        """Whether the delivery ``alert#target`` is noted; strongly consistent."""
        item = self._client.get_item(
            TableName=self._table, Key=_item_key(key), ConsistentRead=True, ProjectionExpression="pk"
        )
        return "Item" in item

    def add(self, key: str, now: datetime) -> None:
        """Note a delivery. Where somebody else has, who then posted it too, theirs stays."""
        times = {"delivered_at": {"S": rfc3339(now)}, "expires_at": {"N": str(int((now + KEPT_FOR).timestamp()))}}
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.put_item(
                TableName=self._table, Item=_item_key(key) | times, ConditionExpression="attribute_not_exists(pk)"
            )


def _item_key(key: str) -> dict[str, Any]:
    return {"pk": {"S": f"DELIVERY#{key}"}, "sk": {"S": "DELIVERY"}}
