"""Where a deployed brand keeps its policy, beside the cases, on both stand-ins for DynamoDB."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from earshot.cases.policy.table import PolicyTable
from earshot.timestamps import rfc3339
from tests.fakes import START, unused

TEXT = "# For the night shift.\nacknowledgement_expires_minutes = 45\n\n"


@pytest.fixture
def client(client_of: Callable[[str], Any]) -> Any:
    return client_of("dynamodb")


@pytest.fixture
def name(client: Any) -> str:
    name = unused("cases")
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": part, "AttributeType": "S"} for part in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def test_where_none_was_put_the_text_is_empty(client: Any, name: str) -> None:
    assert PolicyTable(client, name).read() == ""


@pytest.mark.parametrize("last", [TEXT, "", " "])
def test_the_last_one_counts_letter_by_letter(client: Any, name: str, last: str) -> None:
    table = PolicyTable(client, name)
    table.write("[targets]\ncritical = 5", START)
    table.write(last, START + timedelta(minutes=1))
    assert table.read() == last


def test_it_never_expires_and_a_person_can_see_when_it_was_put(client: Any, name: str) -> None:
    PolicyTable(client, name).write(TEXT, START)
    key = {"pk": {"S": "SETTINGS#policy"}, "sk": {"S": "SETTINGS"}}
    item = client.get_item(TableName=name, Key=key)["Item"]
    assert item == key | {"text": {"S": TEXT}, "put_at": {"S": rfc3339(START)}}


def test_a_table_that_is_not_there_is_no_empty_text(client: Any) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        PolicyTable(client, unused("nowhere")).read()
