"""The case table, on both stand-ins for DynamoDB."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from infra.local.engine.deployment import read_template
from tests.cases.store.opened_table import Opened
from tests.deployed import running_policy

OF_A_TABLE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


@pytest.fixture(params=["moto", pytest.param("embedded", marks=pytest.mark.engine)])
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    if request.param == "embedded":
        cloud = request.getfixturevalue("running").cloud
        running_policy(cloud, "")
        yield Opened(cloud.engine.client("dynamodb"), cloud.stack.outputs["CaseTableName"])
        return
    properties = read_template()["Resources"]["CaseTable"]["Properties"]
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(TableName="cases", **{name: properties[name] for name in OF_A_TABLE})
        yield Opened(client, "cases")
