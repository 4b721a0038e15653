"""The table of sources, on DynamoDB: each source's lease, checkpoint and state in one item, each month's spending.

A run costs two writes: ``acquire`` takes the lease and reads the item, ``save`` writes it and gives the lease back.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from earshot.errors import ConflictError
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.checkpoint_codec import checkpoint_record, read_checkpoint
from earshot.mentions.source_state import SourceState

_BATCH = 100  # keys in one BatchGetItem


@dataclass(frozen=True, slots=True)
class Held:
    """A source under lease: how far it was read, and how it fared (None before its first run)."""

    checkpoint: Checkpoint
    state: SourceState | None


class SourceTable:
    """The one item of a source has the key ``pk`` = the feed's key; the spending of a month ``budget#x#2026-11``."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def acquire(self, source: str, owner: str, now: datetime, lease: timedelta) -> Held | None:
        """Take the lease for ``owner``; None while another run holds it. A lease that ran out is taken over."""
        try:
            item = self._client.update_item(
                TableName=self._table,
                Key=_key(source),
                UpdateExpression="SET lease_owner = :owner, lease_until = :until",
                ConditionExpression="attribute_not_exists(lease_owner) OR lease_until <= :now",
                ExpressionAttributeValues={
                    ":owner": {"S": owner},
                    ":until": _number((now + lease).timestamp()),
                    ":now": _number(now.timestamp()),
                },
                ReturnValues="ALL_NEW",
            )["Attributes"]
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        return Held(_checkpoint(item) or Checkpoint(), _state(item))

    def save(self, source: str, owner: str, checkpoint: Checkpoint, state: SourceState) -> None:
        """Write both and give the lease back. ConflictError if it was lost: another run reads the source now."""
        self._write_as_owner(
            source,
            owner,
            "SET checkpoint = :checkpoint, #state = :state REMOVE lease_owner, lease_until",
            {
                ":checkpoint": {"S": json.dumps(checkpoint_record(checkpoint), separators=(",", ":"))},
                ":state": {"S": json.dumps(state.to_record(), separators=(",", ":"))},
            },
        )

    def release(self, source: str, owner: str) -> None:
        """Give the lease back and change nothing else; harmless if it was lost."""
        try:
            self._write_as_owner(source, owner, "REMOVE lease_owner, lease_until", {})
        except ConflictError:
            return

    def states(self, sources: Iterable[str]) -> tuple[SourceState, ...]:
        """The states of the named sources, in that order; one that has never run is left out. Reads by key."""
        keys = list(dict.fromkeys(sources))
        found: dict[str, SourceState] = {}
        for start in range(0, len(keys), _BATCH):
            asked = {self._table: {"Keys": [_key(key) for key in keys[start : start + _BATCH]]}}
            while asked:
                answer = self._client.batch_get_item(RequestItems=asked)
                items = answer["Responses"].get(self._table, [])
                found |= {item["pk"]["S"]: state for item in items if (state := _state(item))}
                asked = answer.get("UnprocessedKeys", {})
        return tuple(found[key] for key in keys if key in found)

    def spend(self, service: str, month: str, millionths: int) -> int:
        """Add to what a service (``x``, ``comprehend``) cost in a month, atomically; returns the month's new total.

        All amounts are in millionths of a dollar.
        """
        item = self._client.update_item(
            TableName=self._table,
            Key=_key(f"budget#{service}#{month}"),
            UpdateExpression="ADD millionths :amount",
            ExpressionAttributeValues={":amount": _number(millionths)},
            ReturnValues="UPDATED_NEW",
        )
        return int(item["Attributes"]["millionths"]["N"])

    def spent(self, service: str, month: str) -> int:
        """What a service cost in a month, in millionths of a dollar."""
        item = self._client.get_item(TableName=self._table, Key=_key(f"budget#{service}#{month}"), ConsistentRead=True)
        return int(item.get("Item", {}).get("millionths", {"N": "0"})["N"])

    def _write_as_owner(self, source: str, owner: str, expression: str, values: dict[str, Any]) -> None:
        names = {"ExpressionAttributeNames": {"#state": "state"}} if "#state" in expression else {}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(source),
                UpdateExpression=expression,
                ConditionExpression="lease_owner = :owner",
                ExpressionAttributeValues=values | {":owner": {"S": owner}},
                **names,
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            raise ConflictError(f"The lease on {source} was lost: another run is reading it.") from None


def _key(key: str) -> dict[str, Any]:
    return {"pk": {"S": key}}


def _number(value: float) -> dict[str, str]:
    return {"N": str(int(value))}


def _checkpoint(item: dict[str, Any]) -> Checkpoint | None:
    return read_checkpoint(json.loads(item["checkpoint"]["S"])) if "checkpoint" in item else None


def _state(item: dict[str, Any]) -> SourceState | None:
    return SourceState.from_record(json.loads(item["state"]["S"])) if "state" in item else None
