"""Records of plain JSON types, and the items of DynamoDB in which boto3's clients write and read them."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize

Record = dict[str, Any]
Item = dict[str, Any]

# The smallest number that DynamoDB can store. A smaller one is stored as 0.
_SMALLEST = Decimal("1e-130")


def to_item(record: Mapping[str, Any]) -> Item:
    """The item of a record. A float is stored as the decimal number that it prints as."""
    exact = json.loads(json.dumps(record), parse_float=_exact)
    return {name: _serialize(value) for name, value in exact.items()}


def from_item(item: Mapping[str, Any]) -> Record:
    """The record of an item. A number without a fraction is an int, any other a float."""
    return {name: _plain(_deserialize(value)) for name, value in item.items()}


def read_all(client: "DynamoDBClient", **request: Any) -> Iterator[Record]:
    """Every record that a query finds, read page by page. ``request`` are the parameters of the query."""
    for page in client.get_paginator("query").paginate(**request):
        yield from map(from_item, page["Items"])


def _exact(text: str) -> Decimal:
    number = Decimal(text)
    return number if abs(number) >= _SMALLEST else Decimal(0)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_plain(part) for part in cast("list[object]", value)]
    return value
