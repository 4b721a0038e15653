"""Records of a table's stream past MiniStack, which counts their bytes by writing each of them as JSON."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ministack.services import dynamodb, dynamodb_streams

from infra.local.engine.shortcuts.values import Record, as_given, bytes_of, decoded, most_bytes, require

_DYNAMODB: Any = dynamodb
_STREAMS: Any = dynamodb_streams
_MOST_RECORDS, _MOST_BYTES = 1000, 1 << 20
# What a record has beside its items, at most; and what JSON makes of a character of theirs, at most.
_BESIDE, _PER_BYTE = 2000, 6


def records_since(request: Mapping[str, Any], region: str, account: str) -> Record:
    """The answer to GetRecords as boto3 gives it. UnknownFormError, KeyError or TypeError: MiniStack is to be asked."""
    require(request.keys() <= {"ShardIterator", "Limit"})
    at: Mapping[str, Any] = _STREAMS._decode_iterator(request["ShardIterator"])
    name, position, limit = at["t"], at["p"], request.get("Limit", _MOST_RECORDS)
    require((at["a"], at["r"], at["s"]) == (account, region, _STREAMS._DEFAULT_SHARD_ID))
    require(0 <= time.time() - at["i"] < _STREAMS._ITERATOR_TTL_SECONDS and 0 < limit <= _MOST_RECORDS)
    table: Record = _DYNAMODB._tables.get_scoped(account, region, name)
    require(table["StreamSpecification"]["StreamEnabled"] and table["LatestStreamArn"] == at["arn"])
    require(position >= _DYNAMODB.stream_start_position(name, account_id=account, region=region))
    page: list[Record] = _DYNAMODB.stream_records_since(name, position, limit, account_id=account, region=region)
    require(sum(map(_most_bytes, page)) < _MOST_BYTES)
    after: str = _STREAMS._encode_iterator(
        name, at["s"], position + len(page), account_id=account, region=region, stream_arn=at["arn"]
    )
    return {"Records": [_as_given(one) for one in page], "NextShardIterator": after}


def _most_bytes(record: Record) -> int:
    change = record["dynamodb"]
    images = sum(bytes_of(change[one]) for one in ("OldImage", "NewImage") if one in change)
    return _BESIDE + _PER_BYTE * (most_bytes(change["Keys"]) + images)


def _as_given(record: Record) -> Record:
    change: Record = dict(record["dynamodb"])
    change["Keys"] = {attribute: decoded(value) for attribute, value in change["Keys"].items()}
    for name in ("OldImage", "NewImage"):
        if name in change:
            change[name] = dict(as_given(change[name]))
    change["ApproximateCreationDateTime"] = datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC)
    return {name: value for name, value in record.items() if name != "eventSourceARN"} | {"dynamodb": change}
