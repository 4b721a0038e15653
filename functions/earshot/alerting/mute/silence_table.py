"""Where silences are kept: one item of the case table each, below one key, so that they are read in one query.

DynamoDB deletes a silence some time after it has ended: whoever reads one looks at ``ends`` as well.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from earshot.aws.dynamodb import read_all, to_item
from earshot.cases.policy.quiet_hours import Silence
from earshot.cases.store.codec import plain, restore
from earshot.errors import NotFoundError

_PK = "SILENCES"
# Those that are over are still shown for a while: who was not alerted, and why?
KEPT = timedelta(days=30)


class SilenceTable:
    """The silences that staff put in place."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def silences(self) -> tuple[Silence, ...]:
        """All that are kept, also those that are over, in the order in which they begin."""
        records = read_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": _PK}),
            ConsistentRead=True,
        )
        return tuple(sorted((restore(Silence, record["silence"]) for record in records), key=lambda one: one.begins))

    def put_silence(self, silence: Silence) -> None:
        """Put a silence in place; the same one again changes nothing."""
        expires_at = int((silence.ends + KEPT).timestamp())
        record = {"pk": _PK, "sk": silence.id, "silence": plain(silence), "expires_at": expires_at}
        self._client.put_item(TableName=self._table, Item=to_item(record))

    def end_silence(self, silence_id: str, at: datetime, by: str | None = None) -> Silence:
        """End a silence now; one that is over stays as it is. NotFoundError where there is none of this name."""
        silence = next((one for one in self.silences() if one.id == silence_id), None)
        if silence is None:
            raise NotFoundError(f"There is no silence {silence_id!r}: `earshot silence list` shows those there are.")
        if not silence.is_in_force(at):
            return silence
        ended = replace(silence, ends=at, ended_by=by)
        self.put_silence(ended)
        return ended
