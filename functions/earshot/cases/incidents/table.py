"""What the watch over incidents keeps in the case table: those that run, the hours that are over, and who is affected.

| item | ``pk`` | ``sk`` |
|---|---|---|
| the incidents that run | ``INCIDENTS`` | ``LIVE`` |
| an hour that is over | ``HOURS`` | ``2026-11-29T10`` |
| a customer whom an incident affects | ``MEMBERS#`` and the incident's thread | the thread of their case |
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from earshot.aws.dynamodb import from_item, read_all, to_item
from earshot.cases.case.key import ConversationKey
from earshot.cases.incidents.incident import Incident, Member
from earshot.cases.incidents.statistics import KEPT, Hour
from earshot.cases.store.codec import plain, restore
from earshot.cases.store.keys import members_of
from earshot.errors import ConflictError
from earshot.timestamps import rfc3339

_LIVE = {"pk": "INCIDENTS", "sk": "LIVE"}
_HOURS = "HOURS"


class IncidentTable:
    """Adapter of the items above."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def live(self) -> tuple[Incident, ...]:
        """The incidents that run, as the last look at them left them."""
        item = self._client.get_item(TableName=self._table, Key=to_item(_LIVE), ConsistentRead=True).get("Item")
        return () if item is None else tuple(restore(Incident, one) for one in from_item(item)["live"])

    def put_live(self, incidents: tuple[Incident, ...], before: tuple[Incident, ...]) -> None:
        """Say which incidents run, in place of those that did ``before``. ConflictError: others ran meanwhile."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_item({**_LIVE, "live": plain(incidents)}),
                ConditionExpression="attribute_not_exists(pk) OR live = :before",
                ExpressionAttributeValues=to_item({":before": plain(before)}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            raise ConflictError("Somebody else has looked for incidents at the same time: look again.") from None

    def hours(self, now: datetime) -> tuple[Hour, ...]:
        """The hours of the last four weeks that were kept."""
        records = read_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk >= :first",
            ExpressionAttributeValues=to_item({":pk": _HOURS, ":first": _name(now - KEPT)}),
        )
        return tuple(restore(Hour, record["hour"]) for record in records)

    def put_hour(self, hour: Hour) -> None:
        """Keep an hour that is over; the same one again changes nothing."""
        expires_at = int((hour.at + KEPT + timedelta(days=2)).timestamp())
        record = {"pk": _HOURS, "sk": _name(hour.at), "hour": plain(hour), "expires_at": expires_at}
        self._client.put_item(TableName=self._table, Item=to_item(record))

    def members(self, incident: Incident) -> Iterator[Member]:
        """Everybody whom an incident affects."""
        records = read_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": members_of(ConversationKey.of_case(incident.id))}),
        )
        return (restore(Member, record["member"]) for record in records)


def _name(at: datetime) -> str:
    return rfc3339(at.astimezone(UTC))[:13]
