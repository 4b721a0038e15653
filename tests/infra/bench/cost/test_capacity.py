"""Sizes and write units by hand, after the rules of DynamoDB's developer guide."""

from typing import Any

import pytest

from infra.bench.cost.capacity import (
    IndexDefinition,
    TableDefinition,
    WriteUnits,
    item_bytes,
    stored_bytes,
    units_of,
    write_units,
)
from infra.local.engine.deployment import read_template

BY_STATUS = IndexDefinition("by-status", ("status", "order"))
KEYS_ONLY = IndexDefinition("due", ("due_shard", "due_at"), frozenset())
TABLE = TableDefinition(("pk", "sk"), (BY_STATUS, KEYS_ONLY))


def an_item(**attributes: Any) -> dict[str, dict[str, Any]]:
    given = {"pk": "THREAD#1", "sk": "CASE"} | attributes
    return {name: {"S": value} for name, value in given.items()}


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": ""}, 0),
        ({"S": "abc"}, 3),
        ({"S": "é€😀"}, 2 + 3 + 4),
        ({"N": "0"}, 1),
        ({"N": "7"}, 2),
        ({"N": "-123"}, 3),
        ({"N": "1200"}, 2),
        ({"N": "0.0045"}, 2),
        ({"N": "12345678901"}, 7),
        ({"N": "1.5E+9"}, 2),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"B": b"four"}, 4),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}, {"N": "1"}]}, 3 + (1 + 2) + (1 + 2)),
        ({"M": {}}, 3),
        ({"M": {"id": {"S": "x"}, "n": {"NULL": True}}}, 3 + (1 + 2 + 1) + (1 + 1 + 1)),
        ({"SS": ["a", "bc"]}, 3),
        ({"NS": ["1", "234"]}, 2 + 3),
    ],
)
def test_the_size_of_a_value_is_added_to_that_of_its_name(value, size):
    assert item_bytes({"name": value}) == len("name") + size


def test_a_type_that_dynamodb_has_not_is_refused():
    with pytest.raises(ValueError, match="'X'"):
        item_bytes({"name": {"X": 1}})


@pytest.mark.parametrize(("size", "units"), [(0, 1), (1, 1), (1024, 1), (1025, 2), (2048, 2), (2049, 3)])
def test_each_kilobyte_begun_is_a_unit(size, units):
    assert units_of(size) == units


def test_an_item_that_lies_in_no_index_costs_the_table_alone():
    assert write_units(TABLE, None, an_item()) == WriteUnits(1, 0)


def test_a_transaction_pays_twice_for_the_table_and_once_for_the_index():
    item = an_item(status="open", order="050", text="x" * 1500)
    assert write_units(TABLE, None, item) == WriteUnits(2, 2)
    assert write_units(TABLE, None, item, transactional=True) == WriteUnits(4, 2)


def test_an_entry_that_moves_within_its_index_is_taken_away_and_put_anew():
    before, after = an_item(status="open", order="050"), an_item(status="replied", order="050")
    assert write_units(TABLE, before, after) == WriteUnits(1, 2)


def test_an_entry_that_stays_where_it_is_costs_one_write():
    before, after = an_item(status="open", order="050", text="a"), an_item(status="open", order="050", text="b")
    assert write_units(TABLE, before, after) == WriteUnits(1, 1)


def test_an_entry_that_appears_or_disappears_costs_one_write():
    inside, outside = an_item(due_shard="0", due_at="10:00"), an_item()
    assert write_units(TABLE, outside, inside) == WriteUnits(1, 1)
    assert write_units(TABLE, inside, outside) == WriteUnits(1, 1)


def test_what_an_index_does_not_carry_costs_it_nothing():
    before = an_item(due_shard="0", due_at="10:00", text="a" * 3000)
    after = an_item(due_shard="0", due_at="10:00", text="b")
    assert write_units(TABLE, before, after) == WriteUnits(3, 0)


def test_an_entry_of_keys_alone_is_small_however_large_the_item_is():
    assert write_units(TABLE, None, an_item(due_shard="0", due_at="10:00", text="a" * 5000)) == WriteUnits(5, 1)


def test_storage_counts_the_item_each_entry_and_what_lies_on_top_of_them():
    item = an_item(due_shard="0", due_at="10:00", text="abcd")
    keys = len("pk") + len("THREAD#1") + len("sk") + len("CASE")
    due = len("due_shard") + 1 + len("due_at") + len("10:00")
    assert stored_bytes(TABLE, item) == (keys + due + len("text") + 4 + 100) + (keys + due + 100)
    assert stored_bytes(TABLE, None) == 0


def test_the_indexes_are_read_from_the_template():
    table = TableDefinition.of(read_template()["Resources"]["CaseTable"]["Properties"])
    by_name = {index.name: index for index in table.indexes}
    assert table.keys == ("pk", "sk")
    assert by_name["by-conversation"] == IndexDefinition(
        "by-conversation", ("conversation", "conversation_order"), frozenset()
    )
    assert by_name["due"].projected == frozenset()
    assert "severity" in (by_name["by-day"].projected or ())
