"""The log of deliveries and the secret that lists the targets, on both stand-ins for AWS."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from earshot.alerting.webhooks.delivery_log import RETENTION, DeliveryLogTable
from earshot.alerting.webhooks.target_secret import TargetSecret
from earshot.alerting.webhooks.targets import Targets
from tests.fakes import START, FakeClock, unused

SLACK = '[{"kind": "slack", "url": "https://hooks.slack.com/services/%s"}]'


@pytest.fixture
def table(client_of: Callable[[str], Any]) -> tuple[Any, str]:
    client, name = client_of("dynamodb"), unused("cases")
    keys = {"pk": "HASH", "sk": "RANGE"}
    client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
        BillingMode="PAY_PER_REQUEST",
    )
    return client, name


def test_what_was_noted_is_known_and_nothing_else(table: tuple[Any, str]) -> None:
    log = DeliveryLogTable(*table)
    log.add("msg_1#slack", START)
    assert log.has("msg_1#slack")
    assert not log.has("msg_1#teams")
    assert not log.has("msg_2#slack")


def test_whoever_is_second_changes_nothing_and_it_ends_after_all_that_could_be_redriven(
    table: tuple[Any, str],
) -> None:
    log = DeliveryLogTable(*table)
    log.add("msg_1#slack", START)
    log.add("msg_1#slack", START + timedelta(hours=1))
    (item,) = table[0].scan(TableName=table[1])["Items"]
    assert item["pk"] == {"S": "DELIVERY#msg_1#slack"}
    assert item["delivered_at"] == {"S": "2026-11-21T09:00:00.000Z"}
    assert int(item["expires_at"]["N"]) == int((START + RETENTION).timestamp())
    assert timedelta(days=14) < RETENTION


def test_an_error_of_the_table_is_raised(table: tuple[Any, str]) -> None:
    gone = DeliveryLogTable(table[0], f"{table[1]}-gone")
    with pytest.raises(table[0].exceptions.ResourceNotFoundException):
        gone.add("msg_1#slack", START)
    with pytest.raises(table[0].exceptions.ResourceNotFoundException):
        gone.has("msg_1#slack")


def test_targets_are_kept_for_a_minute(client_of: Callable[[str], Any]) -> None:
    secrets, clock, name = client_of("secretsmanager"), FakeClock(), unused("webhooks")
    secrets.create_secret(Name=name, SecretString=SLACK % "first")
    secret = TargetSecret(secrets, name, clock)
    (first,) = secret.current().usable
    secrets.put_secret_value(SecretId=name, SecretString=SLACK % "second")
    assert secret.current().usable == (first,)
    clock.advance(minutes=1)
    (second,) = secret.current().usable
    assert second.url.endswith("/second")


@pytest.mark.parametrize("value", [None, "[]"])
def test_a_secret_without_a_value_names_nobody(client_of: Callable[[str], Any], value: str | None) -> None:
    secrets, name = client_of("secretsmanager"), unused("webhooks")
    secrets.create_secret(Name=name, **({"SecretString": value} if value else {}))
    assert TargetSecret(secrets, name, FakeClock()).current() == Targets()
