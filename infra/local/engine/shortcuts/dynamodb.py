"""Six shortcuts within MiniStack's DynamoDB, which spends most of its time on them. The answers stay the same.

- An expression is split into tokens, and its grammar checked, once and not for each item.
- Of a range of an index, text is compared where the whole condition would be evaluated for every item of the partition.
- The size of an item is counted without encoding what is ASCII.
- What a write costs in each index is not counted: no request of Earshot's asks for it.
- By what an index is divided and sorted is found out once, and not for each item that changes.
- The id of a change is drawn without asking the system for randomness each time.
"""

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import is_
from typing import Any

from ministack.services import dynamodb

_DYNAMODB: Any = dynamodb
# "#partition = :partition AND #order BETWEEN :first AND :last", as Earshot's lists ask.
_RANGE = re.compile(r"(#?\w+) = (:\w+) AND (#?\w+) BETWEEN (:\w+) AND (:\w+)")
Values = Mapping[str, Mapping[str, Any]]
Table = Mapping[str, Any]
Schema = tuple[str, list[str], list[str]]
Evaluate = Callable[..., bool]


def take_shortcuts() -> None:
    """Put them into this process. AttributeError where a release of MiniStack lacks what they replace."""
    _DYNAMODB._tokenize = lru_cache(maxsize=1000)(_DYNAMODB._tokenize)
    _DYNAMODB._condition_syntax_error = lru_cache(maxsize=1000)(_DYNAMODB._condition_syntax_error)
    _DYNAMODB._evaluate_condition = _by_range(_DYNAMODB._evaluate_condition)
    _DYNAMODB._index_write_units = _no_units(_DYNAMODB._index_write_units)
    _DYNAMODB._index_key_schemas = _schemas(_DYNAMODB._index_key_schemas)
    _DYNAMODB.new_uuid = _quick_ids(_DYNAMODB.new_uuid)
    _DYNAMODB._number_size_bytes = lru_cache(maxsize=1000)(_DYNAMODB._number_size_bytes)
    _DYNAMODB._attribute_value_size = _sizes(_DYNAMODB._attribute_value_size, _DYNAMODB._number_size_bytes)


def _no_units(units_of: Callable[..., float]) -> Callable[..., float]:
    return lambda *_: 0.0


def _schemas(schemas_of: Callable[[Table], Iterable[Schema]]) -> Callable[[Table], tuple[Schema, ...]]:
    # By the identity of a table, which is kept with its indexes, so that no others get their place.
    known: dict[int, tuple[Table, list[Any], tuple[Schema, ...]]] = {}

    def answer(table: Table) -> tuple[Schema, ...]:
        indexes = [*table.get("GlobalSecondaryIndexes", ()), *table.get("LocalSecondaryIndexes", ())]
        found = known.get(id(table))
        if found is None or found[0] is not table or not _are_same(found[1], indexes):
            found = known[id(table)] = table, indexes, tuple(schemas_of(table))
        return found[2]

    return answer


def _are_same(some: Sequence[object], others: Sequence[object]) -> bool:
    return len(some) == len(others) and all(map(is_, some, others))


def _quick_ids(_: Callable[[], str]) -> Callable[[], str]:
    draw = random.Random()  # noqa: S311 - it tells changes apart, and guards nothing

    def answer() -> str:
        digits = f"{draw.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    return answer


def _by_range(evaluate: Evaluate) -> Evaluate:
    @lru_cache(maxsize=100)
    def range_of(expression: str) -> tuple[str | Any, ...] | None:
        match = _RANGE.fullmatch(expression)
        return None if match is None else match.groups()

    def answer(expression: str, item: Values, values: Values, names: Mapping[str, str], **more: Any) -> bool:
        parts = range_of(expression) if more.get("slot") == "KeyConditionExpression" else None
        if parts is None:
            return evaluate(expression, item, values, names, **more)
        try:
            partition, order = (item[(names or {}).get(name, name)]["S"] for name in (parts[0], parts[2]))
            wanted, first, last = (values[name]["S"] for name in (parts[1], parts[3], parts[4]))
        except KeyError:
            return evaluate(expression, item, values, names, **more)
        return partition == wanted and first.encode() <= order.encode() <= last.encode()

    return answer


def _sizes(size_of: Callable[[Any], int], size_of_number: Callable[[str], int]) -> Callable[[Any], int]:
    def answer(value: dict[str, Any]) -> int:
        kind: str = next(iter(value), "")
        content: Any = value.get(kind)
        if kind == "S":
            return _length(content)
        if kind == "M":
            return 3 + sum(1 + _length(name) + answer(part) for name, part in content.items())
        if kind == "L":
            return 3 + sum(1 + answer(part) for part in content)
        return size_of_number(content) if kind == "N" else size_of(value)

    return answer


def _length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
