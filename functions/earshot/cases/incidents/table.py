"""Incidents in the case table: the live ones, the counts of past hours, and the customers whom an incident affects.

| item | ``pk`` | ``sk`` |
|---|---|---|
| the live incidents | ``INCIDENTS`` | ``LIVE`` |
| the counts of a past hour | ``HOURS`` | ``2026-11-29T10`` |
| a customer whom an incident affects | ``MEMBERS#`` and the incident's id | the id of their case |
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from earshot.aws.dynamodb import from_item, read_all, to_item
from earshot.aws.formats import FIELD
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
        records = read_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": members_of(incident.id)}),
            ProjectionExpression="sk, #member",
            ExpressionAttributeNames={"#member": "member"},
        )
        # Of some customers the source does not say how many followers they have.
        return {record["sk"]: record.get("member", {}).get("author", {}).get("followers", 0) for record in records}


def _compared(incidents: tuple[Incident, ...]) -> str:
    """Text, because it is compared: what is packed may have other bytes under the next version of Python."""
    return json.dumps(plain(incidents))


def _name(at: datetime) -> str:
    return rfc3339(at.astimezone(UTC))[:13]
