"""What DynamoDB bills for a write: the size of the item, in steps of 1 KB, for the table and each index it touches.

The rules are those of the developer guide, "DynamoDB item sizes and formats" and "Using Global Secondary Indexes":
a transaction pays twice for the table; what it changes in an index follows later, as an ordinary write.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KILOBYTE = 1024
CONTAINER_BYTES = 3  # of a list or a map, whatever it holds
ELEMENT_BYTES = 1  # of each element in one
STORAGE_OVERHEAD = 100  # of each item and each index entry, where it is stored

Item = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class IndexDefinition:
    """A global secondary index. ``projected`` names its attributes in addition to the keys; None means all."""

    name: str
    keys: tuple[str, ...]
    projected: frozenset[str] | None = None

    def entry(self, item: Item | None, table_keys: Sequence[str]) -> Item | None:
        """What the index holds of an item; None where the item lacks one of the index's keys."""
        if item is None or not all(key in item for key in self.keys):
            return None
        if self.projected is None:
            return item
        carried = {*self.keys, *table_keys, *self.projected}
        return {name: value for name, value in item.items() if name in carried}


@dataclass(frozen=True, slots=True)
class TableDefinition:
    """A table's keys and its indexes, as a template declares them."""

    keys: tuple[str, ...]
    indexes: tuple[IndexDefinition, ...] = ()

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> "TableDefinition":
        """Read the properties of an ``AWS::DynamoDB::Table``."""
        keys = _key_names(properties)
        return cls(keys, tuple(_index(declared) for declared in properties.get("GlobalSecondaryIndexes", ())))


@dataclass(frozen=True, slots=True)
class WriteUnits:
    """Write units of the table itself, and of all its indexes together."""

    table: int = 0
    indexes: int = 0

    @property
    def total(self) -> int:
        """All that is billed."""
        return self.table + self.indexes

    def __add__(self, other: "WriteUnits") -> "WriteUnits":
        return WriteUnits(self.table + other.table, self.indexes + other.indexes)


def item_bytes(item: Item) -> int:
    """The size of an item in DynamoDB's own notation (``{"pk": {"S": "..."}}``)."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def units_of(size: int) -> int:
    """Write units for so many bytes: one for each KB begun."""
    return max(1, -(-size // KILOBYTE))


def write_units(
    table: TableDefinition, before: Item | None, after: Item | None, *, transactional: bool = False
) -> WriteUnits:
    """What it costs to turn ``before`` into ``after``; None is an item that does not exist."""
    own = units_of(max(item_bytes(before or {}), item_bytes(after or {})))
    indexes = sum(
        _index_units(index, index.entry(before, table.keys), index.entry(after, table.keys)) for index in table.indexes
    )
    return WriteUnits(own * (2 if transactional else 1), indexes)


def stored_bytes(table: TableDefinition, item: Item | None) -> int:
    """What an item takes in storage with its index entries; each of them has 100 bytes on top."""
    if item is None:
        return 0
    entries = (index.entry(item, table.keys) for index in table.indexes)
    return sum(item_bytes(entry) + STORAGE_OVERHEAD for entry in (item, *entries) if entry is not None)


def _index_units(index: IndexDefinition, before: Item | None, after: Item | None) -> int:
    if before == after:
        return 0
    if before is None or after is None:
        return units_of(item_bytes(before or after or {}))
    if any(before[key] != after[key] for key in index.keys):
        # The entry moves: one write takes the old one away, another puts the new one.
        return units_of(item_bytes(before)) + units_of(item_bytes(after))
    return units_of(max(item_bytes(before), item_bytes(after)))


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode("utf-8", "surrogatepass"))
        case "N":
            return _number_bytes(content)
        case "B":
            return len(content)
        case "BOOL" | "NULL":
            return 1
        case "L":
            return CONTAINER_BYTES + sum(ELEMENT_BYTES + _value_bytes(part) for part in content)
        case "M":
            return CONTAINER_BYTES + sum(
                ELEMENT_BYTES + len(name.encode()) + _value_bytes(part) for name, part in content.items()
            )
        case "SS" | "BS":
            return sum(len(part.encode() if isinstance(part, str) else part) for part in content)
        case "NS":
            return sum(_number_bytes(part) for part in content)
        case _:
            raise ValueError(f"DynamoDB has no type {kind!r}.")


def _number_bytes(text: str) -> int:
    """One byte for two significant digits, and one more; zeros before and after them do not count."""
    digits = "".join(character for character in text.lower().partition("e")[0] if character.isdigit())
    significant = digits.strip("0")
    return -(-len(significant) // 2) + 1


def _index(declared: Mapping[str, Any]) -> IndexDefinition:
    projection = declared["Projection"]
    match projection["ProjectionType"]:
        case "ALL":
            projected = None
        case "INCLUDE":
            projected = frozenset(projection["NonKeyAttributes"])
        case _:
            projected = frozenset[str]()
    return IndexDefinition(declared["IndexName"], _key_names(declared), projected)


def _key_names(declared: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(part["AttributeName"] for part in declared["KeySchema"])
