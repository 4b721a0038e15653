"""The table that stores the terms, on both stand-ins for DynamoDB."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from earshot.mentions.source_table import SourceTable
from earshot.timestamps import rfc3339
from earshot.triage.terms.table import TermsTable
from tests.fakes import START, unused

TEXT = '# For the night shift.\nalways_urgent = ["oxygen mask", "masque à oxygène", "酸素マスク"]\n\n'
LEASE = timedelta(minutes=2)


@pytest.fixture
def client(client_of: Callable[[str], Any]) -> Any:
    return client_of("dynamodb")


@pytest.fixture
def name(client: Any) -> str:
    name = unused("sources")
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def test_the_text_is_empty_if_none_was_stored(client: Any, name: str) -> None:
    assert TermsTable(client, name).read() == ""


def test_the_stored_text_is_returned_unchanged(client: Any, name: str) -> None:
    TermsTable(client, name).write(TEXT, START)
    assert TermsTable(client, name).read() == TEXT


@pytest.mark.parametrize("text", ["", "products = []", " "])
def test_the_last_text_replaces_the_others_and_may_be_empty(client: Any, name: str, text: str) -> None:
    table = TermsTable(client, name)
    table.write(TEXT, START)
    table.write(text, START + LEASE)
    assert table.read() == text


def test_the_item_has_the_time_of_the_last_change(client: Any, name: str) -> None:
    TermsTable(client, name).write(TEXT, START)
    assert client.get_item(TableName=name, Key={"pk": {"S": "terms"}})["Item"]["put_at"] == {"S": rfc3339(START)}


def test_other_items_of_the_table_are_left_alone(client: Any, name: str) -> None:
    sources, terms = SourceTable(client, name), TermsTable(client, name)
    sources.spend("comprehend", "2026-11", 500)
    assert sources.acquire("x#mentions#NimbusAir", "me", START, LEASE) is not None
    terms.write(TEXT, START)
    assert sources.spent("comprehend", "2026-11") == 500
    assert sources.acquire("x#mentions#NimbusAir", "another", START, LEASE) is None
    sources.release("x#mentions#NimbusAir", "me")
    assert terms.read() == TEXT


def test_a_missing_table_is_an_error_and_not_an_empty_text(client: Any) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        TermsTable(client, unused("nowhere")).read()
