"""The stored roster: one item of the case table, replaced as a whole by whoever has read its latest version."""

from dataclasses import replace
from typing import TYPE_CHECKING

from earshot.alerting.roster.roster import Roster
from earshot.aws.dynamodb import from_item, to_item
from earshot.cases.store.codec import plain, restore
from earshot.cases.store.formats.steps import FORMATS
from earshot.errors import ConflictError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_KEY = {"pk": "SETTINGS#roster", "sk": "SETTINGS"}


class RosterTable:
    """The stored roster. It does not expire."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def roster(self) -> Roster:
        """The roster as it is now; an empty one of version 0 where none was ever stored."""
        item = self._client.get_item(TableName=self._table, Key=to_item(_KEY), ConsistentRead=True).get("Item")
        return Roster() if item is None else restore(Roster, FORMATS.current(from_item(item))["roster"])

    def save_roster(self, roster: Roster) -> Roster:
        """Store a changed roster; returns it with its new version. ConflictError if somebody changed it meanwhile."""
        written = replace(roster, version=roster.version + 1)
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_item(FORMATS.stamped({**_KEY, "version": written.version, "roster": plain(written)})),
                ConditionExpression="attribute_not_exists(pk) OR version = :version"
                if roster.version == 0
                else "version = :version",
                ExpressionAttributeValues=to_item({":version": roster.version}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            raise ConflictError("Somebody else has changed the roster meanwhile: look at it and try again.") from None
        return written
