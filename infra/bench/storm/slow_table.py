"""DynamoDB in memory, as slow as the real one: it adds up the time for which a function would wait for its answers.

botocore writes each request and parses each answer as ever, so that their processor time is in what is measured.
"""

import json
import threading
import time
from base64 import b64encode
from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.model import OperationModel
from botocore.parsers import create_parser

from earshot.aws.parallel import AT_ONCE
from infra.bench.storm.conditions import Item, holds, projected, updated

# Seconds within a region: an item read or written, a batch or a transaction, a page of a query (1 MB).
LATENCY = {"GetItem": 0.005, "PutItem": 0.005, "UpdateItem": 0.005}
SLOWER = 0.010
PAGE_BYTES = 1_048_576
INDEXES = {
    "by-opened": ("status", "opened_order"),
    "by-day": ("day", "day_order"),
    "due": ("due_shard", "due_at"),
}
Key = tuple[str, str]


class SlowTable:
    """One table with the indexes above. ``calls`` and ``sent_bytes`` count what was asked of it, and its answers.

    ``own_seconds`` is the processor time that it takes itself, which DynamoDB would not take from the function.
    ``waited`` is for how long the function would have waited: of calls that threads make, ``AT_ONCE`` wait together.
    """

    def __init__(self) -> None:
        self.items: dict[Key, Item] = {}
        self.calls: Counter[str] = Counter()
        self.sent_bytes = 0
        self.own_seconds = 0.0
        self.waited = 0.0
        self._sizes: dict[Key, int] = {}
        self._indexes: dict[tuple[str, str], list[tuple[str, Key]]] = defaultdict(list)
        self._lock = threading.Lock()
        self._parser = create_parser("json")

    def put(self, item: Item) -> None:
        """Store an item, as JSON has it: what is binary as text in base64."""
        item = {name: _as_text(value) for name, value in item.items()}
        key = _key(item)
        for listed, order in self._places(self.items.get(key)):
            self._indexes[listed].remove((order, key))
        self.items[key] = item
        self._sizes[key] = len(json.dumps(item))
        for listed, order in self._places(item):
            insort(self._indexes[listed], (order, key))

    def wait(self, seconds: float) -> None:
        """A call takes so long."""
        alone = threading.current_thread() is threading.main_thread()
        self.waited += seconds if alone else seconds / AT_ONCE

    def answer(
        self, model: OperationModel, params: Mapping[str, Any], **_: object
    ) -> tuple[AWSResponse, dict[str, Any]]:
        """What botocore's event ``before-call`` is given in place of HTTP."""
        act: Callable[[Any], dict[str, Any] | str] = getattr(self, f"_{model.name}")
        with self._lock:
            began = time.thread_time()
            self.calls[model.name] += 1
            self.wait(LATENCY.get(model.name, SLOWER))
            found = act(json.loads(params["body"]))
            body = b"" if isinstance(found, str) else json.dumps(found).encode()
            self.sent_bytes += len(body)
            self.own_seconds += time.thread_time() - began
        if isinstance(found, str):
            return self._refusal(params["url"], found)
        assert model.output_shape is not None, "every operation here answers something"
        parsed = self._parser.parse({"status_code": 200, "headers": {}, "body": body}, model.output_shape)
        return AWSResponse(params["url"], 200, HTTPHeaders(), None), parsed

    def _refusal(self, url: str, code: str) -> tuple[AWSResponse, dict[str, Any]]:
        reasons = {"CancellationReasons": [{"Code": "ConditionalCheckFailed"}]}
        error = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": 400}, **reasons}
        return AWSResponse(url, 400, HTTPHeaders(), None), error

    def _places(self, item: Item | None) -> list[tuple[tuple[str, str], str]]:
        """Where an item stands: the table's own partition, and each index that has its attributes."""
        if item is None:
            return []
        partition, order = _key(item)
        places = [(("", partition), order)]
        for name, (partition, order) in INDEXES.items():
            if partition in item and order in item:
                places.append(((name, item[partition]["S"]), item[order]["S"]))
        return places

    def _GetItem(self, asked: Any) -> dict[str, Any]:
        item = self.items.get(_key(asked["Key"]))
        return {} if item is None else {"Item": projected(item, asked)}

    def _BatchGetItem(self, asked: Any) -> dict[str, Any]:
        ((name, wanted),) = asked["RequestItems"].items()
        found = (self.items.get(_key(key)) for key in wanted["Keys"])
        return {"Responses": {name: [projected(item, wanted) for item in found if item is not None]}}

    def _Query(self, asked: Any) -> dict[str, Any]:
        name = asked.get("IndexName", "")
        values: Mapping[str, Any] = asked["ExpressionAttributeValues"]
        partition = asked["KeyConditionExpression"].split()[2]
        listed = self._indexes[name, values[partition]["S"]]
        listed = listed if asked.get("ScanIndexForward", True) else listed[::-1]
        start = _key(asked["ExclusiveStartKey"]) if "ExclusiveStartKey" in asked else None
        items: list[Item] = []
        read, seen, last = 0, start is None, None
        count = 0
        for _, key in listed:
            if not seen:
                seen = key == start
                continue
            item = self.items[key]
            if not holds(asked["KeyConditionExpression"], item, asked):
                continue
            read += self._sizes[key]
            count += 1
            if "FilterExpression" not in asked or holds(asked["FilterExpression"], item, asked):
                items.append(item)
            if read >= PAGE_BYTES or count >= asked.get("Limit", len(listed) + 1):
                last = {"pk": item["pk"], "sk": item["sk"]}
                break
        more = {} if last is None else {"LastEvaluatedKey": last}
        given = {} if asked.get("Select") == "COUNT" else {"Items": [projected(item, asked) for item in items]}
        return {"Count": len(items), "ScannedCount": count, **given, **more}

    def _PutItem(self, asked: Any) -> dict[str, Any] | str:
        before = self.items.get(_key(asked["Item"]), {})
        if "ConditionExpression" in asked and not holds(asked["ConditionExpression"], before, asked):
            return "ConditionalCheckFailedException"
        self.put(asked["Item"])
        return {}

    def _UpdateItem(self, asked: Any) -> dict[str, Any] | str:
        before = self.items.get(_key(asked["Key"]), {})
        if "ConditionExpression" in asked and not holds(asked["ConditionExpression"], before, asked):
            return "ConditionalCheckFailedException"
        self.put(updated(before, asked))
        return {"Attributes": before} if asked.get("ReturnValues") == "ALL_OLD" else {}

    def _BatchWriteItem(self, asked: Any) -> dict[str, Any] | str:
        ((_, requests),) = asked["RequestItems"].items()
        for request in requests:
            self.put(request["PutRequest"]["Item"])
        return {"UnprocessedItems": {}}

    def _TransactWriteItems(self, asked: Any) -> dict[str, Any] | str:
        puts = [one["Put"] for one in asked["TransactItems"]]
        for put in puts:
            before = self.items.get(_key(put["Item"]), {})
            if "ConditionExpression" in put and not holds(put["ConditionExpression"], before, put):
                return "TransactionCanceledException"
        for put in puts:
            self.put(put["Item"])
        return {}


def _as_text(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"B": b64encode(value["B"]).decode()} if isinstance(value.get("B"), bytes) else value


def _key(item: Mapping[str, Any]) -> Key:
    # The items of the source table have no sort key.
    return item["pk"]["S"], item["sk"]["S"] if "sk" in item else ""
