"""moto with the shortcuts of the tests: a transaction is still all or nothing, and what is read is the reader's own."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

KEYS: Any = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
TYPES: Any = [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}]


def item(number: int, **more: Any) -> dict[str, Any]:
    return {"pk": {"S": "a"}, "sk": {"N": str(number)}, **more}


def test_a_transaction_that_fails_leaves_what_was_there() -> None:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        client.create_table(TableName="t", KeySchema=KEYS, AttributeDefinitions=TYPES, BillingMode="PAY_PER_REQUEST")
        for number in (10, 9):
            client.put_item(TableName="t", Item=item(number, v={"L": [{"M": {"deep": {"S": "old"}}}]}))
        before = client.scan(TableName="t")["Items"]
        assert [one["sk"]["N"] for one in before] == ["9", "10"]
        update: Any = {
            "TableName": "t",
            "Key": item(9),
            "UpdateExpression": "SET v[0].deep = :new",
            "ExpressionAttributeValues": {":new": {"S": "new"}},
        }
        steps: Any = [
            {"Update": update},
            {"Delete": {"TableName": "t", "Key": item(10)}},
            {"Put": {"TableName": "t", "Item": item(11)}},
        ]
        never: Any = {"TableName": "t", "Key": item(12), "ConditionExpression": "attribute_exists(pk)"}
        with pytest.raises(ClientError, match="ConditionalCheckFailed"):
            client.transact_write_items(TransactItems=[*steps, {"ConditionCheck": never}])
        assert client.scan(TableName="t")["Items"] == before
        client.transact_write_items(TransactItems=steps)
        after = client.query(
            TableName="t", KeyConditionExpression="pk = :a", ExpressionAttributeValues={":a": {"S": "a"}}
        )["Items"]
        assert after == [item(9, v={"L": [{"M": {"deep": {"S": "new"}}}]}), item(11)]


def test_an_item_has_400_kb_at_most_whatever_was_replaced_before() -> None:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        client.create_table(TableName="t", KeySchema=KEYS, AttributeDefinitions=TYPES, BillingMode="PAY_PER_REQUEST")
        large = {"S": "x" * 150_000}
        for _ in range(3):
            client.put_item(TableName="t", Item=item(1, v=large))
            update: Any = {"UpdateExpression": "SET v = :v", "ExpressionAttributeValues": {":v": large}}
            client.update_item(TableName="t", Key=item(1), **update)
        with pytest.raises(ClientError, match="size"):
            client.put_item(TableName="t", Item=item(2, v=large, w=large, y=large))
        assert client.scan(TableName="t", Select="COUNT")["Count"] == 1


def test_a_call_past_botocore_answers_and_refuses_as_it_does_otherwise() -> None:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        client.create_table(TableName="t", KeySchema=KEYS, AttributeDefinitions=TYPES, BillingMode="PAY_PER_REQUEST")
        stored = item(1, b={"B": b"\x00\xff"}, s={"SS": ["a", "b"]}, t={"BOOL": True}, n={"NULL": True})
        client.put_item(TableName="t", Item=stored)
        answer = client.get_item(TableName="t", Key=item(1))
        assert answer["Item"] == stored == client.scan(TableName="t")["Items"][0]
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
        # What was read is the reader's own.
        answer["Item"]["s"]["SS"].append("c")
        assert client.get_item(TableName="t", Key=item(1))["Item"] == stored
        assert "Item" not in client.get_item(TableName="t", Key=item(2))
        client.put_item(TableName="t", Item=item(3))
        first = client.query(
            TableName="t",
            KeyConditionExpression="pk = :a",
            ExpressionAttributeValues={":a": {"S": "a"}},
            Limit=1,
        )
        assert (first["Items"], first["Count"], first["LastEvaluatedKey"]) == ([stored], 1, item(1))
        with pytest.raises(client.exceptions.ConditionalCheckFailedException):
            client.put_item(TableName="t", Item=item(1), ConditionExpression="attribute_not_exists(pk)")
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            client.get_item(TableName="gone", Key=item(1))
