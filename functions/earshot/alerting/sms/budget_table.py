"""The month's budget for text messages, in the case table: booked before sending, corrected by the real prices.

If a function books and dies before it sends, the limit is reached a little early. Money that was not booked is never
spent. Months are those of UTC, amounts are in millionths of a US dollar.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import from_item, to_item
from earshot.cases.store.keys import budget_key
from earshot.mentions.budget import month_of
from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import UpdateItemInputTypeDef

# A month is shown in reports for about a year.
RETENTION = timedelta(days=400)
# A notice that may not have been sent is sent again after an hour; more than three would be no notice.
NOTICE_RETRY = timedelta(hours=1)
NOTICE_ATTEMPTS = 3


class SmsBudgetTable:
    """Items ``BUDGET#sms#2026-11``, one for each month."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def book_within(self, cost: int, limit: int, now: datetime) -> bool:
        """Book ``cost`` if the month stays within ``limit``; returns whether it was booked.

        The condition is checked together with the write, so two functions cannot both use the last of the budget.
        """
        if cost > limit:
            return False
        try:
            self._add(cost, now, most=limit - cost)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def book_beyond_limit(self, cost: int, now: datetime) -> None:
        """Book ``cost`` whatever is left."""
        self._add(cost, now)

    def booked(self, now: datetime) -> int:
        """What is booked for the month of ``now``."""
        return int(self._record(now).get("millionths", 0))

    def claim_notice(self, stop: str, now: datetime) -> bool:
        """Whether staff are to be sent this notice now, in the month of ``now``; then nobody else is told to.

        One whose sending was not confirmed may be sent again an hour later, ``NOTICE_ATTEMPTS`` times in all.
        """
        values = {":at": rfc3339(now), ":one": 1, ":expires_at": _expiry(now)}
        values |= {":before": rfc3339(now - NOTICE_RETRY), ":most": NOTICE_ATTEMPTS}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=to_item(budget_key(month_of(now))),
                UpdateExpression="SET #notified = :at, expires_at = :expires_at ADD #attempts :one",
                ConditionExpression="attribute_not_exists(#confirmed) AND (attribute_not_exists(#notified)"
                " OR (#notified <= :before AND #attempts < :most))",
                ExpressionAttributeNames={
                    "#notified": f"notified_{stop}",
                    "#confirmed": f"notice_confirmed_{stop}",
                    "#attempts": f"notice_attempts_{stop}",
                },
                ExpressionAttributeValues=to_item(values),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def confirm_notice(self, stop: str, now: datetime) -> None:
        """Note that SNS accepted the notice."""
        self._client.update_item(
            TableName=self._table,
            Key=to_item(budget_key(month_of(now))),
            UpdateExpression="SET #confirmed = :at",
            ExpressionAttributeNames={"#confirmed": f"notice_confirmed_{stop}"},
            ExpressionAttributeValues=to_item({":at": rfc3339(now)}),
        )

    def release_notice(self, stop: str, now: datetime) -> None:
        """Note that the notice was certainly not sent: whoever claims it next sends it."""
        self._client.update_item(
            TableName=self._table,
            Key=to_item(budget_key(month_of(now))),
            UpdateExpression="REMOVE #notified",
            ExpressionAttributeNames={"#notified": f"notified_{stop}"},
        )

    def _add(self, cost: int, now: datetime, most: int | None = None) -> None:
        """Add ``cost``, only if what is booked is at most ``most``."""
        values = {":cost": cost, ":expires_at": _expiry(now)}
        request: UpdateItemInputTypeDef = {
            "TableName": self._table,
            "Key": to_item(budget_key(month_of(now))),
            "UpdateExpression": "ADD millionths :cost SET expires_at = :expires_at",
        }
        if most is not None:
            request["ConditionExpression"] = "attribute_not_exists(millionths) OR millionths <= :most"
            values[":most"] = most
        request["ExpressionAttributeValues"] = to_item(values)
        self._client.update_item(**request)

    def _record(self, now: datetime) -> dict[str, Any]:
        key = to_item(budget_key(month_of(now)))
        return from_item(self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item", {}))


def _expiry(now: datetime) -> int:
    return int((now + RETENTION).timestamp())
