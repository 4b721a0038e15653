"""Records of plain JSON types, and the items of DynamoDB in which boto3's clients write and read them.

What has parts of its own, a map or a list, is stored packed. No expression of DynamoDB can look into it: what is asked
for or compared stands in an attribute beside it.
"""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from earshot.aws.packed import pack, unpack

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Record = dict[str, Any]
Item = dict[str, Any]

# The smallest number that DynamoDB can store. A smaller one is stored as 0.
_SMALLEST = 1e-130
# DynamoDB keeps so many digits.
_MOST_DIGITS = 38


def to_item(record: Mapping[str, Any]) -> Item:
    """The item of a record. A float is stored as the decimal number that it prints as. ValueError: it cannot be."""
    return {name: _stored(value) for name, value in record.items()}


def from_item(item: Mapping[str, Any]) -> Record:
    """The record of an item. A number without a fraction is an int, any other a float."""
    return {name: _plain(value) for name, value in item.items()}


def read_all(client: "DynamoDBClient", **request: Any) -> Iterator[Record]:
    """Every record that a query finds, read page by page. ``request`` are the parameters of the query."""
    return map(from_item, read_all_items(client, **request))


def read_all_items(client: "DynamoDBClient", **request: Any) -> Iterator[Item]:
    """The items of ``read_all``."""
    while True:
        answer = client.query(**request)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _stored(value: object) -> dict[str, Any]:
    if isinstance(value, str):
        return {"S": value}
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        if len(str(abs(value))) > _MOST_DIGITS:
            raise ValueError(f"DynamoDB keeps {_MOST_DIGITS} digits of a number, and {value} has more.")
        return {"N": str(value)}
    if isinstance(value, float):
        return {"N": "0" if abs(value) < _SMALLEST else _decimal(value)}
    return {"B": pack(value)}


def _decimal(value: float) -> str:
    if value - value != 0:
        raise ValueError(f"DynamoDB stores no {value}.")
    return str(Decimal(repr(value)))


def _plain(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    match kind:
        case "S" | "BOOL":
            return content
        case "N":
            if content.isdecimal():
                return int(content)
            number = Decimal(content)
            return int(number) if number == number.to_integral_value() else float(number)
        case "B":
            # In the event of a stream it is text.
            return unpack(b64decode(content) if isinstance(content, str) else content)
        case "NULL":
            return None
        case "SS":
            return frozenset(content)
        # What earlier releases stored was not packed.
        case "M":
            return from_item(content)
        case "L":
            return [_plain(part) for part in content]
        case _:
            raise ValueError(f"Nothing here stores the type {kind!r} of DynamoDB.")
