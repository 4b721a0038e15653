"""Reads past the emulator: the answers are those that it gives over HTTP, to the last attribute."""

from collections.abc import Iterator
from typing import Any, cast

import boto3
import pytest

from infra.local.cloud import Cloud
from infra.local.engine.engine import environment

pytestmark = pytest.mark.engine

PK = "READ#1"
KEYS = [{"pk": {"S": PK}, "sk": {"S": f"LOG#{number}"}} for number in range(6)]
STATUS, ORDER = "reads", "opened_order"
LISTED = {"#partition": "status", "#order": ORDER}


@pytest.fixture(scope="module")
def clients(cloud: Cloud) -> Iterator[tuple[Any, Any, str]]:
    """A client of the direct line, one over HTTP, and a table with a few items."""
    table = cloud.stack.outputs["CaseTableName"]
    quick: Any = cloud.engine.client("dynamodb")
    with environment(cloud.engine.environ):
        over_http = cast("Any", boto3).Session().client("dynamodb")
    for number, key in enumerate(KEYS):
        listed = {"status": {"S": STATUS}, ORDER: {"S": f"2026-11-0{1 + number // 2}"}}
        told = {"n": {"N": "1.5"}, "packed": {"B": b"\x00\xff"}, "parts": {"L": [{"M": {"deep": {"B": b"\x01"}}}]}}
        quick.put_item(TableName=table, Item={**key, **told, **listed})
    yield quick, over_http, table
    for key in KEYS:
        quick.delete_item(TableName=table, Key=key)


def listed(**changes: Any) -> dict[str, Any]:
    """A query of the index by opening, of one status."""
    return {
        "IndexName": "by-opened",
        "KeyConditionExpression": "#partition = :partition",
        "ExpressionAttributeNames": {"#partition": "status"},
        "ExpressionAttributeValues": {":partition": {"S": STATUS}},
        **changes,
    }


def of_log(condition: str, *values: str, **changes: Any) -> dict[str, Any]:
    """A query of the log of one partition."""
    given = {f":{name}": {"S": value} for name, value in zip(("pk", "a", "b"), (PK, *values), strict=False)}
    return {"KeyConditionExpression": f"pk = :pk{condition}", "ExpressionAttributeValues": given, **changes}


BETWEEN: dict[str, Any] = {
    "KeyConditionExpression": "#partition = :partition AND #order BETWEEN :first AND :last",
    "ExpressionAttributeNames": LISTED,
    "ExpressionAttributeValues": {
        ":partition": {"S": STATUS},
        ":first": {"S": "2026-11-01"},
        ":last": {"S": "2026-11-02"},
    },
}
REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "item": ("get_item", {"Key": KEYS[0]}),
    "consistent": ("get_item", {"Key": KEYS[0], "ConsistentRead": True}),
    "no item": ("get_item", {"Key": {"pk": {"S": PK}, "sk": {"S": "none"}}}),
    "part of an item": ("get_item", {"Key": KEYS[0], "ProjectionExpression": "pk, n"}),
    "a nested part": ("get_item", {"Key": KEYS[0], "ProjectionExpression": "parts[0].deep"}),
    "partition": ("query", of_log("")),
    "backwards": ("query", of_log("", ScanIndexForward=False)),
    "first two": ("query", of_log("", Limit=2)),
    "all six": ("query", of_log("", Limit=6)),
    "begins": ("query", of_log(" AND begins_with(sk, :a)", "LOG#")),
    "from": ("query", of_log(" AND sk >= :a", "LOG#2")),
    "up to": ("query", of_log(" AND sk <= :a", "LOG#2")),
    "above": ("query", of_log(" AND sk > :a", "LOG#2")),
    "between": ("query", of_log(" AND sk BETWEEN :a AND :b", "LOG#1", "LOG#3")),
    "projected": ("query", of_log("", ProjectionExpression="sk, #n", ExpressionAttributeNames={"#n": "n"})),
    "counted": ("query", of_log("", Select="COUNT")),
    "filtered": (
        "query",
        of_log("") | {"FilterExpression": "attribute_exists(nothing)"},
    ),
    "index": ("query", listed()),
    "index backwards": ("query", listed(ScanIndexForward=False)),
    "page": ("query", listed(Limit=4, ScanIndexForward=False)),
    "next page": (
        "query",
        listed(
            Limit=4,
            ScanIndexForward=False,
            ExclusiveStartKey={**KEYS[2], "status": {"S": STATUS}, ORDER: {"S": "2026-11-02"}},
        ),
    ),
    "next page forwards": (
        "query",
        listed(Limit=3, ExclusiveStartKey={**KEYS[2], "status": {"S": STATUS}, ORDER: {"S": "2026-11-02"}}),
    ),
    "range": ("query", listed(**BETWEEN)),
    "range backwards": ("query", listed(**BETWEEN, ScanIndexForward=False, Limit=100)),
    "nothing listed": ("query", listed(ExpressionAttributeValues={":partition": {"S": "none"}})),
}


