"""The log of the changes of one setting: who put what, and when.

The changes are numbered, and the last of them stand in a ring of items in one table: the newest takes the place of the
oldest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import from_item, to_item
from earshot.errors import ConflictError
from earshot.timestamps import parse_rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# The changes that can be shown and reverted. One more is kept, for what the oldest of them changed.
MOST_CHANGES = 30
_RING = MOST_CHANGES + 1
TRIES = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One change: its number, what was put, by whom and when, and the text ``before``.

    ``by`` is empty and ``at`` may be None where it was not logged when it was made. ``before`` is None where it is not
    kept any more. ``reverts`` is the number of the change whose text was put again. ``state_before`` is what
    stood there in plain JSON types, where the text says it in words alone; None where that is not kept.
    """

    number: int
    at: datetime | None
    by: str
    text: str
    before: str | None
    reverts: int | None = None
    state_before: Any = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A text that is to be logged: ``at`` is RFC 3339, or empty where it is not known. ``state`` as in Change."""

    text: str
    at: str
    by: str = ""
    reverts: int | None = None
    state: Any = None


class ChangeLog:
    """The log under ``name`` in a table."""

    def __init__(self, client: "DynamoDBClient", table: str, name: str) -> None:
        self._client = client
        self._table = table
        self._name = name

    def head(self) -> int:
        """The number of the last change, 0 before the first."""
        key = to_item(self._head_key)
        item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return int(from_item(item)["changes"]) if item else 0

    def last(self, head: int) -> Entry | None:
        """What was logged last, None before the first change."""
        entry = self._entries([head]).get(head)
        return (
            None
            if entry is None
            else Entry(entry["text"], entry["at"], entry["by"], entry["reverts"], entry.get("state"))
        )

    def changes(self) -> list[Change]:
        """The last changes, the newest first."""
        head = self.head()
        entries = self._entries(range(max(1, head - _RING + 1), head + 1))
        found: list[Change] = []
        for number in range(head, max(0, head - MOST_CHANGES), -1):
            if (entry := entries.get(number)) is not None:
                found.append(_change(entry, None if number > 1 else "", entries.get(number - 1)))
        return found

    def puts(self, head: int, entries: Sequence[Entry]) -> list[dict[str, Any]]:
        """What a transaction puts that logs ``entries`` after ``head``; it fails where that is not the last change."""
        new_head: dict[str, Any] = {
            "TableName": self._table,
            "Item": to_item({**self._head_key, "changes": head + len(entries)}),
            "ConditionExpression": "changes = :head" if head else "attribute_not_exists(pk)",
            **({"ExpressionAttributeValues": to_item({":head": head})} if head else {}),
        }
        logged: list[dict[str, Any]] = []
        for number, entry in enumerate(entries, head + 1):
            record = {"number": number, "text": entry.text, "at": entry.at, "by": entry.by, "reverts": entry.reverts}
            record |= {} if entry.state is None else {"state": entry.state}
            logged.append({"TableName": self._table, "Item": to_item({**self._key_of(number), **record})})
        return [new_head, *logged]

    def note(self, before: Entry, after: Entry) -> None:
        """Log a change of what is stored elsewhere and was written already, in the words of both texts.

        What stood there and is not the last that was logged, with its state, is entered first, without a name.
        """
        for _ in range(TRIES):
            head = self.head()
            last = self.last(head)
            known = (last.text, last.state) if last else ("", before.state)
            unlogged = [] if (before.text, before.state) == known else [before]
            puts: Any = [{"Put": put} for put in self.puts(head, [*unlogged, after])]
            try:
                self._client.transact_write_items(TransactItems=puts)
            except self._client.exceptions.TransactionCanceledException:
                continue
            return
        raise ConflictError("The change was made, and could not be logged: others were changing it all the time.")

    def _entries(self, numbers: Iterable[int]) -> dict[int, Mapping[str, Any]]:
        """The entries with these numbers that are still kept."""
        wanted: list[Any] = [to_item(self._key_of(number)) for number in numbers if number > 0]
        found: dict[int, Mapping[str, Any]] = {}
        while wanted:
            # DynamoDB leaves out what is above 16 MB: that is asked again.
            answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": wanted, "ConsistentRead": True}})
            for item in answer["Responses"].get(self._table, []):
                entry = from_item(item)
                found[int(entry["number"])] = entry
            left = answer["UnprocessedKeys"].get(self._table)
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
        state_before=None if last is None else last.get("state"),
    )
