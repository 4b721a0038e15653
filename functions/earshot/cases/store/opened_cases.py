"""The cases that opened in a stretch of time. Detecting incidents asks for nearly the same ones each minute."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from earshot.aws.dynamodb import Record, from_item, read_all, to_item
from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.cases.store.keys import conversation_of
from earshot.cases.store.listing import BY_OPENED, Listing
from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

BATCH_GET_MOST = 100


class OpenedCases:
    """Reads the cases by index, and remembers those of the last time, so that only what has changed is read whole."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name
        # By partition: the version and the case.
        self._known: dict[str, tuple[int, Case]] = {}

    def opened(self, start: datetime, end: datetime) -> Iterator[Case]:
        """Every case, of any status, that opened from ``start`` on and before ``end``."""
        known, whole = self._known, not self._known
        found = {one["pk"]: one for status in Status for one in self._list(status, start, end, whole=whole)}
        changed = {pk for pk, one in found.items() if pk not in known or known[pk][0] != one["version"]}
        read = found if whole else {record["pk"]: record for record in self._read(sorted(changed))}
        self._known = {}
        for pk in found:
            if pk in read:
                if (case := conversation_of(read[pk]).case) is not None:
                    self._known[pk] = read[pk]["version"], case
            elif pk not in changed:
                self._known[pk] = known[pk]
        return iter([case for _, case in self._known.values()])

    def _list(self, status: Status, start: datetime, end: datetime, *, whole: bool) -> Iterator[Record]:
        """The records of a status, the newest first: the whole ones, or the partition and the version of each."""
        # A sort key continues after its time, so that a time alone sorts before all that opened then.
        listing = Listing(BY_OPENED, str(status), between=(rfc3339(start), rfc3339(end)))
        wanted = {} if whole else {"ProjectionExpression": "pk, version"}
        return read_all(self._client, **listing.request(self._name), **wanted)

    def _read(self, partitions: Sequence[str]) -> Iterator[Record]:
        """The records of these conversations, as far as they are still stored."""
        for start in range(0, len(partitions), BATCH_GET_MOST):
            keys = [to_item({"pk": pk, "sk": "CASE"}) for pk in partitions[start : start + BATCH_GET_MOST]]
            answer = self._client.batch_get_item(RequestItems={self._name: {"Keys": keys}})
            yield from map(from_item, answer["Responses"].get(self._name, []))
            # What DynamoDB leaves unread under load is read one by one, with the client's patience.
            for key in answer.get("UnprocessedKeys", {}).get(self._name, {"Keys": []})["Keys"]:
                item = self._client.get_item(TableName=self._name, Key=key).get("Item")
                if item is not None:
                    yield from_item(item)
