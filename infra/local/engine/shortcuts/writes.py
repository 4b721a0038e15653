"""Writes past MiniStack: straight to where it keeps items, without most of its checks and without JSON.

What a request says beside its values (its expressions, names and types) MiniStack checks once: what it has accepted,
it accepts again. Values are checked each time. A condition that does not hold, and what is asked in a form that is not
known here, MiniStack answers.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ministack.core import responses
from ministack.services import dynamodb

from infra.local.engine.shortcuts.messages import published
from infra.local.engine.shortcuts.values import (
    Record,
    UnknownFormError,
    decoded,
    kept,
    key_of,
    keys_in,
    most_bytes,
    remember,
    require,
    stored,
)

_DYNAMODB: Any = dynamodb
_IN_SCOPE: Any = responses.request_scope
Item = Mapping[str, Any]

# Where a condition does not hold MiniStack answers, so that it does not matter what is to be told then.
_CONDITION = {
    *("ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"),
    "ReturnValuesOnConditionCheckFailure",
}
_MEMBERS = {
    "Put": {"TableName", "Item", *_CONDITION},
    "Update": {"TableName", "Key", "UpdateExpression", "ReturnValues", *_CONDITION},
}
_MOST_BYTES = 400 * 1024
_MOST_KEY_BYTES = 1024
_MOST_WRITES = 100
_RETURNED = {"NONE", "ALL_OLD", "UPDATED_NEW"}


@dataclass(frozen=True, slots=True)
class _Change:
    """What becomes of one item, and in which form that was asked."""

    form: tuple[object, ...]
    table: Record
    pk: str
    sk: str
    old: Item | None
    new: Record
    told: Item
    """The attributes that the answer to it has."""


class QuickWrites:
    """Answers operations of an account as boto3 gives the answers: writes to its tables, and what it publishes."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._accepted: set[tuple[object, ...]] = set()
        # By the identity of a table, which is kept with it, so that no other gets its place.
        self._index_keys: dict[int, tuple[Record, tuple[str, ...]]] = {}
        self._ask: dict[str, Callable[[Record], tuple[int, Any, bytes]]] = {
            "PutItem": _DYNAMODB._put_item,
            "UpdateItem": _DYNAMODB._update_item,
            "TransactWriteItems": _DYNAMODB._transact_write_items,
        }

    def answer(self, operation: str, request: Mapping[str, Any], region: str) -> Record | None:
        """The answer without its metadata; None: nothing was done, and MiniStack is to be asked."""
        if operation not in self._ask and operation != "Publish":
            return None
        with _IN_SCOPE(self._account, region):
            try:
                if operation == "Publish":
                    return published(request)
                members = list(_members(operation, request))
                changes = [self._change(kind, one, region) for kind, one in members]
                require(len({(id(one.table), one.pk, one.sk) for one in changes}) == len(changes) <= _MOST_WRITES)
                forms = {(operation, *one.form) for one in changes}
                if not forms <= self._accepted:
                    return self._accept(operation, request, forms)
            except (LookupError, TypeError, ValueError, UnknownFormError):
                # MiniStack says what is wrong with it, if anything is.
                return None
            for change in changes:
                self._make(change)
            told = changes[0].told
            return {"Attributes": _as_given(told)} if told else {}

    def _accept(self, operation: str, request: Mapping[str, Any], forms: set[tuple[object, ...]]) -> Record | None:
        """What MiniStack answers to forms that are new; None where it refuses them."""
        status, _, content = self._ask[operation](_in_base64(request))
        if status != 200:
            return None
        self._accepted |= forms
        answer: Record = json.loads(content)
        return {"Attributes": _as_given(answer["Attributes"])} if "Attributes" in answer else {}

    def _change(self, kind: str, request: Mapping[str, Any], region: str) -> _Change:
        require(request.keys() <= _MEMBERS[kind])
        table: Record = _DYNAMODB._tables.get_scoped(self._account, region, request["TableName"])
        require(bool(table) and not table.get("VectorIndexes"))
        names: Mapping[str, str] = request.get("ExpressionAttributeNames", {})
        given: Mapping[str, Item] = request.get("ExpressionAttributeValues", {})
        values = {name: _operand(value) for name, value in given.items()}
        returned, condition = request.get("ReturnValues", "NONE"), request.get("ConditionExpression")
        require(returned in _RETURNED)
        key = request["Item" if kind == "Put" else "Key"]
        pk, sk = key_of(table, key)
        require(len(pk.encode()) <= _MOST_KEY_BYTES and len(sk.encode()) <= _MOST_KEY_BYTES)
        old: Item | None = table["items"].get(pk, {}).get(sk)
        if condition is not None:
            require(_DYNAMODB._evaluate_condition(condition, old or {}, values, names))
        expression: str | None = None
        updated: tuple[str, ...] = ()
        if kind == "Put":
            new, again, size = stored(key)
            remember(new, again, size)
        else:
            require(len(key) == keys_in(table))
            expression = request["UpdateExpression"]
            before = old or {name: kept(value) for name, value in key.items()}
            new, updated = self._updated(table, before, request, values)
            size = most_bytes(new)
        told = {"NONE": {}, "ALL_OLD": old or {}, "UPDATED_NEW": {name: new[name] for name in updated if name in new}}
        require(size <= _MOST_BYTES)
        require(all(new[name].get("S") for name in self._keys_of_indexes(table) if name in new))
        kinds = tuple((name, next(iter(value))) for name, value in values.items())
        refused = request.get("ReturnValuesOnConditionCheckFailure")
        form = (kind, condition, expression, tuple(names.items()), kinds, returned, refused)
        return _Change(form, table, pk, sk, old, new, told[returned])

    def _updated(
        self, table: Record, before: Item, request: Mapping[str, Any], values: Mapping[str, Item]
    ) -> tuple[Record, tuple[str, ...]]:
        """The item as it becomes, and the attributes that were updated, which are whole ones."""
        names = request.get("ExpressionAttributeNames", {})
        after: Record
        paths: set[tuple[str, ...]]
        after, paths = _DYNAMODB._apply_update_expression(before, request["UpdateExpression"], values, names)
        require(all(len(path) == 1 for path in paths))
        require(key_of(table, after) == key_of(table, before))
        new = {name: kept(value) if "N" in value else value for name, value in after.items()}
        return new, tuple(path[0] for path in paths)

    def _make(self, change: _Change) -> None:
        """Store it as MiniStack does, and tell the table's stream."""
        table, old, new = change.table, change.old, change.new
        if old and all(old.get(name) == new.get(name) for name in self._keys_of_indexes(table)):
            # It stays where it is in every index.
            table["items"][change.pk][change.sk] = new
        else:
            _DYNAMODB._set_item(table, change.pk, change.sk, new)
        _DYNAMODB._emit_stream_event(table["TableName"], "MODIFY" if old else "INSERT", old, new)

    def _keys_of_indexes(self, table: Record) -> tuple[str, ...]:
        known = self._index_keys.get(id(table))
        if known is None:
            texts = {one["AttributeName"] for one in table["AttributeDefinitions"] if one["AttributeType"] == "S"}
            names = {
                name: None for _, hashes, ranges in _DYNAMODB._index_key_schemas(table) for name in (*hashes, *ranges)
            }
            require(texts.issuperset(names))
            known = self._index_keys[id(table)] = table, tuple(names)
        return known[1]


def _members(operation: str, request: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The writes of a request, each with its kind."""
    if operation != "TransactWriteItems":
        yield operation.removesuffix("Item"), request
        return
    require(set(request) == {"TransactItems"} and bool(request["TransactItems"]))
    for member in request["TransactItems"]:
        ((kind, one),) = member.items()
        require("ReturnValues" not in one)
        yield kind, one


def _operand(value: Item) -> Record:
    """A value of an expression: of a set, each text once."""
    texts: Sequence[str] | None = value.get("SS")
    if texts is None:
        return kept(value)
    require(len(value) == 1 and 0 < len(texts) == len(set(texts)) and all(texts))
    return {"SS": list(texts)}


def _as_given(item: Item) -> Record:
    return {name: decoded(value) for name, value in item.items()}


def _in_base64(value: Any) -> Any:
    """A request as MiniStack is asked: what is binary in base64, in dicts and lists of its own."""
    return json.loads(json.dumps(value, default=lambda content: kept({"B": content})["B"]))
