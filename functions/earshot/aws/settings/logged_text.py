"""A stored text whose every change is logged.

A change and its entry are written together, or not at all. What a release without a log has put is entered by the next
change, without a name.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import to_item
from earshot.aws.settings.change_log import TRIES, ChangeLog, Entry
from earshot.aws.settings.stored_text import PutText, StoredText
from earshot.errors import ConflictError, TextTooLongError
from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# An item of DynamoDB has 400 KB at most, the names of its attributes and its key among them.
MAX_TEXT_BYTES = 400_000


class LoggedText:
    """The text ``stored``, with its ``log``."""

    def __init__(self, stored: StoredText, client: "DynamoDBClient", log: ChangeLog) -> None:
        self._stored = stored
        self._client = client
        self._log = log

    def read(self) -> PutText:
        """The text as it is now."""
        return self._stored.read_put()

    def put(
        self, text: str, now: datetime, by: str, expected: str | None = None, *, reverts: int | None = None
    ) -> PutText:
        """Replace the text by one that was parsed, and log it. A text that is there already changes nothing.

        ``expected`` is the entity tag of the text that it replaces, None for any. ConflictError where another is there;
        TextTooLongError where no item can hold it.
        """
        size = len(text.encode())
        if size > MAX_TEXT_BYTES:
            raise TextTooLongError(
                f"The text has {size // 1000} KB, and at most {MAX_TEXT_BYTES // 1000} KB are allowed: shorten it."
            )
        for _ in range(TRIES):
            before, head = self._stored.read_put(), self._log.head()
            if before.put_at and before.text == text:
                return before
            if expected is not None and before.etag != expected:
                break
            after = PutText(text, rfc3339(now))
            entries = [*self._unlogged(before, head), Entry(text, after.put_at, by, reverts)]
            if self._write(before, after, head, entries):
                return after
        raise ConflictError("Somebody else has changed it meanwhile: read it again.")

    def _unlogged(self, before: PutText, head: int) -> Iterable[Entry]:
        """What stands there and is not the last that was logged."""
        if before.put_at:
            last = self._log.last(head)
            if last is None or (last.text, last.at) != (before.text, before.put_at):
                yield Entry(before.text, before.put_at)

    def _write(self, before: PutText, after: PutText, head: int, entries: list[Entry]) -> bool:
        """Whether text, entries and head were written; False where one of them was changed meanwhile."""
        put: dict[str, Any] = {
            "TableName": self._stored.table,
            "Item": {**self._stored.key, **to_item({"text": after.text, "put_at": after.put_at})},
            "ConditionExpression": "put_at = :seen" if before.put_at else "attribute_not_exists(pk)",
            **({"ExpressionAttributeValues": {":seen": {"S": before.put_at}}} if before.put_at else {}),
        }
        puts: Any = [{"Put": one} for one in (put, *self._log.puts(head, entries))]
        try:
            self._client.transact_write_items(TransactItems=puts)
        except self._client.exceptions.TransactionCanceledException:
            return False
        return True
