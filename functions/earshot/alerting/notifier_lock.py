"""The lock of the notifiers and their queue, in one item of the case table.

The queue names the conversations with a due alert. Whoever acquires the lock takes the whole queue, and holds the lock
for ``LEASE`` at most. What is enqueued meanwhile is found when the lock is to be released. If a notifier dies with the
queue that it took, the escalator hands those cases over again.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from earshot.alerting.grouping import GroupState
from earshot.aws.dynamodb import from_item, to_item
from earshot.cases.store.codec import plain, restore
from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        UniversalAttributeValueTypeDef,
        UpdateItemInputTypeDef,
        UpdateItemOutputTypeDef,
    )

# Longer than the function may run, so that no notifier loses the lock while it sends.
LEASE = timedelta(seconds=65)
# How far the clocks of two notifiers may differ.
CLOCK_TOLERANCE = timedelta(minutes=1)
# The queue and the group state are one item of at most 400 KB. The escalator hands the others over again.
MOST_PUT_BACK = 4_000
KEY = {"pk": "ALERTS", "sk": "LOCK"}


class NotifierLock:
    """``owner`` names this notifier. No other notifier that runs at the same time may have the same name."""

    def __init__(self, client: "DynamoDBClient", table: str, owner: str) -> None:
        self._client = client
        self._table = table
        self._owner = owner

    def enqueue(self, keys: Iterable[str]) -> None:
        """Add conversations to the queue. It needs no lock and never waits."""
        if names := sorted(set(keys)):
            self._update("ADD queued :keys", {":keys": {"SS": names}})

    def acquire(self, now: datetime) -> tuple[frozenset[str], GroupState] | None:
        """Take the lock and the whole queue, with the saved group state; None while another notifier holds the lock.

        A lease that would end later than one taken now was taken before a clock was set back, and holds nobody up.
        """
        times = {":until": now + LEASE, ":now": now, ":latest": now + LEASE + CLOCK_TOLERANCE}
        try:
            answer = self._update(
                "SET #owner = :me, lease_until = :until REMOVE queued",
                to_item({":me": self._owner} | {name: rfc3339(time) for name, time in times.items()}),
                "attribute_not_exists(#owner) OR #owner = :me OR lease_until <= :now OR lease_until > :latest",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        item = answer.get("Attributes", {})
        queued = frozenset(item.get("queued", {}).get("SS", ()))
        stored = from_item(item).get("state")
        # Earlier releases stored it as text.
        stored = json.loads(stored) if isinstance(stored, str) else stored
        return queued, GroupState() if stored is None else restore(GroupState, stored)

    def save_state(self, state: GroupState, now: datetime) -> None:
        """Save the group state and renew the lease. Nothing is written where the lock was lost."""
        values = to_item({":me": self._owner, ":state": plain(state), ":until": rfc3339(now + LEASE)})
        try:
            self._update("SET #state = :state, lease_until = :until", values, "#owner = :me")
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def release(self, unfinished: Iterable[str]) -> bool:
        """Put ``unfinished`` back into the queue, at most ``MOST_PUT_BACK`` of them, and release the lock.

        False, and nothing is written, where something was enqueued meanwhile or the lock was lost: acquire it again.
        """
        try:
            self._release(unfinished, "#owner = :me AND attribute_not_exists(queued)")
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def abandon(self, unfinished: Iterable[str]) -> None:
        """Put ``unfinished`` back and release the lock even if something was enqueued: a retry works on all of it."""
        try:
            self._release(unfinished, "#owner = :me")
        except self._client.exceptions.ConditionalCheckFailedException:
            self.enqueue(sorted(set(unfinished))[:MOST_PUT_BACK])

    def _release(self, unfinished: Iterable[str], condition: str) -> None:
        values: dict[str, Any] = to_item({":me": self._owner})
        expression = "REMOVE #owner, lease_until"
        if names := sorted(set(unfinished))[:MOST_PUT_BACK]:
            expression += " ADD queued :keys"
            values[":keys"] = {"SS": names}
        self._update(expression, values, condition)

    def _update(
        self, expression: str, values: "dict[str, UniversalAttributeValueTypeDef]", condition: str | None = None
    ) -> "UpdateItemOutputTypeDef":
        request: UpdateItemInputTypeDef = {
            "TableName": self._table,
            "Key": to_item(KEY),
            "UpdateExpression": expression,
            "ExpressionAttributeValues": values,
            "ReturnValues": "ALL_OLD",
        }
        # Both are reserved words of DynamoDB, and it refuses a name that no expression uses.
        if names := {f"#{name}": name for name in ("owner", "state") if f"#{name}" in f"{expression} {condition}"}:
            request["ExpressionAttributeNames"] = names
        if condition is not None:
            request["ConditionExpression"] = condition
        return self._client.update_item(**request)
