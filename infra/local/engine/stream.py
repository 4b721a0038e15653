"""Reading the change stream of a table in the embedded cloud."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from infra.local.engine.engine import Engine

if TYPE_CHECKING:
    from types_boto3_dynamodbstreams.type_defs import RecordTypeDef

PAGE = 1000


class StreamReader:
    """Reads what has changed since it was created, or since the last ``read``."""

    def __init__(self, engine: Engine, table: str) -> None:
        self._client = engine.client("dynamodbstreams")
        arn = engine.client("dynamodb").describe_table(TableName=table)["Table"].get("LatestStreamArn", "")
        shards = self._client.describe_stream(StreamArn=arn)["StreamDescription"].get("Shards", [])
        self._iterators = [self._latest(arn, shard.get("ShardId", "")) for shard in shards]

    def _latest(self, arn: str, shard: str) -> str:
        answer = self._client.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="LATEST")
        return answer["ShardIterator"]

    def read(self) -> Iterator[RecordTypeDef]:
        """The records since the last call, each as the service gives it."""
        for number, iterator in enumerate(self._iterators):
            while True:
                answer = self._client.get_records(ShardIterator=iterator, Limit=PAGE)
                iterator = self._iterators[number] = answer["NextShardIterator"]
                yield from answer["Records"]
                if len(answer["Records"]) < PAGE:
                    break
