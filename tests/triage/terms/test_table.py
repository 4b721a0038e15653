"""Where a deployed brand keeps its terms, on both stand-ins for DynamoDB."""

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


def test_where_none_were_put_the_text_is_empty(client: Any, name: str) -> None:
    assert TermsTable(client, name).read() == ""


def test_what_was_put_is_read_letter_by_letter(client: Any, name: str) -> None:
    TermsTable(client, name).write(TEXT, START)
    assert TermsTable(client, name).read() == TEXT


@pytest.mark.parametrize("text", ["", "products = []", " "])
def test_the_last_one_counts_and_may_be_empty(client: Any, name: str, text: str) -> None:
    table = TermsTable(client, name)
    table.write(TEXT, START)
    table.write(text, START + LEASE)
    assert table.read() == text


def test_a_person_can_see_when_it_was_put(client: Any, name: str) -> None:
    TermsTable(client, name).write(TEXT, START)
    assert client.get_item(TableName=name, Key={"pk": {"S": "terms"}})["Item"]["put_at"] == {"S": rfc3339(START)}


def test_sources_and_spending_beside_it_are_left_alone(client: Any, name: str) -> None:
    sources, terms = SourceTable(client, name), TermsTable(client, name)
    sources.spend("comprehend", "2026-11", 500)
    assert sources.acquire("x#mentions#NimbusAir", "me", START, LEASE) is not None
    terms.write(TEXT, START)
    assert sources.spent("comprehend", "2026-11") == 500
    assert sources.acquire("x#mentions#NimbusAir", "another", START, LEASE) is None
    sources.release("x#mentions#NimbusAir", "me")
    assert terms.read() == TEXT


def test_a_table_that_is_not_there_is_no_empty_text(client: Any) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        TermsTable(client, unused("nowhere")).read()
