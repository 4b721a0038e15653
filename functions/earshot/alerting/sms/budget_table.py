"""The month's budget for text messages, in the case table: booked before sending, put right by what SNS says it cost.

Who books and dies before sending has booked too much, and the limit is reached a little early: money is never spent
that was not booked. A month is one of UTC; amounts are in millionths of a dollar.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from earshot.aws.dynamodb import from_item, to_item
from earshot.cases.store.keys import budget_key
from earshot.mentions.budget import month_of
from earshot.timestamps import rfc3339

# Longer than any status of a message takes, and than anybody asks for.
KEPT = timedelta(days=400)


class SmsBudget:
    """Items ``BUDGET#sms#2026-11``, one for each month."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def book_within(self, cost: int, limit: int, now: datetime) -> bool:
        """Book what the month has room for up to ``limit``; False, and nothing is booked, where it has none.

        The condition is checked with the write, so that functions at the same time do not pass it together.
        """
        if cost > limit:
            return False
        try:
            self._add(cost, now, "attribute_not_exists(millionths) OR millionths <= :room", {":room": limit - cost})
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def book_beyond(self, cost: int, now: datetime) -> None:
        """Book what is sent whatever is left."""
        self._add(cost, now)

    def booked(self, now: datetime) -> int:
        """What is booked for the month of ``now``."""
        return int(self._record(now).get("millionths", 0))

    def has_told(self, what: str, now: datetime) -> bool:
        """Whether staff were told this in the month of ``now``."""
        return f"told_{what}" in self._record(now)

    def note_told(self, what: str, now: datetime) -> None:
        """Note that staff were told; where another function did as well, its time stays."""
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.update_item(
                TableName=self._table,
                Key=to_item(budget_key(month_of(now))),
                UpdateExpression="SET #told = :at, expires_at = :expires_at",
                ConditionExpression="attribute_not_exists(#told)",
                ExpressionAttributeNames={"#told": f"told_{what}"},
                ExpressionAttributeValues=to_item({":at": rfc3339(now), ":expires_at": _expiry(now)}),
            )

    def _add(
        self, cost: int, now: datetime, condition: str | None = None, values: dict[str, int] | None = None
    ) -> None:
        self._client.update_item(
            TableName=self._table,
            Key=to_item(budget_key(month_of(now))),
            UpdateExpression="ADD millionths :cost SET expires_at = :expires_at",
            ExpressionAttributeValues=to_item({":cost": cost, ":expires_at": _expiry(now), **(values or {})}),
            **({} if condition is None else {"ConditionExpression": condition}),
        )

    def _record(self, now: datetime) -> dict[str, Any]:
        key = to_item(budget_key(month_of(now)))
        return from_item(self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item", {}))


def _expiry(now: datetime) -> int:
    return int((now + KEPT).timestamp())
