"""The source table, on DynamoDB: the lease, checkpoint and state of each source, and the spending of each month.

A run costs two writes: ``acquire`` takes the lease and reads the item, ``save`` writes it and releases the lease.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Generic

from earshot.errors import ConflictError
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.checkpoint_codec import checkpoint_record, read_checkpoint
from earshot.mentions.ledger.codec import HOUR_OF, entries_in, entry_record, ledger_record, read_ledger
from earshot.mentions.ledger.hour import KEPT_FOR, Ledger, LedgerHour, ledger_key
from earshot.mentions.source_state import CLOCK_TOLERANCE, SourceState
from earshot.mentions.sources.contract import CheckpointCodec, CheckpointT

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, KeysAndAttributesUnionTypeDef

    Item = Mapping[str, AttributeValueTypeDef]

_MAX_BATCH_KEYS = 100  # of one BatchGetItem


@dataclass(frozen=True, slots=True)
class LeasedSource(Generic[CheckpointT]):
    """A source under lease: its checkpoint, and its state and ledger, which are None before the first run."""

    checkpoint: CheckpointT
    state: SourceState | None
    ledger: Ledger | None = None


class SourcesOf(Generic[CheckpointT]):
    """One item for each source of a network, with its key as ``pk``, and one for each month (``budget#x#2026-11``)."""

    def __init__(self, client: "DynamoDBClient", table: str, checkpoints: CheckpointCodec[CheckpointT]) -> None:
        self._client = client
        self._table = table
        self._checkpoints = checkpoints

    def acquire(self, source: str, owner: str, now: datetime, lease: timedelta) -> LeasedSource[CheckpointT] | None:
        """Take the lease for ``owner``; None if another run has it. A lease that has expired is taken over.

        So is one that would end later than a lease taken now: it was taken before a clock was set back.
        """
        try:
            item = self._client.update_item(
                TableName=self._table,
                Key=_key(source),
                UpdateExpression="SET lease_owner = :owner, lease_until = :until",
                ConditionExpression=(
                    "attribute_not_exists(lease_owner) OR lease_until <= :now OR lease_until > :latest"
                ),
                ExpressionAttributeValues={
                    ":owner": {"S": owner},
                    ":until": _number((now + lease).timestamp()),
                    ":now": _number(now.timestamp()),
                    ":latest": _number((now + lease + CLOCK_TOLERANCE).timestamp()),
                },
                ReturnValues="ALL_NEW",
            )["Attributes"]
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        stored, codec = _text(item, "checkpoint"), self._checkpoints
        checkpoint = codec.from_record(json.loads(stored)) if stored else codec.empty
        return LeasedSource(checkpoint, _state(item), _ledger(item))

    def save(
        self,
        source: str,
        owner: str,
        checkpoint: CheckpointT,
        state: SourceState,
        ledger: Ledger | None = None,
        over: LedgerHour | None = None,
    ) -> None:
        """Write all three at once and release the lease. ConflictError if another run has taken it over.

        The hour that is ``over`` goes into the ledger first: a run that dies in between writes it again as it is.
        """
        if over is not None:
            self.write_hour(source, over)
        values = {":checkpoint": self._checkpoints.to_record(checkpoint), ":state": state.to_record()}
        values |= {":ledger": ledger_record(ledger)} if ledger is not None else {}
        self._update_as_owner(
            source,
            owner,
            "SET checkpoint = :checkpoint, #state = :state"
            + (", ledger = :ledger" if ledger is not None else "")
            + " REMOVE lease_owner, lease_until",
            {name: {"S": _json(record)} for name, record in values.items()},
            {"#state": "state"},
        )

    def write_hour(self, source: str, hour: LedgerHour) -> None:
        """Write an hour of the ledger into the item of its day, as often as one likes."""
        self._client.update_item(
            TableName=self._table,
            Key=_key(ledger_key(source, hour.hour.date())),
            UpdateExpression="SET #hour = :entry, expires_at = :expires",
            ExpressionAttributeNames={"#hour": f"{HOUR_OF}{hour.hour:%H}"},
            ExpressionAttributeValues={
                ":entry": {"S": _json(entry_record(hour.entry))},
                ":expires": _number((hour.hour + KEPT_FOR).timestamp()),
            },
        )

    def hours_of(self, source: str, day: date) -> tuple[LedgerHour, ...]:
        """The hours of a day (UTC) in the ledger of a source."""
        item = self._client.get_item(TableName=self._table, Key=_key(ledger_key(source, day))).get("Item", {})
        return tuple(entries_in({name: _text(item, name) for name in item}, HOUR_OF, day))

    def release(self, source: str, owner: str) -> None:
        """Release the lease and change nothing else. Nothing happens if another run has taken it over."""
        try:
            self._update_as_owner(source, owner, "REMOVE lease_owner, lease_until")
        except ConflictError:
            return

    def states(self, sources: Iterable[str]) -> tuple[SourceState, ...]:
        """The states of these sources, in order; a source that has never run is left out. Reads by key."""
        keys = list(dict.fromkeys(sources))
        found: dict[str, SourceState] = {}
        for start in range(0, len(keys), _MAX_BATCH_KEYS):
            batch = [_key(key) for key in keys[start : start + _MAX_BATCH_KEYS]]
            request: Mapping[str, KeysAndAttributesUnionTypeDef] = {self._table: {"Keys": batch}}
            while request:
                answer = self._client.batch_get_item(RequestItems=request)
                items = answer["Responses"].get(self._table, [])
                found |= {_text(item, "pk"): state for item in items if (state := _state(item))}
                request = answer.get("UnprocessedKeys", {})
        return tuple(found[key] for key in keys if key in found)

    def spend(self, service: str, month: str, millionths: int) -> int:
        """Add to the spending on a service (``x``, ``comprehend``) in a month; returns the new total of the month.

        The amounts are in millionths of a dollar, and the addition is atomic.
        """
        answer = self._client.update_item(
            TableName=self._table,
            Key=_key(f"budget#{service}#{month}"),
            UpdateExpression="ADD millionths :amount",
            ExpressionAttributeValues={":amount": _number(millionths)},
            ReturnValues="UPDATED_NEW",
        )
        return _count(answer["Attributes"], "millionths")

    def spent(self, service: str, month: str) -> int:
        """The spending on a service in a month, in millionths of a dollar."""
        key = _key(f"budget#{service}#{month}")
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return _count(answer.get("Item", {}), "millionths")

    def _update_as_owner(
        self,
        source: str,
        owner: str,
        expression: str,
        values: "Mapping[str, AttributeValueTypeDef] | None" = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(source),
                UpdateExpression=expression,
                ConditionExpression="#owner = :owner",
                ExpressionAttributeValues={**(values or {}), ":owner": {"S": owner}},
                ExpressionAttributeNames={**(names or {}), "#owner": "lease_owner"},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            raise ConflictError(f"The lease on {source} was lost: another run is fetching it.") from None


class SourceTable(SourcesOf[Checkpoint]):
    """The sources of X. States and spending are alike for all networks, so they can be asked for here."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        super().__init__(client, table, CheckpointCodec(Checkpoint(), checkpoint_record, read_checkpoint))


def _key(key: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": key}}


def _json(record: Mapping[str, object]) -> str:
    return json.dumps(record, separators=(",", ":"))


def _number(value: float) -> "AttributeValueTypeDef":
    return {"N": str(int(value))}


def _text(item: "Item", name: str) -> str:
    """The text in an attribute; empty if the item does not have it."""
    return item.get(name, {}).get("S", "")


def _count(item: "Item", name: str) -> int:
    """The number in an attribute; 0 if the item does not have it."""
    return int(item.get(name, {}).get("N", "0"))


def _ledger(item: "Item") -> Ledger | None:
    """The ledger in the item of a source."""
    stored = _text(item, "ledger")
    return read_ledger(json.loads(stored)) if stored else None


def _state(item: "Item") -> SourceState | None:
    stored = _text(item, "state")
    return SourceState.from_record(json.loads(stored)) if stored else None
