"""The lock of the notifiers and their queue, in one item of the case table.

The queue names the conversations with a due alert. Whoever acquires the lock takes the whole queue, and holds the lock
for ``LEASE``, which it renews while it works. What is enqueued meanwhile is found when the lock is to be released. If a
notifier dies, whoever acquires the lock next takes over what the dead one had taken.

The lock keeps messages grouped. That no message is sent twice does not rest on it: of two who intend the same attempt
the notification log lets one.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from earshot.alerting.grouping import GroupState
from earshot.aws.dynamodb import from_item, to_item
from earshot.cases.store.codec import plain, restore
from earshot.errors import EarshotError
from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        UniversalAttributeValueTypeDef,
        UpdateItemInputTypeDef,
        UpdateItemOutputTypeDef,
    )

# How long a notifier that has died holds up the others. A living one renews it before each message.
LEASE = timedelta(seconds=20)
# How far the clocks of two notifiers may differ.
CLOCK_TOLERANCE = timedelta(minutes=1)
# The queue, what was taken from it and the group state are one item of at most 400 KB, of which a part stays free for
# what is enqueued meanwhile. The escalator hands the others over again.
MOST_PUT_BACK = 4_000
PUT_BACK_BYTES, TAKEN_BYTES, STATE_BYTES = 175_000, 80_000, 100_000
KEY = {"pk": "ALERTS", "sk": "LOCK"}


class LockLostError(EarshotError):
    """Another notifier has taken the lock, and works on what is due."""


@dataclass(frozen=True, slots=True)
class Acquired:
    """The lock is ours, with the conversations ``keys`` to work on and the saved group state."""

    keys: frozenset[str]
    state: GroupState


@dataclass(frozen=True, slots=True)
class Held:
    """Another notifier has the lock. ``lease`` differs once it was renewed; ``queued`` is what nobody works on yet."""

    lease: str
    queued: frozenset[str]


class NotifierLock:
    """``owner`` names this notifier. No other notifier that runs at the same time may have the same name."""

    def __init__(self, client: "DynamoDBClient", table: str, owner: str) -> None:
        self._client = client
        self._table = table
        self._owner = owner
        self._until: datetime | None = None

    def enqueue(self, keys: Iterable[str]) -> None:
        """Add conversations to the queue. It needs no lock and never waits."""
        if names := sorted(set(keys)):
            self._update("ADD queued :keys", {":keys": {"SS": names}})

    def acquire(self, now: datetime, unfinished: Iterable[str] | None = None) -> Acquired | Held:
        """Take the lock and the whole queue, unless another notifier holds it.

        ``unfinished`` is what is left of an earlier round. Unless the lock was ours since then, we take over what a
        notifier that has died had taken. A lease that would end later than one taken now was taken before a clock
        was set back, and holds nobody up.
        """
        times = {":until": now + LEASE, ":now": now, ":latest": now + LEASE + CLOCK_TOLERANCE}
        try:
            answer = self._update(
                "SET #owner = :me, lease_until = :until",
                to_item({":me": self._owner} | {name: rfc3339(time) for name, time in times.items()}),
                "attribute_not_exists(#owner) OR #owner = :me OR lease_until <= :now OR lease_until > :latest",
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            item = error.response.get("Item", {})
            lease = "".join(item.get(name, {}).get("S", "") for name in ("owner", "lease_until"))
            return Held(lease, _names(item, "queued"))
        self._until = now + LEASE
        item = answer.get("Attributes", {})
        queued, taken = _names(item, "queued"), _names(item, "taken")
        was_ours = unfinished is not None and item.get("owner", {}).get("S") == self._owner
        keys = queued | frozenset(unfinished or ()) | (frozenset[str]() if was_ours else taken)
        if queued:
            self._take(queued, keys)
        stored = from_item({name: item[name] for name in ("state",) if name in item}).get("state")
        # Earlier releases stored it as text.
        stored = json.loads(stored) if isinstance(stored, str) else stored
        return Acquired(keys, GroupState() if stored is None else restore(GroupState, stored))

    def hold(self, now: datetime) -> None:
        """Renew the lease where less than half of it is left. LockLostError where another notifier has the lock."""
        if self._until is None or self._until - now <= LEASE / 2:
            values = to_item({":me": self._owner, ":until": rfc3339(now + LEASE)})
            self._as_owner("SET lease_until = :until", values)
            self._until = now + LEASE

    def save_state(self, state: GroupState, now: datetime) -> None:
        """Save the group state and renew the lease. Nothing is written where the lock was lost."""
        values = {**to_item({":me": self._owner, ":until": rfc3339(now + LEASE)}), ":state": _stored(state)}
        try:
            self._as_owner("SET #state = :state, lease_until = :until", values)
        except LockLostError:
            return
        self._until = now + LEASE

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
            self.enqueue(_first(unfinished, PUT_BACK_BYTES))

    def _take(self, queued: frozenset[str], keys: frozenset[str]) -> None:
        """Move ``queued`` out of the queue, and note ``keys`` for whoever takes over from us."""
        noted = _first(keys, TAKEN_BYTES)
        values: dict[str, Any] = {":queued": {"SS": sorted(queued)}, ":taken": {"SS": noted}}
        values |= to_item({":me": self._owner})
        self._as_owner("SET taken = :taken DELETE queued :queued", values)

    def _release(self, unfinished: Iterable[str], condition: str) -> None:
        values: dict[str, Any] = to_item({":me": self._owner})
        expression = "REMOVE #owner, lease_until, taken"
        if names := _first(unfinished, PUT_BACK_BYTES):
            expression += " ADD queued :keys"
            values[":keys"] = {"SS": names}
        self._update(expression, values, condition)
        self._until = None

    def _as_owner(self, expression: str, values: "dict[str, UniversalAttributeValueTypeDef]") -> None:
        try:
            self._update(expression, values, "#owner = :me")
        except self._client.exceptions.ConditionalCheckFailedException:
            self._until = None
            raise LockLostError("Another notifier has taken the lock: it sends what is due.") from None

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
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        return self._client.update_item(**request)


def _first(keys: Iterable[str], most_bytes: int) -> list[str]:
    """The first keys in order, as many as fit."""
    found: list[str] = []
    for key in sorted(set(keys))[:MOST_PUT_BACK]:
        most_bytes -= len(key.encode()) + 1
        if most_bytes < 0:
            break
        found.append(key)
    return found


def _stored(state: GroupState) -> "AttributeValueTypeDef":
    """The state with as many of the waiting conversations as fit, of each group the same share."""
    while True:
        stored: AttributeValueTypeDef = to_item({"state": plain(state)})["state"]
        share = STATE_BYTES / len(stored.get("B", b""))
        if share >= 1 or not state.pending:
            return stored
        cut = {name: replace(one, keys=one.keys[: int(len(one.keys) * share)]) for name, one in state.pending.items()}
        state = replace(state, pending={name: one for name, one in cut.items() if one.keys})


def _names(item: "Mapping[str, AttributeValueTypeDef]", attribute: str) -> frozenset[str]:
    return frozenset(item.get(attribute, {}).get("SS", ()))
