"""The stored silences: one item of the case table each, all under one partition key, so that one query reads them.

DynamoDB deletes a silence some time after it has ended, so readers check ``ends`` as well.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from earshot.aws.dynamodb import read_all, to_item
from earshot.cases.policy.quiet_hours import Silence
from earshot.cases.store.codec import plain, restore
from earshot.cases.store.formats.steps import FORMATS
from earshot.errors import NotFoundError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_PK = "SILENCES"
# How long a silence is listed after it ended, to answer why nobody was alerted.
RETENTION = timedelta(days=30)


class SilenceTable:
    """The silences that staff set."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def silences(self) -> tuple[Silence, ...]:
        """All silences, including those that have ended, in the order in which they begin."""
        records = read_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": _PK}),
            ConsistentRead=True,
        )
        found = (restore(Silence, record["silence"]) for record in map(FORMATS.current, records))
        return tuple(sorted(found, key=lambda one: one.begins))

    def put_silence(self, silence: Silence) -> None:
        """Store a silence; the same one again changes nothing."""
        expires_at = int((silence.ends + RETENTION).timestamp())
        record = {"pk": _PK, "sk": silence.id, "silence": plain(silence), "expires_at": expires_at}
        self._client.put_item(TableName=self._table, Item=to_item(FORMATS.stamped(record)))

    def silence(self, silence_id: str) -> Silence:
        """The silence with this id. NotFoundError where there is none."""
        silence = next((one for one in self.silences() if one.id == silence_id), None)
        if silence is None:
            raise NotFoundError(f"There is no silence {silence_id!r}: `earshot silence list` lists them.")
        return silence

    def end_silence(self, silence_id: str, at: datetime, by: str | None = None) -> Silence:
        """End a silence at ``at``; one that has ended stays as it is. NotFoundError where no silence has this id."""
        silence = self.silence(silence_id)
        if not silence.is_in_force(at):
            return silence
        ended = silence.end(at, by)
        self.put_silence(ended)
        return ended
