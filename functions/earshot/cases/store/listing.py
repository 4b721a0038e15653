"""Lists of the case table: one partition of one index, read from its end, page by page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import from_item, to_item
from earshot.cases.store.answer_size import first_within, record_bytes
from earshot.cases.store.cursor import CursorError, Position, decode, encode
from earshot.cases.store.keys import SEARCH

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Record = dict[str, Any]
# Returns the keys that sign cursors, the current one first; with ``fresh=True`` it reads the secret again.
Keys = Callable[..., tuple[bytes, ...]]

# A filter that the index does not know is applied to what was read: so many items a time, and so often for a page.
FILTERED_READ = 100
MOST_READS = 10


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


@dataclass(frozen=True, slots=True)
class Listing:
    """One partition of an index, or a range of it, without what a filter leaves out.

    ``equal`` are attributes, perhaps nested (``conversation_state.case.acknowledgement.by``), with the values that they
    must have. ``there`` are attributes that must be stored, or must not. ``find`` is a text, as ``searchable`` gives
    it, that the searched attribute must contain.
    """

    index: Index
    partition: str
    between: tuple[str, str] | None = None
    equal: tuple[tuple[str, str], ...] = ()
    there: tuple[tuple[str, bool], ...] = ()
    find: str | None = None

    @property
    def name(self) -> tuple[str, ...]:
        """The name of the list with all its filters: a cursor is signed for it and refused for any other."""
        filters = [f"{attribute}={value}" for attribute, value in (*self.equal, *self.there)]
        return (self.index.name, self.partition, "|".join(self.between or ()), self.find or "", *filters)

    @property
    def is_filtered(self) -> bool:
        """Whether the list leaves out some of what is read for it."""
        return bool(self.equal or self.there) or self.find is not None

    def request(self, table: str) -> dict[str, Any]:
        """The query, from the end of the index to its beginning."""
        names, values = {"#partition": self.index.partition}, {":partition": self.partition}
        request: dict[str, Any] = {"TableName": table, "IndexName": self.index.name, "ScanIndexForward": False}
        request["KeyConditionExpression"] = "#partition = :partition"
        if self.between is not None:
            request["KeyConditionExpression"] += " AND #order BETWEEN :first AND :last"
            names["#order"] = self.index.order
            values |= {":first": self.between[0], ":last": self.between[1]}
        if self.is_filtered:
            filters = _Filters(names, values)
            clauses = [filters.equal(attribute, value) for attribute, value in self.equal]
            clauses += [filters.there(attribute, is_there) for attribute, is_there in self.there]
            clauses += [] if self.find is None else [filters.found(self.find)]
            request["FilterExpression"] = " AND ".join(clauses)
        return request | {"ExpressionAttributeNames": names, "ExpressionAttributeValues": to_item(values)}

    def cursor(self, record: Record, keys: Keys) -> str:
        """The cursor of the page after the one that ends with ``record``."""
        return encode(Position(record[self.index.order], record["pk"], record["sk"]), self.name, keys()[0])

    def start(self, cursor: str, keys: Keys) -> Record:
        """The ``ExclusiveStartKey`` of the query. CursorError: the cursor does not belong to this list."""
        try:
            position = decode(cursor, self.name, keys())
        except CursorError:
            # The secret may have been rotated since the keys were read: read them again before refusing the cursor.
            position = decode(cursor, self.name, keys(fresh=True))
        key = {"pk": position.pk, "sk": position.sk}
        return to_item(key | {self.index.partition: self.partition, self.index.order: position.order})


class _Filters:
    """The clauses of a filter, which name their attributes and values in ``names`` and ``values``."""

    def __init__(self, names: dict[str, str], values: dict[str, str]) -> None:
        self._names = names
        self._values = values

    def equal(self, attribute: str, value: str) -> str:
        """The attribute, perhaps one within others, is ``value``."""
        return f"{self._path(attribute)} = {self._value(value)}"

    def there(self, attribute: str, is_there: bool) -> str:
        """The attribute is stored, or is not."""
        return f"{'attribute_exists' if is_there else 'attribute_not_exists'}({self._path(attribute)})"

    def found(self, text: str) -> str:
        """``text`` stands in what is kept for searching."""
        return f"contains({self._path(SEARCH)}, {self._value(text)})"

    def _path(self, attribute: str) -> str:
        parts = attribute.split(".")
        self._names.update({f"#{part}": part for part in parts})
        return ".".join(f"#{part}" for part in parts)

    def _value(self, value: str) -> str:
        name = f":value{len(self._values)}"
        self._values[name] = value
        return name


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
    found: list[Record] = []
    for _ in range(MOST_READS):
        answer = client.query(**request)
        found += map(from_item, answer["Items"])
        page = first_within(found[:limit], record_bytes)
        if len(page) < len(found):
            return page, listing.cursor(page[-1], keys)
        if "LastEvaluatedKey" not in answer:
            return found, None
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    return found, listing.cursor(from_item(request["ExclusiveStartKey"]), keys)
