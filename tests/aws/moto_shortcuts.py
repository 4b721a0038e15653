"""Shortcuts within moto's DynamoDB, which takes most of the time of the tests that ask it. The answers stay the same.

- A transaction keeps what the table held by reference: moto copies every item of the table, for each transaction.
- An attribute is copied without ``copy.deepcopy``, and text is compared as it is.
- Items are sorted by their keys' values, each worked out once, where moto compares two attributes at a time.
- An item's size is added up attribute by attribute, where moto measures all of them again for each.
- A call goes from botocore to moto's own method as it is, where botocore would sign it, moto find out what it is, and
  either write as JSON what the other reads. What is refused goes the long way, for its answer has many shapes.
- botocore works out once, and not for each event, which other names an event has; not for each call what its own name
  is, and where an operation of DynamoDB's goes; and not for each session whether its handlers take any argument.
"""

import copy
import json
from collections.abc import Callable, Mapping
from functools import cache
from types import FunctionType
from typing import Any

from botocore import hooks
from botocore.awsrequest import AWSResponse
from botocore.handlers import BUILTIN_HANDLERS, REGISTER_LAST
from botocore.hooks import EventAliaser
from botocore.model import OperationModel
from botocore.regions import EndpointRulesetResolver
from botocore.useragent import UserAgentString
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.models import botocore_stubber
from moto.core.parse import JSONParser
from moto.dynamodb.models import DynamoDBBackend, Table
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.responses import DynamoHandler

_CAST: Any = DynamoType.cast_value
_UPDATE: Any = DynamoDBBackend.update_item
_SET: Any = LimitedSizeDict.__setitem__
# Below it no attribute makes an item too large for moto.
_SAFE_BYTES = 400_000
_ALIAS: Any = EventAliaser._alias_event_name
_ACCEPTS: Any = hooks.accepts_kwargs
_CONSTRUCT: Any = EndpointRulesetResolver.construct_endpoint
# The other names are the same for every client.
_ALIASES: dict[str, str] = {}
# The method of moto's for each operation that goes straight to it.
_METHODS = {
    "GetItem": "get_item",
    "BatchGetItem": "batch_get_item",
    "Query": "query",
    "PutItem": "put_item",
    "UpdateItem": "update_item",
    "DeleteItem": "delete_item",
    "TransactWriteItems": "transact_write_items",
}


def take_shortcuts() -> None:
    """Put them into this process. AttributeError where a release of moto lacks what they replace."""
    replaced: list[tuple[Any, str, Any]] = [
        (DynamoType, "cast_value", property(_value)),
        (DynamoType, "__deepcopy__", lambda self, memo: _copy(self)),
        (Item, "__deepcopy__", lambda self, memo: _copy_item(self)),
        (LimitedSizeDict, "__setitem__", _set),
        (Table, "all_items", _all_items),
        (DynamoDBBackend, "update_item", _update_a_copy),
        (EventAliaser, "_alias_event_name", _alias),
        (EndpointRulesetResolver, "construct_endpoint", _construct),
        (hooks, "accepts_kwargs", _accepts_kwargs),
        (UserAgentString, "to_string", lambda self: "earshot"),
    ]
    for owner, name, new in replaced:
        getattr(owner, name)
        setattr(owner, name, new)
    Table.__deepcopy__ = _snapshot
    # Last: what a test counts or refuses by the same event comes before.
    BUILTIN_HANDLERS.append(("before-call.dynamodb", _call, REGISTER_LAST))


def _value(self: DynamoType) -> Any:
    return self.value if self.type == "S" else _CAST.fget(self)


def _copy(given: Any) -> Any:
    """A copy of an attribute, or of what it holds: a tree of attributes, lists and maps, and values of one part."""
    if type(given) is DynamoType:
        made = DynamoType.__new__(DynamoType)
        made.type, made.value = given.type, _copy(given.value)
        return made
    if isinstance(given, list):
        return [_copy(part) for part in given]
    if isinstance(given, dict):
        return {name: _copy(part) for name, part in given.items()}
    return given


def _set(self: LimitedSizeDict, key: str, value: DynamoType) -> None:
    """The sum is too high where an attribute was replaced or removed: then moto measures, and refuses what it must."""
    so_far = self.__dict__.get("bytes")
    if so_far is None:
        so_far = sum(len(name.encode()) + held.size() for name, held in self.items())
    self.bytes = so_far + len(key.encode()) + value.size()
    (dict.__setitem__ if self.bytes < _SAFE_BYTES else _SET)(self, key, value)


