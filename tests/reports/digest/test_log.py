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


def test_a_day_is_claimed_by_one_and_confirmed_for_itself_alone(table: tuple[Any, str]) -> None:
    client, name = table
    log = DigestLog(client, name)
    assert [log.claim(DAY, START) for _ in range(2)] == [1, None]
    assert not log.has(DAY)
    log.confirm(DAY, START)
    assert log.has(DAY)
    assert not log.has(DAY + timedelta(days=1))
    assert log.claim(DAY, START + timedelta(hours=2)) is None
    (item,) = client.scan(TableName=name)["Items"]
    assert item["pk"] == {"S": "DIGEST#2026-11-21"}
    assert item["sent_at"] == {"S": "2026-11-21T09:00:00.000Z"}
    assert int(item["expires_at"]["N"]) == (START + KEPT).timestamp()


def test_what_was_not_confirmed_is_sent_once_more_and_not_in_the_same_hour(table: tuple[Any, str]) -> None:
    log = DigestLog(*table)
    hours = [log.claim(DAY, START + timedelta(minutes=minutes)) for minutes in (0, 10, 49, 60, 120, 600)]
    assert hours == [1, None, None, 2, None, None]


def test_what_was_certainly_not_sent_is_free_again(table: tuple[Any, str]) -> None:
    log = DigestLog(*table)
    for _ in range(4):
        assert log.claim(DAY, START) == 1
        log.release(DAY)


def test_a_day_that_an_earlier_release_has_noted_is_done(table: tuple[Any, str]) -> None:
    client, name = table
    item = {"pk": {"S": f"DIGEST#{DAY}"}, "sk": {"S": "DIGEST"}, "sent_at": {"S": "2026-11-21T08:00:00.000Z"}}
    client.put_item(TableName=name, Item=item)
    assert DigestLog(client, name).has(DAY)
    assert DigestLog(client, name).claim(DAY, START) is None


def test_what_dynamodb_refuses_flies(table: tuple[Any, str]) -> None:
    client, name = table
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        DigestLog(client, f"{name}-gone").claim(DAY, START)
