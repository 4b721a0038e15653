"""Plain JSON types as DynamoDB spells them, for the clients of boto3 that speak its own notation."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize

Item = dict[str, Any]

# DynamoDB refuses a number that is nearer to nothing; a share that small is none.
_SMALLEST = Decimal("1e-130")


def to_item(record: Mapping[str, Any]) -> Item:
    """A record as an item; a float becomes the decimal that it prints as."""
    exact = json.loads(json.dumps(record), parse_float=_exact)
    return {name: _serialize(value) for name, value in exact.items()}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item as a record; a number without a fraction is an int, another a float."""
    return {name: _number(_deserialize(value)) for name, value in item.items()}


def _exact(text: str) -> Decimal:
    number = Decimal(text)
    return number if abs(number) >= _SMALLEST else Decimal(0)


def read_all(client: Any, **request: Any) -> Iterator[dict[str, Any]]:
    """Every record that a query finds, page after page."""
    for page in client.get_paginator("query").paginate(**request):
        yield from map(from_item, page["Items"])


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _number(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_number(part) for part in value]
    return value
