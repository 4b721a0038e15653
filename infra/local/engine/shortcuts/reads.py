"""Reads past MiniStack: straight from where it keeps items and subscriptions, without its checks and without JSON.

The answers are those of MiniStack. What is asked in a form that is not known here, MiniStack is asked.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ministack.services import dynamodb, sns

from infra.local.engine.shortcuts.order import IndexOrders
from infra.local.engine.shortcuts.streams import records_since
from infra.local.engine.shortcuts.values import Record, UnknownFormError, as_given, bytes_of, key_of, keys_in, require

_DYNAMODB: Any = dynamodb
_SNS: Any = sns
Item = Mapping[str, Any]

_PROJECTION = {"ProjectionExpression", "ExpressionAttributeNames"}
_OF_GET = {"TableName", "Key", "ConsistentRead", *_PROJECTION}
_OF_BATCH = {"Keys", "ConsistentRead", *_PROJECTION}
_CONDITION = {"KeyConditionExpression", "ExpressionAttributeValues"}
_PAGING = {"ScanIndexForward", "Limit", "ExclusiveStartKey"}
_OF_QUERY = {"TableName", "IndexName", "ConsistentRead", *_CONDITION, *_PAGING, *_PROJECTION}
# Of so many entries a page is full by their number; of more MiniStack counts the bytes.
_MOST_ENTRIES = 150
_MOST_BYTES = 1 << 20
_MOST_KEYS = 100
_EQUAL = r"(#?\w+) = (:\w+)"
_WHERE = re.compile(
    rf"{_EQUAL}(?: AND (?:(?P<between>#?\w+) BETWEEN (:\w+) AND (:\w+)"
    r"|begins_with\((?P<begins>#?\w+), (:\w+)\)|(?P<from>#?\w+) >= (:\w+)|(?P<to>#?\w+) <= (:\w+)))?"
)
_NAME = re.compile(r"#?\w+")
_NUMBER = re.compile(r"\+\d{5,15}")
# Sorts after every text that begins alike, and before every other.
_LAST = chr(0x10FFFF)


class QuickReads:
    """Answers operations of an account as boto3 gives the answers: reads of tables, and of a topic's subscriptions."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._orders = IndexOrders()
        self._orders.install()
        self._answers: dict[str, Callable[[Mapping[str, Any], str], Record]] = {
            "GetItem": self._get,
            "BatchGetItem": self._get_many,
            "Query": self._query,
            "ListSubscriptionsByTopic": self._subscriptions,
            "CheckIfPhoneNumberIsOptedOut": _opted_out,
            "GetRecords": lambda request, region: records_since(request, region, account),
        }

    def answer(self, operation: str, request: Mapping[str, Any], region: str) -> Record | None:
        """The answer without its metadata; None: MiniStack is to be asked."""
        ask = self._answers.get(operation)
        if ask is None:
            return None
        try:
            return ask(request, region)
        except (UnknownFormError, KeyError, TypeError):
            # MiniStack says what is wrong with it, if anything is.
            return None

    def _get(self, request: Mapping[str, Any], region: str) -> Record:
        require(request.keys() <= _OF_GET)
        table, wanted = self._table(request["TableName"], region), _attributes(request)
        found = _item(table, *_key(table, request["Key"]))
        return {} if found is None else {"Item": _only(found, wanted)}

    def _get_many(self, request: Mapping[str, Any], region: str) -> Record:
        require(set(request) == {"RequestItems"})
        answers: dict[str, list[Record]] = {}
        for name, asked in request["RequestItems"].items():
            require(asked.keys() <= _OF_BATCH)
            table, wanted = self._table(name, region), _attributes(asked)
            keys = [_key(table, key) for key in asked["Keys"]]
            require(len(set(keys)) == len(keys) <= _MOST_KEYS)
            found = (_item(table, *key) for key in keys)
            answers[name] = [_only(one, wanted) for one in found if one is not None]
        return {"Responses": answers, "UnprocessedKeys": {}}

    def _query(self, request: Mapping[str, Any], region: str) -> Record:
        require(request.keys() <= _OF_QUERY)
        table, names = self._table(request["TableName"], region), request.get("ExpressionAttributeNames", {})
        require(bool(table["sk_name"]))
        attribute, partition, sort, first, end = _range(
            request["KeyConditionExpression"], names, request["ExpressionAttributeValues"]
        )
        index = request.get("IndexName")
        keys = (table["pk_name"], table["sk_name"]) if index is None else self._orders.keys_of(table, index)
        require(keys is not None and attribute == keys[0] and sort in (None, keys[1]))
        if index is None:
            return self._of_partition(request, table, partition, first, end)
        return self._of_index(request, table, index, partition, first, end)

    def _subscriptions(self, request: Mapping[str, Any], region: str) -> Record:
        require(set(request) == {"TopicArn"})
        topic: Record | None = _SNS._topics.get_scoped(self._account, region, request["TopicArn"])
        if topic is None:
            raise UnknownFormError
        return {
            "Subscriptions": [
                {
                    "SubscriptionArn": one["arn"],
                    "Owner": one.get("owner", self._account),
                    "Protocol": one["protocol"],
                    "Endpoint": one["endpoint"],
                    "TopicArn": topic["arn"],
                }
                for one in topic["subscriptions"]
            ]
        }

    def _of_partition(
        self, request: Mapping[str, Any], table: Record, partition: str, first: str, end: str | None
    ) -> Record:
        require("ExclusiveStartKey" not in request)
        sks = [sk for sk in sorted(table["items"].get(partition, ())) if first <= sk and (end is None or sk < end)]
        asked = _directed(sks, request)[: request.get("Limit")]
        found = [_item(table, partition, sk) for sk in asked]
        items = [one for one in found if one is not None]
        require(len(items) == len(found))
        require(sum(bytes_of(table["items"][partition][sk]) for sk in asked) < _MOST_BYTES)
        return _page(items, request, table, ())

    def _of_index(
        self, request: Mapping[str, Any], table: Record, index: str, partition: str, first: str, end: str | None
    ) -> Record:
        keys, forward = self._orders.keys_of(table, index) or ("", ""), request.get("ScanIndexForward", True)
        entries = self._orders.entries(table, index, partition)
        low, high = bisect_left(entries, (first,)), len(entries) if end is None else bisect_left(entries, (end,))
        start = request.get("ExclusiveStartKey")
        if start is not None:
            at = (start[keys[1]]["S"], start[table["pk_name"]]["S"], start[table["sk_name"]]["S"])
            low, high = (bisect_left(entries, (*at, "")), high) if forward else (low, bisect_left(entries, at))
        limit = request.get("Limit", max(high - low, 0) + 1)
        require(min(limit, high - low) <= _MOST_ENTRIES)
        page = entries[low : min(high, low + limit)] if forward else entries[max(low, high - limit) : high][::-1]
        found = [_item(table, pk, sk) for _, pk, sk in page]
        kept = self._kept(table, index)
        items = [one if kept is None else _only(one, kept) for one in found if one is not None]
        return _page(items, request, table, keys)

    def _kept(self, table: Record, index: str) -> frozenset[str] | None:
        """The attributes that an index carries; None: all."""
        definition = _DYNAMODB._index_def(table, index)
        projection: Record = definition.get("Projection") or {}
        if projection.get("ProjectionType", "ALL") == "ALL":
            return None
        keys = {one["AttributeName"] for one in definition["KeySchema"]}
        return frozenset({table["pk_name"], table["sk_name"], *keys, *projection.get("NonKeyAttributes", ())})

    def _table(self, name: str, region: str) -> Record:
        table: Record | None = _DYNAMODB._tables.get_scoped(self._account, region, name)
        if table is None:
            raise UnknownFormError
        return table


