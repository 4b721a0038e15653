"""The case table on both stand-ins for DynamoDB, alone and beside the fake that fulfils the same contract."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.local.engine.deployment import read_template
from tests.cases.store.contract_stores import Kept, Memory, Table
from tests.cases.store.opened_table import Opened
from tests.deployed import running_policy

OF_A_TABLE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
STAND_INS = ["moto", pytest.param("embedded", marks=pytest.mark.engine)]


@contextmanager
def case_table(request: pytest.FixtureRequest) -> Iterator[tuple[Any, str]]:
    """The client and the name of an empty case table: in the embedded cloud or on moto, as the parameter says."""
    if request.param == "embedded":
        cloud = request.getfixturevalue("running").cloud
        running_policy(cloud, "")
        dynamodb, name = cloud.engine.client("dynamodb"), cloud.stack.outputs["CaseTableName"]
        dynamodb.delete_item(TableName=name, Key={"pk": {"S": "SETTINGS#mailboxes"}, "sk": {"S": "SETTINGS"}})
        # Over HTTP and through all of botocore, with its checks of what is asked. `running` has set the environment.
        yield boto3.Session().client("dynamodb"), cloud.stack.outputs["CaseTableName"]
        return
    properties = read_template()["Resources"]["CaseTable"]["Properties"]
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(TableName="cases", **{name: properties[name] for name in OF_A_TABLE})
        yield client, "cases"


@pytest.fixture(params=STAND_INS)
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    with case_table(request) as (client, name):
        yield Opened(client, name)


@pytest.fixture(params=["memory", *STAND_INS])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "memory":
        yield Memory()
        return
    with case_table(request) as (client, name):
        yield Table(client, name)
