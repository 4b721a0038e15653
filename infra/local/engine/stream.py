"""Reading the change stream of a table in the embedded cloud."""

from collections.abc import Iterator
from typing import Any

from infra.local.engine.engine import Engine

PAGE = 1000


class StreamReader:
    """Reads what has changed since it was made, or since the last reading."""

    def __init__(self, engine: Engine, table: str) -> None:
        self._client = engine.client("dynamodbstreams")
        arn = engine.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
        shards = self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        self._iterators = [
            self._client.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="LATEST")[
                "ShardIterator"
            ]
            for shard in shards
        ]

    def read(self) -> Iterator[dict[str, Any]]:
        """The records that came since, each as the service gives it."""
        for number, iterator in enumerate(self._iterators):
            while True:
                answer = self._client.get_records(ShardIterator=iterator, Limit=PAGE)
                iterator = self._iterators[number] = answer["NextShardIterator"]
                yield from answer["Records"]
                if len(answer["Records"]) < PAGE:
                    break
