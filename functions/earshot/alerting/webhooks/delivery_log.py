"""Which webhook target has accepted which alert, in the case table: a retry posts to the others only."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

# Longer than the 14 days for which the failure queue keeps an alert that somebody may redrive.
RETENTION = timedelta(days=15)


class DeliveryLogTable:
    """Items ``DELIVERY#alert id#hash of the target``. DynamoDB deletes each after ``RETENTION``."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def has(self, key: str) -> bool:
        """Whether the delivery ``alert id#hash of the target`` is logged. Strongly consistent."""
        item = self._client.get_item(
            TableName=self._table, Key=_item_key(key), ConsistentRead=True, ProjectionExpression="pk"
        )
        return "Item" in item

    def add(self, key: str, now: datetime) -> None:
        """Log a delivery. If another function, which posted it too, logged it first, its time is kept."""
        item = _item_key(key) | {
            "delivered_at": {"S": rfc3339(now)},
            "expires_at": {"N": str(int((now + RETENTION).timestamp()))},
        }
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.put_item(TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(pk)")


def _item_key(key: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"DELIVERY#{key}"}, "sk": {"S": "DELIVERY"}}
