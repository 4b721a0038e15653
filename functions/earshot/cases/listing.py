"""Lists of the case table: one partition of one index, read from its end, page by page."""

from dataclasses import dataclass
from typing import Any

from earshot.cases.cursor import CursorError, Position, decode, encode
from earshot.cases.dynamodb import from_item, to_item

Record = dict[str, Any]

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
    """One partition of an index: all of it, a stretch of its order, or what has one ``severity``."""

    index: Index
    partition: str
    between: tuple[str, str] | None = None
    severity: str | None = None

    @property
    def name(self) -> tuple[str, ...]:
        """What tells this list from every other, so that its cursors serve no other."""
        return (self.index.name, self.partition, *(self.between or ()), self.severity or "")

    def request(self, table: str) -> dict[str, Any]:
        """The query, from the end of the index to its beginning."""
        names, values = {"#partition": self.index.partition}, {":partition": self.partition}
        request: dict[str, Any] = {"TableName": table, "IndexName": self.index.name, "ScanIndexForward": False}
        request["KeyConditionExpression"] = "#partition = :partition"
        if self.between is not None:
            request["KeyConditionExpression"] += " AND #order BETWEEN :first AND :last"
            names["#order"] = self.index.order
            values |= {":first": self.between[0], ":last": self.between[1]}
        if self.severity is not None:
            request["FilterExpression"] = "#severity = :severity"
            names["#severity"] = "severity"
            values[":severity"] = self.severity
        return request | {"ExpressionAttributeNames": names, "ExpressionAttributeValues": to_item(values)}

    def cursor(self, record: Record) -> str:
        """Where the page goes on that ends with ``record``."""
        return encode(Position(record[self.index.order], record["pk"], record["sk"]), self.name)

    def start(self, cursor: str) -> Record:
        """The key to go on from. CursorError where it is not one of this list."""
        position = decode(cursor, self.name)
        if self.between is not None and not self.between[0] <= position.order <= self.between[1]:
            raise CursorError("The cursor points beyond its list: leave it out to begin with the first page.")
        keys = {"pk": position.pk, "sk": position.sk}
        return to_item(keys | {self.index.partition: self.partition, self.index.order: position.order})


def read_page(
    client: Any, table: str, listing: Listing, limit: int, cursor: str | None
) -> tuple[list[Record], str | None]:
    """At most ``limit`` records, and the cursor of the next page: None at the end of the list.

    One item more than asked for is read, to know whether there is a next page. With a filter the page may be short,
    even empty, and still have a next one: the reads for one page are bounded.
    """
    request = listing.request(table) | {"Limit": limit + 1 if listing.severity is None else FILTERED_READ}
    if cursor is not None:
        request["ExclusiveStartKey"] = listing.start(cursor)
    found: list[Record] = []
    for _ in range(MOST_READS):
        answer = client.query(**request)
        found += map(from_item, answer["Items"])
        last = answer.get("LastEvaluatedKey")
        if len(found) > limit:
            return found[:limit], listing.cursor(found[limit - 1])
        if last is None:
            return found, None
        request["ExclusiveStartKey"] = last
    return found, listing.cursor(from_item(last))