def _opted_out(request: Mapping[str, Any], _: str) -> Record:
    """MiniStack has no such operation, and nobody can answer STOP to it."""
    require(set(request) == {"phoneNumber"} and _NUMBER.fullmatch(request["phoneNumber"]) is not None)
    return {"isOptedOut": False}


def _item(table: Record, pk: str, sk: str) -> Record | None:
    """An item as boto3 gives it, for reading only; None where there is none."""
    item: Item | None = table["items"].get(pk, {}).get(sk)
    return as_given(item) if item else None


def _key(table: Record, key: Mapping[str, Any]) -> tuple[str, str]:
    require(len(key) == keys_in(table))
    return key_of(table, key)


@lru_cache(maxsize=1000)
def _condition(expression: str) -> re.Match[str] | None:
    return _WHERE.fullmatch(expression)


def _range(
    expression: str, names: Mapping[str, str], values: Mapping[str, Mapping[str, str]]
) -> tuple[str, str, str | None, str, str | None]:
    """What a query is divided by, its value, what it is sorted by, the first value of that, and one after the last."""
    match = _condition(expression)
    if match is None:
        raise UnknownFormError
    attribute, partition, *operands = match.groups()
    given = [values[one]["S"] for one in operands if one is not None and one.startswith(":")]
    first, end = "", None
    if match["between"] is not None:
        first, end = given[0], f"{given[1]}\0"
        require(given[0] <= given[1])
    elif match["begins"] is not None:
        first, end = given[0], given[0] + _LAST
    elif match["from"] is not None:
        first = given[0]
    elif match["to"] is not None:
        end = f"{given[0]}\0"
    sort = match["between"] or match["begins"] or match["from"] or match["to"]
    return (
        _named(attribute, names),
        values[partition]["S"],
        None if sort is None else _named(sort, names),
        first,
        end,
    )


def _named(name: str, names: Mapping[str, str]) -> str:
    return names[name] if name.startswith("#") else name


def _attributes(request: Mapping[str, Any]) -> frozenset[str] | None:
    """The attributes that are asked for; None: all."""
    expression = request.get("ProjectionExpression")
    if expression is None:
        return None
    names = request.get("ExpressionAttributeNames", {})
    return _projected(expression, tuple(names.items()))


@lru_cache(maxsize=1000)
def _projected(expression: str, names: tuple[tuple[str, str], ...]) -> frozenset[str]:
    asked = [name.strip() for name in expression.split(",")]
    require(all(_NAME.fullmatch(name) and name.upper() not in _DYNAMODB.AWS_KEYWORDS for name in asked))
    wanted = frozenset(_named(name, dict(names)) for name in asked)
    require(len(wanted) == len(asked))
    return wanted


def _only(item: Record, wanted: frozenset[str] | None) -> Record:
    """A copy of an item, with these attributes alone; None: all."""
    return dict(item) if wanted is None else {name: item[name] for name in item if name in wanted}


def _directed(entries: Sequence[str], request: Mapping[str, Any]) -> Sequence[str]:
    return entries if request.get("ScanIndexForward", True) else entries[::-1]


def _page(items: list[Record], request: Mapping[str, Any], table: Record, keys: tuple[str, ...]) -> Record:
    """The answer to a query that found ``items``; ``keys`` are those of the index."""
    wanted = _attributes(request)
    answer: Record = {"Items": [_only(item, wanted) for item in items], "Count": len(items), "ScannedCount": len(items)}
    # As DynamoDB, which does not look whether anything follows.
    if items and len(items) == request.get("Limit"):
        answer["LastEvaluatedKey"] = {name: items[-1][name] for name in (table["pk_name"], table["sk_name"], *keys)}
    return answer
