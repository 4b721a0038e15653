"""A stored text whose every change is kept: who put what, and when.

The changes of a text are numbered, and the last of them stand in a ring of items in one table: the newest takes the
place of the oldest. A change and its entry are written together, or not at all. What a release without a log has put is
entered by the next change, without a name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import from_item, to_item
from earshot.aws.settings.stored_text import PutText, StoredText
from earshot.errors import ConflictError, EarshotError
from earshot.timestamps import parse_rfc3339, rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# The changes that can be shown and reverted. One more is kept, for what the oldest of them changed.
MOST_CHANGES = 30
_RING = MOST_CHANGES + 1
# An item of DynamoDB has 400 KB at most, the names of its attributes and its key among them.
MAX_TEXT_BYTES = 400_000
_TRIES = 5


class TextTooLongError(EarshotError):
    """A text is longer than an item of the table can be."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a text: its number, what was put, by whom and when, and the text ``before``.

    ``by`` is empty and ``at`` may be None where a release without a log put it. ``before`` is None where it is not kept
    any more. ``reverts`` is the number of the change whose text was put again.
    """

    number: int
    at: datetime | None
    by: str
    text: str
    before: str | None
    reverts: int | None = None


class LoggedText:
    """The text ``stored``, with its log under ``name`` in the table ``log``."""

    def __init__(self, stored: StoredText, client: "DynamoDBClient", log: str, name: str) -> None:
        self._stored = stored
        self._client = client
        self._log = log
        self._name = name

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
        for _ in range(_TRIES):
            before, head = self._stored.read_put(), self._head()
            if before.put_at and before.text == text:
                return before
            if expected is not None and before.etag != expected:
                break
            after = PutText(text, rfc3339(now))
            entries = [*self._unlogged(before, head), (after, by, reverts)]
            if self._write(before, after, head, entries):
                return after
        raise ConflictError("Somebody else has changed it meanwhile: read it again.")

    def changes(self) -> list[Change]:
        """The last changes, the newest first."""
        head = self._head()
        entries = self._entries(range(max(1, head - _RING + 1), head + 1))
        found: list[Change] = []
        for number in range(head, max(0, head - MOST_CHANGES), -1):
            if (entry := entries.get(number)) is not None:
                found.append(_change(entry, None if number > 1 else "", entries.get(number - 1)))
        return found

    def _head(self) -> int:
        item = self._client.get_item(TableName=self._log, Key=to_item(self._head_key), ConsistentRead=True).get("Item")
        return int(from_item(item)["changes"]) if item else 0

    def _unlogged(self, before: PutText, head: int) -> Iterable[tuple[PutText, str, None]]:
        """What stands there and is not the last that was logged."""
        if before.put_at:
            last = self._entries([head]).get(head)
            if last is None or (last["text"], last["at"]) != (before.text, before.put_at):
                yield before, "", None

    def _write(
        self, before: PutText, after: PutText, head: int, entries: list[tuple[PutText, str, int | None]]
    ) -> bool:
        """Whether text, entries and head were written; False where one of them was changed meanwhile."""
        seen = {":seen": {"S": before.put_at}}
        items: list[dict[str, Any]] = [
            {
                "TableName": self._stored.table,
                "Item": {**self._stored.key, **to_item({"text": after.text, "put_at": after.put_at})},
                "ConditionExpression": "put_at = :seen" if before.put_at else "attribute_not_exists(pk)",
                **({"ExpressionAttributeValues": seen} if before.put_at else {}),
            },
            {
                "TableName": self._log,
                "Item": to_item({**self._head_key, "changes": head + len(entries)}),
                "ConditionExpression": "changes = :head" if head else "attribute_not_exists(pk)",
                **({"ExpressionAttributeValues": to_item({":head": head})} if head else {}),
            },
        ]
        for number, (put, by, reverts) in enumerate(entries, head + 1):
            entry = {"number": number, "text": put.text, "at": put.put_at, "by": by, "reverts": reverts}
            items.append({"TableName": self._log, "Item": to_item({**self._key_of(number), **entry})})
        puts: Any = [{"Put": item} for item in items]
        try:
            self._client.transact_write_items(TransactItems=puts)
        except self._client.exceptions.TransactionCanceledException:
            return False
        return True

    def _entries(self, numbers: Iterable[int]) -> dict[int, Mapping[str, Any]]:
        """The entries with these numbers that are still kept."""
        wanted: list[Any] = [to_item(self._key_of(number)) for number in numbers if number > 0]
        found: dict[int, Mapping[str, Any]] = {}
        while wanted:
            # DynamoDB leaves out what is above 16 MB: that is asked again.
            answer = self._client.batch_get_item(RequestItems={self._log: {"Keys": wanted, "ConsistentRead": True}})
            for item in answer["Responses"].get(self._log, []):
                entry = from_item(item)
                found[int(entry["number"])] = entry
            left = answer["UnprocessedKeys"].get(self._log)
            wanted = [] if left is None else list(left["Keys"])
        return found

    @property
    def _head_key(self) -> dict[str, str]:
        return {"pk": f"settings#{self._name}"}

    def _key_of(self, number: int) -> dict[str, str]:
        return {"pk": f"settings#{self._name}#{number % _RING}"}


def _change(entry: Mapping[str, Any], before: str | None, last: Mapping[str, Any] | None) -> Change:
    return Change(
        number=int(entry["number"]),
        at=parse_rfc3339(entry["at"], "at") if entry["at"] else None,
        by=entry["by"],
        text=entry["text"],
        before=before if last is None else last["text"],
        reverts=entry["reverts"],
    )
