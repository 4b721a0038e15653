"""Reads the ledger from the source table: the days of sources, and what is open; and adds what a backfill fetched."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from earshot.mentions.ledger.codec import BACKFILL_IN, HOUR_OF, entries_in, entry_record, read_ledger
from earshot.mentions.ledger.coverage import Kept
from earshot.mentions.ledger.hour import KEPT_FOR, Entry, LedgerHour, ledger_key

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, KeysAndAttributesUnionTypeDef

    Item = Mapping[str, AttributeValueTypeDef]

_MAX_BATCH_KEYS = 100  # of one BatchGetItem


class LedgerTable:
    """One item for each source and day (``x#own#NimbusAir#ledger#2026-11-21``), with an attribute for each hour."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def read(self, sources: Iterable[str], start: datetime, end: datetime) -> Mapping[str, Kept]:
        """What is kept of each source, with the hours of all days from that of ``start`` to that of ``end``."""
        names = list(dict.fromkeys(sources))
        days = list(_days(start, end))
        items = self._items([*names, *(ledger_key(name, day) for name in names for day in days)])
        found: dict[str, Kept] = {}
        for name in names:
            by_day = [(_texts(items.get(ledger_key(name, day), {})), day) for day in days]
            hours, backfills = (
                tuple(hour for texts, day in by_day for hour in entries_in(texts, kind, day))
                for kind in (HOUR_OF, BACKFILL_IN)
            )
            stored = items.get(name, {}).get("ledger", {}).get("S")
            found[name] = Kept(read_ledger(json.loads(stored)) if stored else None, hours, backfills)
        return found

    def add_backfill(self, source: str, entry: Entry, at: datetime, name: str) -> None:
        """Add what a backfill fetched to the hour of ``at``; the same ``name`` again replaces it."""
        self._client.update_item(
            TableName=self._table,
            Key={"pk": {"S": ledger_key(source, at.astimezone(UTC).date())}},
            UpdateExpression="SET #name = :entry, expires_at = :expires",
            ExpressionAttributeNames={"#name": f"{BACKFILL_IN}{at.astimezone(UTC):%H}{name}"},
            ExpressionAttributeValues={
                ":entry": {"S": json.dumps(entry_record(entry), separators=(",", ":"))},
                ":expires": {"N": str(int((at + KEPT_FOR).timestamp()))},
            },
        )

    def backfilled(self, source: str, at: datetime, name: str) -> LedgerHour | None:
        """What the backfill of this ``name`` fetched on the day (UTC) of ``at``, and in which hour; None: nothing."""
        day = at.astimezone(UTC).date()
        key = ledger_key(source, day)
        texts = _texts(self._items([key]).get(key, {}))
        named = {one: text for one, text in texts.items() if one[:1] == BACKFILL_IN and one[3:] == name}
        return next(entries_in(named, BACKFILL_IN, day), None)

    def _items(self, keys: Sequence[str]) -> "Mapping[str, Item]":
        found: dict[str, Item] = {}
        for start in range(0, len(keys), _MAX_BATCH_KEYS):
            batch = [{"pk": {"S": key}} for key in keys[start : start + _MAX_BATCH_KEYS]]
            request: Mapping[str, KeysAndAttributesUnionTypeDef] = {self._table: {"Keys": batch}}
            while request:
                answer = self._client.batch_get_item(RequestItems=request)
                found |= {item["pk"].get("S", ""): item for item in answer["Responses"].get(self._table, [])}
                request = answer.get("UnprocessedKeys", {})
        return found


def _days(start: datetime, end: datetime) -> Iterator[date]:
    day = start.astimezone(UTC).date()
    while day <= end.astimezone(UTC).date():
        yield day
        day += timedelta(days=1)


def _texts(item: "Item") -> Mapping[str, str]:
    return {name: value.get("S", "") for name, value in item.items()}
