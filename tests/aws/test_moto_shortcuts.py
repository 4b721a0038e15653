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
