"""The notifiers' board in DynamoDB: one item of the case table that names the threads with something to tell.

Whoever takes it gets the names and empties the list, for ``LEASE`` at most; whoever joins meanwhile fills it anew, and
is seen when the board is to be left. What a notifier takes with it when it dies, the cases themselves bring back.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from earshot.alerting.grouping import GroupState
from earshot.aws.dynamodb import to_item
from earshot.cases.store.codec import plain, restore
from earshot.timestamps import rfc3339

# Longer than the function may run: nobody is robbed of it who is still sending.
LEASE = timedelta(seconds=65)
_KEY = {"pk": "ALERTS", "sk": "BOARD"}


class NotifierLock:
    """``owner`` names this notifier: no two that run at the same time have the same name."""

    def __init__(self, client: Any, table: str, owner: str) -> None:
        self._client = client
        self._table = table
        self._owner = owner

    def join(self, keys: Iterable[str]) -> None:
        """Put threads on the board."""
        if names := sorted(set(keys)):
            self._update("ADD waiting :keys", {":keys": {"SS": names}})

    def take(self, now: datetime) -> tuple[frozenset[str], GroupState] | None:
        """What stands on the board, and what was told when; None where somebody else is working it off."""
        try:
            answer = self._update(
                "SET #owner = :me, owned_until = :until REMOVE waiting",
                to_item({":me": self._owner, ":until": rfc3339(now + LEASE), ":now": rfc3339(now)}),
                "attribute_not_exists(#owner) OR #owner = :me OR owned_until <= :now",
                ReturnValues="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        item = answer.get("Attributes", {})
        waiting = frozenset(item.get("waiting", {}).get("SS", ()))
        return waiting, restore(GroupState, json.loads(item["told"]["S"])) if "told" in item else GroupState()

    def note(self, told: GroupState, now: datetime) -> None:
        """Keep what was told when and what waits, and the board for another while; nothing of whoever has lost it."""
        values = to_item({":me": self._owner, ":told": json.dumps(plain(told)), ":until": rfc3339(now + LEASE)})
        try:
            self._update("SET told = :told, owned_until = :until", values, "#owner = :me")
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def leave(self, waiting: Iterable[str]) -> bool:
        """Put back what still waits, and go. False where somebody has joined; or it was lost: take it again."""
        try:
            self._go(waiting, "#owner = :me AND attribute_not_exists(waiting)")
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def give_back(self, waiting: Iterable[str]) -> None:
        """Put back what is not done, and go, whoever has joined: the retry sees to it."""
        try:
            self._go(waiting, "#owner = :me")
        except self._client.exceptions.ConditionalCheckFailedException:
            self.join(waiting)

    def _go(self, waiting: Iterable[str], condition: str) -> None:
        values: dict[str, Any] = to_item({":me": self._owner})
        expression = "REMOVE #owner, owned_until"
        if names := sorted(set(waiting)):
            expression += " ADD waiting :keys"
            values[":keys"] = {"SS": names}
        self._update(expression, values, condition)

    def _update(self, expression: str, values: dict[str, Any], condition: str | None = None, **more: Any) -> Any:
        request: dict[str, Any] = {
            "TableName": self._table,
            "Key": to_item(_KEY),
            "UpdateExpression": expression,
            "ExpressionAttributeValues": values,
        } | more
        if "#owner" in expression + (condition or ""):
            request["ExpressionAttributeNames"] = {"#owner": "owner"}
        if condition is not None:
            request["ConditionExpression"] = condition
        return self._client.update_item(**request)
