"""Which days' digests were sent, on both stand-ins for DynamoDB."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from earshot.reports.digest.log import KEPT, DigestLog
from tests.fakes import START, unused

DAY = START.date()


@pytest.fixture
def table(client_of: Callable[[str], Any]) -> tuple[Any, str]:
    client, name = client_of("dynamodb"), unused("cases")
    keys = (("pk", "HASH"), ("sk", "RANGE"))
    client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    return client, name


def test_a_day_is_noted_for_itself_alone_and_the_first_time_stays(table: tuple[Any, str]) -> None:
    client, name = table
    log = DigestLog(client, name)
    assert not log.has(DAY)
    log.add(DAY, START)
    log.add(DAY, START + timedelta(hours=1))
    assert log.has(DAY)
    assert not log.has(DAY + timedelta(days=1))
    (item,) = client.scan(TableName=name)["Items"]
    assert item["pk"] == {"S": "DIGEST#2026-11-21"}
    assert item["sent_at"] == {"S": "2026-11-21T09:00:00.000Z"}
    assert int(item["expires_at"]["N"]) == (START + KEPT).timestamp()


def test_what_dynamodb_refuses_flies(table: tuple[Any, str]) -> None:
    client, name = table
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        DigestLog(client, f"{name}-gone").add(DAY, START)
