"""The log of digests: one item in the case table for each day, ``pk`` ``DIGEST#2026-11-22``.

A digest is claimed before it is sent and confirmed afterwards. Where the confirmation is missing it may have been sent.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from earshot.aws.dynamodb import from_item, to_item
from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# Earshot reads an item on its own day only; people may look for a missing email later.
KEPT = timedelta(days=30)


# A digest that may not have been sent is sent once more, and not in the same hour: it is no alarm.
RETRY_AFTER = timedelta(minutes=50)
ATTEMPTS = 2


class DigestLog:
    """Digests by local day. ``name`` is the name of the case table."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def has(self, day: date) -> bool:
        """Whether the digest of a local day was sent, and SNS confirmed it."""
        key = to_item(_key(day))
        item = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item", {})
        return "sent_at" in item

    def claim(self, day: date, at: datetime) -> int | None:
        """Which attempt to send the digest of a local day may be made at ``at``, 1 for the first; None: none.

        From then on nobody else may. One that was not confirmed may be made ``RETRY_AFTER`` later, ``ATTEMPTS`` in all.
        """
        expires_at = int((at + KEPT).timestamp())
        values = {":at": rfc3339(at), ":one": 1, ":expires_at": expires_at}
        values |= {":before": rfc3339(at - RETRY_AFTER), ":most": ATTEMPTS}
        try:
            answer = self._client.update_item(
                TableName=self._name,
                Key=to_item(_key(day)),
                UpdateExpression="SET claimed_at = :at, expires_at = :expires_at ADD attempts :one",
                ConditionExpression="attribute_not_exists(sent_at) AND (attribute_not_exists(claimed_at)"
                " OR (claimed_at <= :before AND attempts < :most))",
                ExpressionAttributeValues=to_item(values),
                ReturnValues="ALL_NEW",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        return int(from_item(answer["Attributes"])["attempts"])

    def confirm(self, day: date, at: datetime) -> None:
        """Record that it was sent."""
        self._client.update_item(
            TableName=self._name,
            Key=to_item(_key(day)),
            UpdateExpression="SET sent_at = :at",
            ExpressionAttributeValues=to_item({":at": rfc3339(at)}),
        )

    def release(self, day: date) -> None:
        """Record that it was certainly not sent: the next run makes this attempt again."""
        self._client.update_item(
            TableName=self._name,
            Key=to_item(_key(day)),
            UpdateExpression="REMOVE claimed_at ADD attempts :less",
            ExpressionAttributeValues=to_item({":less": -1}),
        )


def _key(day: date) -> dict[str, str]:
    return {"pk": f"DIGEST#{day.isoformat()}", "sk": "DIGEST"}
