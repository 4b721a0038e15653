"""Writes past the emulator: what is stored, answered and told to the stream is what it makes of them over HTTP."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import boto3
import pytest

from infra.local.cloud import Cloud
from infra.local.engine.engine import environment

pytestmark = pytest.mark.engine

REGION = "eu-west-1"
Ask = tuple[str, dict[str, Any]]


@pytest.fixture(scope="module")
def clients(cloud: Cloud) -> Iterator[tuple[Any, Any, str]]:
    """A client of the direct line, one over HTTP, and a table."""
    table = cloud.stack.outputs["CaseTableName"]
    with environment(cloud.engine.environ):
        over_http = cast("Any", boto3).Session().client("dynamodb")
    yield cloud.engine.client("dynamodb"), over_http, table
    for way in ("short", "http"):
        for number in range(4):
            over_http.delete_item(TableName=table, Key=key(way, number))


def key(way: str, number: int = 0) -> dict[str, Any]:
    return {"pk": {"S": f"WRITE#{way}"}, "sk": {"S": f"SK#{number}"}}


def put(way: str, table: str, number: int = 0, version: str = "1", **more: Any) -> dict[str, Any]:
    listed = {"status": {"S": "writes"}, "opened_order": {"S": f"2026-11-0{version}"}}
    told = {"n": {"N": "1.50"}, "packed": {"B": b"\x00\xff"}, "yes": {"BOOL": True}, "gone": {"NULL": True}}
    item = {**key(way, number), **listed, **told, "version": {"N": version}, "text": {"S": "è 😀"}}
    return {"TableName": table, "Item": item, **more}


def if_version(version: str) -> dict[str, Any]:
    return {"ConditionExpression": "version = :seen", "ExpressionAttributeValues": {":seen": {"N": version}}}


def update(way: str, table: str, expression: str, values: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    given = {"ExpressionAttributeValues": values} if values else {}
    return {"TableName": table, "Key": key(way), "UpdateExpression": expression, **given, **more}


def steps(way: str, table: str) -> Iterator[Ask]:
    """Every kind of write that Earshot asks for, each twice: MiniStack sees a form once."""
    new: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
    yield "put_item", put(way, table, **new)
    yield "put_item", put(way, table, 1, **new)
    for version in "123":
        yield "put_item", put(way, table, version=str(int(version) + 1), **if_version(version))
    for number in "12":
        yield (
            "update_item",
            update(
                way,
                table,
                "SET #at = :at, n = if_not_exists(n, :one) REMOVE gone ADD taken :one, queued :names",
                {":at": {"S": number}, ":one": {"N": "1"}, ":names": {"SS": [f"b{number}", "a"]}},
                ExpressionAttributeNames={"#at": "at"},
                ReturnValues="ALL_OLD",
            ),
        )
        yield "update_item", update(way, table, "REMOVE #at", ExpressionAttributeNames={"#at": "at"})
        yield (
            "update_item",
            update(
                way,
                table,
                "SET yes = :yes REMOVE packed ADD taken :one",
                {":yes": {"BOOL": number == "1"}, ":one": {"N": "1.50"}},
                ConditionExpression="attribute_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                ReturnValues="UPDATED_NEW",
            ),
        )
    for number in (2, 3):
        members = [
            {"Put": put(way, table, number, **new)},
            {
                "Update": update(
                    way,
                    table,
                    "SET title = :it",
                    {":it": {"S": str(number)}},
                    ConditionExpression="attribute_exists(n)",
                )
            },
        ]
        yield "transact_write_items", {"TransactItems": members}


def test_what_is_stored_and_answered_is_as_over_http(clients: tuple[Any, Any, str], cloud: Cloud) -> None:
    short, over_http, table = clients
    streams: Any = cloud.engine.client("dynamodbstreams")
    at = _latest(streams, short.describe_table(TableName=table)["Table"]["LatestStreamArn"])
    for (operation, request), (_, plain) in zip(steps("short", table), steps("http", table), strict=True):
        answers = [_plain(getattr(who, operation)(**what)) for who, what in ((short, request), (over_http, plain))]
        assert _as_one_way(answers[0]) == _as_one_way(answers[1]), (operation, request)
    for number in range(4):
        stored = [over_http.get_item(TableName=table, Key=key(way, number))["Item"] for way in ("short", "http")]
        assert _as_one_way(stored[0]) == _as_one_way(stored[1])
    listed = over_http.query(
        TableName=table,
        IndexName="by-opened",
        KeyConditionExpression="#status = :status",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": {"S": "writes"}},
    )
    assert listed["Count"] == 8
    told = [_told(record) for record in streams.get_records(ShardIterator=at)["Records"]]
    ways = [[one for one in told if way in str(one)] for way in ("short", "http")]
    assert _as_one_way(ways[0]) == _as_one_way(ways[1])
    assert len(ways[0]) == len(told) / 2 > 10


def test_a_table_without_a_sort_key_is_written_and_read_as_over_http(
    clients: tuple[Any, Any, str], cloud: Cloud
) -> None:
    short, over_http, _ = clients
    table, shortcut = cloud.stack.outputs["SourceTableName"], cloud.engine.line.shortcut
    assert shortcut is not None
    spend: dict[str, Any] = {
        "TableName": table,
        "UpdateExpression": "ADD millionths :amount",
        "ExpressionAttributeValues": {":amount": {"N": "12.50"}},
        "ReturnValues": "UPDATED_NEW",
    }
    for _ in range(3):
        answers = [
            _plain(who.update_item(Key={"pk": {"S": way}}, **spend)) for who, way in ((short, "s"), (over_http, "h"))
        ]
        assert answers[0] == answers[1]
    assert shortcut("UpdateItem", {"Key": {"pk": {"S": "s"}}, **spend}, REGION) == {
        "Attributes": {"millionths": {"N": "50"}}
    }
    asked = {"TableName": table, "Key": {"pk": {"S": "s"}}}
    stored = over_http.get_item(**asked)["Item"]
    assert shortcut("GetItem", asked, REGION) == {"Item": stored}
    assert short.batch_get_item(RequestItems={table: {"Keys": [asked["Key"]]}})["Responses"] == {table: [stored]}
    for way in ("s", "h"):
        over_http.delete_item(TableName=table, Key={"pk": {"S": way}})
    assert short.get_item(**asked).get("Item") is None


def test_records_are_those_that_are_read_over_http(clients: tuple[Any, Any, str], cloud: Cloud) -> None:
    short, _, table = clients
    streams: Any = cloud.engine.client("dynamodbstreams")
    with environment(cloud.engine.environ):
        over_http = cast("Any", boto3).Session().client("dynamodbstreams")
    at = _latest(streams, short.describe_table(TableName=table)["Table"]["LatestStreamArn"])
    short.put_item(**put("short", table, version="8"))
    short.put_item(**put("short", table, version="9"))
    assert streams.get_records(ShardIterator=at)["Records"] == over_http.get_records(ShardIterator=at)["Records"]
    page = streams.get_records(ShardIterator=at, Limit=1)
    rest = streams.get_records(ShardIterator=page["NextShardIterator"])
    assert len(page["Records"]) == len(rest["Records"]) == 1
    assert streams.get_records(ShardIterator=rest["NextShardIterator"])["Records"] == []


REFUSED: dict[str, Callable[[str], Ask]] = {
    "another version": lambda table: ("PutItem", put("short", table, **if_version("77"))),
    "a form that is new": lambda table: ("PutItem", put("short", table, ConditionExpression="size(pk) > :no")),
    "an empty key": lambda table: ("PutItem", {"TableName": table, "Item": {"pk": {"S": ""}, "sk": {"S": "a"}}}),
    "an empty key of an index": lambda table: (
        "PutItem",
        {"TableName": table, "Item": {**key("short"), "status": {"S": ""}, "opened_order": {"S": "1"}}},
    ),
    "too large": lambda table: ("PutItem", {"TableName": table, "Item": {**key("short"), "b": {"B": b"x" * 410_000}}}),
    "no number": lambda table: ("PutItem", {"TableName": table, "Item": {**key("short"), "n": {"N": "one"}}}),
    "no table": lambda table: ("PutItem", put("short", f"{table}-none")),
    "the key itself": lambda table: ("UpdateItem", update("short", table, "SET sk = :it", {":it": {"S": "other"}})),
    "one item twice": lambda table: ("TransactWriteItems", {"TransactItems": [{"Put": put("short", table)}] * 2}),
    "half a character": lambda table: (
        "PutItem",
        {"TableName": table, "Item": {**key("short"), "text": {"S": "\ud83d"}}},
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_left_to_the_emulator_and_changes_nothing(
    clients: tuple[Any, Any, str], cloud: Cloud, name: str
) -> None:
    short, over_http, table = clients
    shortcut = cloud.engine.line.shortcut
    assert shortcut is not None
    short.put_item(**put("short", table))
    before = over_http.get_item(TableName=table, Key=key("short"))["Item"]
    operation, request = REFUSED[name](table)
    assert shortcut(operation, request, REGION) is None
    assert over_http.get_item(TableName=table, Key=key("short"))["Item"] == before


def test_a_condition_that_fails_is_an_error_as_over_http(clients: tuple[Any, Any, str]) -> None:
    short, _, table = clients
    short.put_item(**put("short", table))
    with pytest.raises(short.exceptions.ConditionalCheckFailedException):
        short.put_item(**put("short", table, **if_version("77")))
    refused = update("short", table, "SET n = :n", **if_version("77"), ReturnValuesOnConditionCheckFailure="ALL_OLD")
    refused["ExpressionAttributeValues"] |= {":n": {"N": "2"}}
    with pytest.raises(short.exceptions.ConditionalCheckFailedException) as failed:
        short.update_item(**refused)
    assert failed.value.response["Item"] == short.get_item(TableName=table, Key=key("short"))["Item"]
    members = [{"Put": put("short", table, 1)}, {"Put": put("short", table, **if_version("77"))}]
    with pytest.raises(short.exceptions.TransactionCanceledException) as cancelled:
        short.transact_write_items(TransactItems=members)
    reasons = [reason["Code"] for reason in cancelled.value.response["CancellationReasons"]]
    assert reasons == ["None", "ConditionalCheckFailed"]


def test_what_is_published_is_as_over_http(cloud: Cloud) -> None:
    with environment(cloud.engine.environ):
        over_http = cast("Any", boto3).Session().client("sns")
    short: Any = cloud.engine.client("sns")
    attributes = {"rung": {"DataType": "Number", "StringValue": "1"}, "a": {"DataType": "String", "StringValue": "è&<"}}
    for client in (short, over_http):
        assert client.publish(PhoneNumber="+15550007777", Message="é & <b> 😀 \n", MessageAttributes=attributes)[
            "MessageId"
        ]
    sent = [one for one in cloud.engine.text_messages() if one["to"] == "+15550007777"]
    assert {name: value for name, value in sent[0].items() if name != "id"} == {
        name: value for name, value in sent[1].items() if name != "id"
    }
    with pytest.raises(short.exceptions.NotFoundException):
        short.publish(TopicArn=f"{cloud.stack.outputs['AlertTopicArn']}-none", Message="it")


def _latest(streams: Any, arn: str) -> str:
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    answer = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="LATEST")
    return str(answer["ShardIterator"])


def _plain(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _told(record: dict[str, Any]) -> dict[str, Any]:
    change = {name: value for name, value in record["dynamodb"].items() if name in ("Keys", "NewImage", "OldImage")}
    return {"eventName": record["eventName"], **change}


def _as_one_way(value: object) -> str:
    """A value by either way, as text: the order of the names in an item says nothing."""
    return repr(_sorted(value)).replace("WRITE#http", "WRITE#short")


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value)
        return {name: _sorted(items[name]) for name in sorted(items)}
    return [_sorted(one) for one in cast("list[Any]", value)] if isinstance(value, list) else value
