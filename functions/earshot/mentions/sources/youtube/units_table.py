"""Counts YouTube's units in the source table: one item a day (``budget#youtube#2026-11-21``, in California)."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from earshot.mentions.sources.youtube.units import UsedUnits

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=35)


class UnitsTable:
    """Books units before they are used; attributes are named by what for, and by a digest of the API key."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def book(self, day: str, key: str, share: str, units: int, most: int) -> bool:
        """Count ``units`` more, where that makes ``most`` at most; returns whether it did. One write."""
        if units > most:
            return False
        expires = date.fromisoformat(day) + KEPT_FOR
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"pk": {"S": f"budget#youtube#{day}"}},
                UpdateExpression="ADD #used :units SET expires_at = :expires",
                ConditionExpression="attribute_not_exists(#used) OR #used <= :before",
                ExpressionAttributeNames={"#used": f"{share} {key}"},
                ExpressionAttributeValues={
                    ":units": {"N": str(units)},
                    ":before": {"N": str(most - units)},
                    ":expires": {"N": str(_epoch(expires))},
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def used(self, day: str) -> tuple[UsedUnits, ...]:
        """What was booked on a day with each key, the most first; empty where nothing was."""
        answer = self._client.get_item(TableName=self._table, Key={"pk": {"S": f"budget#youtube#{day}"}})
        by_key: dict[str, dict[str, int]] = {}
        for name, value in answer.get("Item", {}).items():
            share, _, key = name.rpartition(" ")
            if share:
                by_key.setdefault(key, {})[share] = int(value.get("N", "0"))
        return tuple(sorted(map(UsedUnits, by_key.values()), key=lambda one: -one.total))


def _epoch(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400
