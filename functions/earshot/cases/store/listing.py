"""Lists of the case table: one partition of one index, read from its end, page by page.

An index has the keys alone: what it carried besides would be written and stored once more with each change of an item.
The items themselves are read from the table, a hundred by one request. Only pages need cursors: what they are signed
with is loaded for the first of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from earshot.aws.dynamodb import Item, from_item, to_item
from earshot.aws.formats import FIELD
from earshot.cases.holders.held_by import HeldBy
from earshot.cases.inbox.words import has_words, searched_in
from earshot.cases.store.answer_size import first_within, record_bytes

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Record = dict[str, Any]
# Returns the keys that sign cursors, the current one first; with ``fresh=True`` it reads the secret again.
Keys = Callable[..., tuple[bytes, ...]]

# A filter is applied to what was read: so many items a time, and so often for a page.
FILTERED_READ = 100
MOST_READS = 10
# DynamoDB gives so many items in one answer, and leaves out what is above 16 MB or under load: that is asked again.
BATCH_GET_MOST = 100
_MOST_TRIES = 20


@dataclass(frozen=True, slots=True)
class Index:
    """An index: its name, and the attributes that it is divided and sorted by."""

    name: str
    partition: str
    order: str


BY_URGENCY = Index("by-urgency", "status", "urgency_order")
BY_OPENED = Index("by-opened", "status", "opened_order")
BY_AUTHOR = Index("by-author", "author", "author_order")
BY_CONVERSATION = Index("by-conversation", "conversation", "conversation_order")
BY_DESK = Index("by-desk", "desk", "desk_order")
BY_DAY = Index("by-day", "day", "day_order")

# What a case is made of. The other attributes of its item are for indexes: botocore would take as long again for them.
CASE_ATTRIBUTES = ("pk", "sk", "version", "conversation_state", FIELD)


@dataclass(frozen=True, slots=True)
class Listing:
    """One partition of an index, or a range of it, without what a filter leaves out.

    ``equal`` are attributes, perhaps nested (``conversation_state.case.brand``), with the values that they must have.
    ``there`` are attributes that must be stored, or must not. ``find`` are words, as ``search_terms`` gives them, that
    must all be in the case. ``held_by`` says who must have it.
    """

    index: Index
    partition: str
    between: tuple[str, str] | None = None
    equal: tuple[tuple[str, str], ...] = ()
    there: tuple[tuple[str, bool], ...] = ()
    find: tuple[str, ...] = ()
    held_by: HeldBy | None = None

    @property
    def name(self) -> tuple[str, ...]:
        """The name of the list with all its filters: a cursor is signed for it and refused for any other."""
        filters = [f"{attribute}={value}" for attribute, value in (*self.equal, *self.there)]
        filters += [] if self.held_by is None else [str(self.held_by)]
        return (self.index.name, self.partition, "|".join(self.between or ()), " ".join(self.find), *filters)

    @property
    def is_filtered(self) -> bool:
        """Whether the list leaves out some of what is read for it."""
        return bool(self.equal or self.there or self.find) or self.held_by is not None

    def request(self, table: str) -> dict[str, Any]:
        """The query, from the end of the index to its beginning. It knows nothing of the filters."""
        names, values = {"#partition": self.index.partition}, {":partition": self.partition}
        request: dict[str, Any] = {"TableName": table, "IndexName": self.index.name, "ScanIndexForward": False}
        request["KeyConditionExpression"] = "#partition = :partition"
        if self.between is not None:
            request["KeyConditionExpression"] += " AND #order BETWEEN :first AND :last"
            names["#order"] = self.index.order
            values |= {":first": self.between[0], ":last": self.between[1]}
        return request | {"ExpressionAttributeNames": names, "ExpressionAttributeValues": to_item(values)}

    def has(self, record: Record) -> bool:
        """Whether an item is still in the partition and range, which the index learns later, and no filter omits it."""
        return (
            record.get(self.index.partition) == self.partition
            and (self.between is None or self.between[0] <= record[self.index.order] <= self.between[1])
            and all(_value_at(record, path) == value for path, value in self.equal)
            and all((_value_at(record, path) is not None) == is_there for path, is_there in self.there)
            and (not self.find or has_words(_searched_of(record), self.find))
            and (self.held_by is None or self.held_by.has(record))
        )

    def cursor(self, record: Record, keys: Keys) -> str:
        """The cursor of the page after the one that ends with ``record``."""
        from earshot.cases.store.cursor import Position, encode

        return encode(Position(record[self.index.order], record["pk"], record["sk"]), self.name, keys()[0])

    def start(self, cursor: str, keys: Keys) -> Record:
        """The ``ExclusiveStartKey`` of the query. CursorError: the cursor does not belong to this list."""
        from earshot.cases.store.cursor import decode
        from earshot.errors import CursorError

        try:
            position = decode(cursor, self.name, keys())
        except CursorError:
            # The secret may have been rotated since the keys were read: read them again before refusing the cursor.
            position = decode(cursor, self.name, keys(fresh=True))
        key = {"pk": position.pk, "sk": position.sk}
        return to_item(key | {self.index.partition: self.partition, self.index.order: position.order})


def _value_at(record: Mapping[str, Any], path: str) -> Any:
    """The attribute, perhaps one within others; None where there is none."""
    if "." not in path:
        return record.get(path)
    value: Any = record
    for part in path.split("."):
        value = None if value is None else value.get(part)
    return value


def read_items(
    client: "DynamoDBClient",
    table: str,
    entries: Sequence[Mapping[str, Any]],
    attributes: Sequence[str] = (),
    record_of: Callable[[Item], Record] = from_item,
    *,
    consistent: bool = False,
) -> list[Record | None]:
    """The items of entries of an index, in their order, None for one that was deleted meanwhile.

    ``consistent``: as the last write left them, for twice the price. ``attributes`` alone, where they are given:
    ``pk`` and ``sk`` must be among them. ``record_of`` makes the record of an item.
    """
    found: dict[tuple[str, str], Record] = {}
    for start in range(0, len(entries), BATCH_GET_MOST):
        keys = [{"pk": entry["pk"], "sk": entry["sk"]} for entry in entries[start : start + BATCH_GET_MOST]]
        wanted: dict[str, Any] = {"Keys": keys} | ({"ConsistentRead": True} if consistent else {})
        if attributes:
            # Some of the names are reserved words of DynamoDB.
            names = {f"#{name}": name for name in attributes}
            wanted["ProjectionExpression"], wanted["ExpressionAttributeNames"] = ", ".join(names), names
        for _ in range(_MOST_TRIES):
            answer: Any = client.batch_get_item(RequestItems={table: cast("Any", wanted)})
            for item in answer["Responses"].get(table, []):
                found[item["pk"]["S"], item["sk"]["S"]] = record_of(item)
            if (left := answer.get("UnprocessedKeys", {}).get(table)) is None:
                break
            wanted = left
        else:
            raise TimeoutError(f"DynamoDB has left items of {table} unread {_MOST_TRIES} times: try again.")
    return [found.get((entry["pk"]["S"], entry["sk"]["S"])) for entry in entries]


def read_listed(
    client: "DynamoDBClient",
    table: str,
    listing: Listing,
    attributes: Sequence[str] = (),
    record_of: Callable[[Item], Record] = from_item,
) -> Iterator[Record]:
    """Every item of a list, read lazily; ``attributes`` alone, where they are given, among them what it filters by.

    ``record_of`` makes the record of an item, with what the list filters by.
    """
    # The rest of an entry says what the item says as well.
    request: dict[str, Any] = listing.request(table) | {"Limit": BATCH_GET_MOST, "ProjectionExpression": "pk, sk"}
    while True:
        answer = client.query(**request)
        records = read_items(client, table, answer["Items"], attributes, record_of)
        yield from (record for record in records if record is not None and listing.has(record))
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def read_page(
    client: "DynamoDBClient", table: str, listing: Listing, limit: int, cursor: str | None, keys: Keys
) -> tuple[list[Record], str | None]:
    """At most ``limit`` records, and the cursor of the next page: None at the end of the list.

    One item more than asked for is read, to know whether there is a next page. The page ends early where it would be
    too large an answer. With a filter, too, it may be short, even empty, and still have a next one: the reads for one
    page are bounded.
    """
    request: dict[str, Any] = listing.request(table) | {"Limit": FILTERED_READ if listing.is_filtered else limit + 1}
    if cursor is not None:
        request["ExclusiveStartKey"] = listing.start(cursor, keys)
    # Each with the entry of the index that it was found by: a cursor begins after that, wherever the item is now.
    found: list[tuple[Record, Record]] = []
    for _ in range(MOST_READS):
        answer = client.query(**request)
        for entry, record in zip(answer["Items"], read_items(client, table, answer["Items"]), strict=True):
            if record is not None and listing.has(record):
                found.append((from_item(entry), record))
        page = first_within([record for _, record in found[:limit]], record_bytes)
        if len(page) < len(found):
            return page, listing.cursor(found[len(page) - 1][0], keys)
        if "LastEvaluatedKey" not in answer:
            return page, None
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    return [record for _, record in found], listing.cursor(from_item(request["ExclusiveStartKey"]), keys)


def _searched_of(record: Mapping[str, Any]) -> str:
    """What a case is searched in: its ids, its author's handle and name, and its posts, as the inbox searches them."""
    state = record["conversation_state"]
    case, author, headline = state["case"], state["case"]["author"], state["case"]["headline"]
    others = (post[name] for post in case.get("other_posts", ()) for name in ("id", "text"))
    names = (author.get("handle"), author.get("name"), author["id"], state["key"], headline["id"], headline.get("link"))
    return searched_in(*names, *others, headline["text"])
