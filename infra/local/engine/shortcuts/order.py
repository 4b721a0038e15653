"""The entries of an index in their order, kept as items change: MiniStack sorts the whole partition for each query."""

from bisect import bisect_left, insort
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import dynamodb

_DYNAMODB: Any = dynamodb
Table = dict[str, Any]
Entry = tuple[str, str, str]
"""An entry of an index: what it is sorted by, then the keys of its item."""


class IndexOrders:
    """The entries of the partitions that were asked for."""

    def __init__(self) -> None:
        # By the identity of a table, which is kept with it, so that no other gets its place.
        self._tables: dict[int, tuple[Table, dict[str, tuple[str, str]], dict[tuple[str, str], list[Entry]]]] = {}

    def install(self) -> None:
        """Hear of each change. AttributeError where a release of MiniStack lacks what tells of it."""
        _DYNAMODB._index_item = self._hearing(_DYNAMODB._index_item)
        _DYNAMODB._items_replaced = self._forgetting(_DYNAMODB._items_replaced)

    def keys_of(self, table: Table, index: str) -> tuple[str, str] | None:
        """The two attributes, both of text, by which an index is divided and sorted; None where it is no such index."""
        return self._known(table)[1].get(index)

    def entries(self, table: Table, index: str, partition: str) -> list[Entry]:
        """All entries of a partition, sorted."""
        _, schemas, lists = self._known(table)
        entries = lists.get((index, partition))
        if entries is None:
            sort, items = schemas[index][1], table["items"]
            members = _DYNAMODB._index_members(table)[index].get(partition, ())
            entries = lists[index, partition] = sorted((items[pk][sk][sort]["S"], pk, sk) for pk, sk in members)
        return entries

    def _known(self, table: Table) -> tuple[Table, dict[str, tuple[str, str]], dict[tuple[str, str], list[Entry]]]:
        known = self._tables.get(id(table))
        if known is None:
            texts = {one["AttributeName"] for one in table["AttributeDefinitions"] if one["AttributeType"] == "S"}
            schemas = {
                name: (*hashes, *ranges)
                for name, hashes, ranges in _DYNAMODB._index_key_schemas(table)
                if len(hashes) == len(ranges) == 1 and texts.issuperset((*hashes, *ranges))
            }
            known = self._tables[id(table)] = table, schemas, {}
        return known

    def _hearing(self, change: Callable[..., None]) -> Callable[..., None]:
        def answer(table: Table, pk: str, sk: str, item: Mapping[str, Any], add: bool) -> None:
            change(table, pk, sk, item, add)
            known = self._tables.get(id(table))
            if known is None:
                return
            for index, (partition, sort) in known[1].items():
                if partition not in item or sort not in item:
                    continue
                entries = known[2].get((index, item[partition]["S"]))
                if entries is None:
                    continue
                entry = item[sort]["S"], pk, sk
                if add:
                    insort(entries, entry)
                else:
                    del entries[bisect_left(entries, entry)]

        return answer

    def _forgetting(self, replaced: Callable[[Table], None]) -> Callable[[Table], None]:
        def answer(table: Table) -> None:
            self._tables.pop(id(table), None)
            replaced(table)

        return answer
