"""The table that stores what was learned, on both stand-ins for DynamoDB."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from earshot.triage.learned.table import LearnedTable
from earshot.triage.terms.table import TermsTable
from tests.fakes import START, unused

LATER = START + timedelta(days=1)
FIRST, SECOND = '{"complaint": {"base": -0.3, "rules": {"cue.joke": -0.2}}}  ', '{"cases":  40}\n'


@pytest.fixture
def table(client_of: Callable[[str], Any]) -> LearnedTable:
    client, name = client_of("dynamodb"), unused("sources")
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    TermsTable(client, name).write("products = []", START)
    return LearnedTable(client, name)


def test_nothing_is_stored_at_first_and_there_is_nothing_to_take_back(table: LearnedTable) -> None:
    assert (table.read(), table.last_look(), table.undo_adjustment(START)) == ("", None, False)
    assert table.read() == ""


def test_undo_restores_the_text_before_byte_for_byte(table: LearnedTable) -> None:
    table.apply_adjustment(FIRST, START)
    table.apply_adjustment(SECOND, LATER)
    assert table.read() == SECOND
    assert table.undo_adjustment(LATER)
    assert table.read() == FIRST


def test_undo_of_the_first_leaves_nothing_and_a_second_undo_changes_nothing(table: LearnedTable) -> None:
    table.apply_adjustment(FIRST, START)
    assert table.undo_adjustment(LATER)
    assert table.read() == ""
    assert not table.undo_adjustment(LATER)
    assert table.read() == ""


def test_a_look_is_kept_beside_what_was_learned(table: LearnedTable) -> None:
    table.note_look(START)
    assert (table.last_look(), table.read()) == (START, "")
    table.apply_adjustment(FIRST, LATER)
    table.note_look(LATER)
    assert (table.last_look(), table.read()) == (LATER, FIRST)
