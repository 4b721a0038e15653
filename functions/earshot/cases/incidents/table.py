"""Incidents in the case table: the live ones, the counts of past hours, and the customers whom an incident affects.

| item | ``pk`` | ``sk`` |
|---|---|---|
| the live incidents | ``INCIDENTS`` | ``LIVE`` |
| the counts of a past hour | ``HOURS`` | ``2026-11-29T10`` |
| a customer whom an incident affects | ``MEMBERS#`` and the incident's id | the id of their case |
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import from_item, read_all, read_all_items, to_item
from earshot.aws.formats import FIELD
from earshot.aws.packed import unpack
from earshot.cases.incidents.incident import Incident, Member
from earshot.cases.incidents.statistics import BASELINE_SPAN, HourlyCounts
from earshot.cases.store.codec import plain, restore
from earshot.cases.store.formats.steps import FORMATS
from earshot.cases.store.keys import members_of
from earshot.errors import ConflictError
from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_LIVE = {"pk": "INCIDENTS", "sk": "LIVE"}
_HOURS = "HOURS"
# As many as an hour of a storm has; each takes a few hundred bytes.
_MOST_MEMBERS = 20_000


class IncidentTable:
    """Adapter of the items above."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def live(self) -> tuple[Incident, ...]:
        """The live incidents, as the last run of the detector left them."""
        item = self._client.get_item(TableName=self._table, Key=to_item(_LIVE), ConsistentRead=True).get("Item")
        if item is None:
            return ()
        return tuple(restore(Incident, one) for one in json.loads(FORMATS.current(from_item(item))["live"]))

    def put_live(self, incidents: tuple[Incident, ...], before: tuple[Incident, ...]) -> None:
        """Replace the live incidents, which were ``before``. ConflictError where they were others meanwhile."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_item(FORMATS.stamped({**_LIVE, "live": _compared(incidents)})),
                # The first format has them in another form, which the first run of this release replaces.
                ConditionExpression="attribute_not_exists(pk) OR live = :before OR attribute_not_exists(#format)",
                ExpressionAttributeNames={"#format": FIELD},
                ExpressionAttributeValues=to_item({":before": _compared(before)}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            raise ConflictError("Another run has changed the live incidents at the same time: try again.") from None

    def hours(self, now: datetime) -> tuple[HourlyCounts, ...]:
        """The stored hours of the last four weeks."""
        records = read_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk >= :first",
            ExpressionAttributeValues=to_item({":pk": _HOURS, ":first": _name(now - BASELINE_SPAN)}),
        )
        return tuple(restore(HourlyCounts, record["hour"]) for record in records)

    def put_hour(self, hour: HourlyCounts) -> None:
        """Store the counts of a past hour; storing the same hour again changes nothing."""
        expires_at = int((hour.at + BASELINE_SPAN + timedelta(days=2)).timestamp())
        record = {"pk": _HOURS, "sk": _name(hour.at), "hour": plain(hour), "expires_at": expires_at}
        self._client.put_item(TableName=self._table, Item=to_item(record))

    def members(self, incident: Incident) -> Iterator[Member]:
        """The customers whom an incident affects, in no particular order."""
        records = read_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": members_of(incident.id)}),
        )
        return (restore(Member, record["member"]) for record in records)

    def followers(self, incident: Incident) -> dict[str, int]:
        """The followers of each customer whom an incident affects, by the id of their case. Nothing else is read."""
        items = read_all_items(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": members_of(incident.id)}),
            ProjectionExpression="sk, #member",
            ExpressionAttributeNames={"#member": "member"},
        )
        return {item["sk"]["S"]: _followers_of(item.get("member", {})) for item in items}


def _followers_of(stored: Mapping[str, Any]) -> int:
    """The followers of a member as it is stored. Each minute reads all members, of which few have changed."""
    packed = stored.get("B")
    if isinstance(packed, bytes):
        return _unpacked_followers(packed)
    # What earlier releases stored was not packed.
    return _followers(from_item({"member": stored})["member"]) if stored else 0


@lru_cache(maxsize=_MOST_MEMBERS)
def _unpacked_followers(packed: bytes) -> int:
    return _followers(unpack(packed))


def _followers(member: Mapping[str, Any]) -> int:
    # Of some customers the source does not say how many followers they have.
    return member.get("author", {}).get("followers", 0)


def _compared(incidents: tuple[Incident, ...]) -> str:
    """Text, because it is compared: what is packed may have other bytes under the next version of Python."""
    return json.dumps(plain(incidents))


def _name(at: datetime) -> str:
    return rfc3339(at.astimezone(UTC))[:13]