def _copy_item(given: Item) -> Item:
    made: Any = Item.__new__(Item)
    made.hash_key, made.range_key = _copy(given.hash_key), _copy(given.range_key)
    made.attrs = LimitedSizeDict.__new__(LimitedSizeDict)
    # Past the check of the size, which the item has passed.
    dict.update(made.attrs, _copy(dict(given.attrs)))
    return made


def _snapshot(self: Table, memo: dict[int, Any]) -> Table:
    """What a transaction that fails restores. An item that is in the table is never changed, but replaced."""
    if self.stream_shard is not None:
        raise NotImplementedError("What was written to a stream would outlive the transaction: moto's own copy is due.")
    made: Any = copy.copy(self)
    made.items = copy.copy(self.items)
    for key, held in self.items.items():
        made.items[key] = dict(held) if isinstance(held, dict) else held
    return made


def _update_a_copy(self: DynamoDBBackend, table_name: str, key: dict[str, dict[str, Any]], *rest: Any, **more: Any):
    """moto changes the item that is in the table: here that is a copy of it, and a snapshot keeps the other."""
    table = self.get_table(table_name)
    hash_value, range_value = self.get_keys_value(table, key)
    stored = table.get_item(hash_value, range_value)
    if stored is not None and table.range_key_attr:
        table.items[hash_value][range_value] = _copy_item(stored)
    elif stored is not None:
        table.items[hash_value] = _copy_item(stored)
    return _UPDATE(self, table_name, key, *rest, **more)


def _all_items(self: Table) -> list[Item]:
    held = self.items.values()
    items: list[Any] = [item for part in held for item in part.values()] if self.range_key_attr else list(held)
    return sorted(items, key=lambda one: (one.hash_key.cast_value, one.range_key.cast_value if one.range_key else ""))


def _alias(self: EventAliaser, name: str) -> str:
    if name not in _ALIASES:
        _ALIASES[name] = _ALIAS(self, name)
    return _ALIASES[name]


_accepts_once = cache(_ACCEPTS)


def _accepts_kwargs(handler: Callable[..., Any]) -> Any:
    """Remembered for a module's functions alone: what belongs to an object would be kept with it."""
    is_of_a_module = isinstance(handler, FunctionType) and handler.__closure__ is None
    return _accepts_once(handler) if is_of_a_module else _ACCEPTS(handler)


def _construct(
    self: EndpointRulesetResolver, operation_model: OperationModel, call_args: Mapping[str, Any] | None, **more: Any
) -> Any:
    """Where an operation of DynamoDB's goes is the same each time, unless the table is named by its ARN."""
    if operation_model.service_model.service_name != "dynamodb" or ":" in str((call_args or {}).get("TableName")):
        return _CONSTRUCT(self, operation_model=operation_model, call_args=call_args, **more)
    known = self.__dict__.setdefault("_known", {})
    if operation_model.name not in known:
        known[operation_model.name] = _CONSTRUCT(self, operation_model=operation_model, call_args=call_args, **more)
    return known[operation_model.name]


def _asked(model: OperationModel, body: bytes) -> Any:
    """What was asked, as moto has it: what is no binary value it takes as it is."""
    if b'"B' not in body:
        return json.loads(body)
    return JSONParser(model, map_type=DynamoHandler.PROTOCOL_PARSER_MAP_TYPE).parse({"body": body})


def _call(model: OperationModel, params: dict[str, Any], context: dict[str, Any], **_: Any) -> Any:
    """What moto answers, as botocore wants it of a handler of ``before-call``; None for what goes the long way."""
    # A client that is led elsewhere, as to a server that fails, asks there.
    if not botocore_stubber.enabled or model.name not in _METHODS or ".amazonaws.com" not in params["url"]:
        return None
    handler: Any = DynamoHandler()
    handler.current_account, handler.region = DEFAULT_ACCOUNT_ID, context["client_region"]
    handler.body = _asked(model, params["body"])
    try:
        result = getattr(handler, _METHODS[model.name])().result
    except Exception:  # noqa: BLE001 - nothing was changed, and the long way says it as the service does
        return None
    answer = {name: part for name, part in result.items() if part is not None and name in model.output_shape.members}
    answer["ResponseMetadata"] = {"HTTPStatusCode": 200, "HTTPHeaders": {}, "RequestId": "", "RetryAttempts": 0}
    return AWSResponse(params["url"], 200, {}, None), answer