def plain(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@pytest.mark.parametrize("name", REQUESTS)
def test_an_answer_is_that_of_the_emulator(clients: tuple[Any, Any, str], name: str) -> None:
    quick, over_http, table = clients
    operation, request = REQUESTS[name]
    expected = plain(getattr(over_http, operation)(TableName=table, **request))
    assert plain(getattr(quick, operation)(TableName=table, **request)) == expected


def test_many_items_are_read_at_once_without_what_is_not_stored(clients: tuple[Any, Any, str]) -> None:
    quick, over_http, table = clients
    asked = {table: {"Keys": [*KEYS, {"pk": {"S": PK}, "sk": {"S": "none"}}], "ProjectionExpression": "pk, sk, packed"}}
    expected = plain(over_http.batch_get_item(RequestItems=asked))
    assert plain(quick.batch_get_item(RequestItems=asked)) == expected
    assert len(expected["Responses"][table]) == len(KEYS)


def test_what_the_emulator_refuses_is_refused(clients: tuple[Any, Any, str]) -> None:
    quick, _, table = clients
    with pytest.raises(quick.exceptions.ResourceNotFoundException):
        quick.get_item(TableName="no-such-table", Key=KEYS[0])
    with pytest.raises(quick.exceptions.ClientError, match="does not have the specified index"):
        quick.query(TableName=table, **listed(IndexName="no-such-index"))
    with pytest.raises(quick.exceptions.ClientError, match="duplicates"):
        quick.batch_get_item(RequestItems={table: {"Keys": [KEYS[0], KEYS[0]]}})


def test_each_change_is_read(clients: tuple[Any, Any, str]) -> None:
    quick, over_http, table = clients

    def found(client: Any) -> list[str]:
        return [item["sk"]["S"] for item in client.query(TableName=table, **listed())["Items"]]

    assert found(quick) == [f"LOG#{number}" for number in range(6)]
    moved = {**KEYS[0], "status": {"S": STATUS}, ORDER: {"S": "2026-11-09"}}
    # By either way, and by each kind of write.
    over_http.put_item(TableName=table, Item=moved)
    assert found(quick)[-1] == "LOG#0"
    quick.update_item(
        TableName=table,
        Key=KEYS[1],
        UpdateExpression=f"SET {ORDER} = :at",
        ExpressionAttributeValues={":at": {"S": "2026-11-10"}},
    )
    quick.transact_write_items(TransactItems=[{"Delete": {"TableName": table, "Key": KEYS[2]}}])
    assert found(quick) == found(over_http) == ["LOG#3", "LOG#4", "LOG#5", "LOG#0", "LOG#1"]
    assert "Item" not in quick.get_item(TableName=table, Key=KEYS[2])


def test_the_subscriptions_of_a_topic_are_those_of_the_emulator(cloud: Cloud) -> None:
    with environment(cloud.engine.environ):
        over_http = cast("Any", boto3).Session().client("sns")
    topic, quick = cloud.stack.outputs["AlertTopicArn"], cast("Any", cloud.engine.client("sns"))
    expected = plain(over_http.list_subscriptions_by_topic(TopicArn=topic))
    assert plain(quick.list_subscriptions_by_topic(TopicArn=topic)) == expected
    with pytest.raises(over_http.exceptions.ClientError, match="does not exist"):
        quick.list_subscriptions_by_topic(TopicArn=f"{topic}-none")


def test_what_earshot_asks_is_answered_past_the_emulator(clients: tuple[Any, Any, str], cloud: Cloud) -> None:
    table = clients[2]
    reads, region = cloud.engine.line.shortcut, "eu-west-1"
    assert reads is not None
    asked = {name: request for name, (operation, request) in REQUESTS.items() if operation == "query"}
    left = {name for name, request in asked.items() if reads("Query", {"TableName": table, **request}, region) is None}
    assert left == {"above", "counted", "filtered"}


def test_subscriptions_are_listed_as_over_http_in_any_context(cloud: Cloud) -> None:
    topic, shortcut = {"TopicArn": cloud.stack.outputs["AlertTopicArn"]}, cloud.engine.line.shortcut
    with environment(cloud.engine.environ):
        over_http: Any = cast("Any", boto3).Session().client("sns")
    assert shortcut is not None
    listed = shortcut("ListSubscriptionsByTopic", topic, "eu-west-1")
    assert listed == plain(over_http.list_subscriptions_by_topic(**topic)) != {"Subscriptions": []}
    assert shortcut("ListSubscriptionsByTopic", {"TopicArn": f"{topic['TopicArn']}-none"}, "eu-west-1") is None


def test_what_was_read_may_be_changed_without_changing_what_is_stored(clients: tuple[Any, Any, str]) -> None:
    quick, over_http, table = clients
    asked = {"TableName": table, "Key": KEYS[5]}
    expected = over_http.get_item(**asked)["Item"]
    quick.get_item(**asked)["Item"].clear()
    quick.query(TableName=table, **of_log(""))["Items"][-1].clear()
    assert quick.get_item(**asked)["Item"] == expected
