"""The source table, on both stand-ins for DynamoDB."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from earshot.errors import ConflictError
from earshot.mentions.checkpoint import Checkpoint, Sweep
from earshot.mentions.source_state import Gap, SourceState, SourceStatus
from earshot.mentions.source_table import SourceTable
from tests.fakes import START, unused

LEASE = timedelta(minutes=2)
SOURCE = "x#mentions#NimbusAir"
CHECKPOINT = Checkpoint(
    user_id="9000",
    first_read_at=START - timedelta(days=1),
    read_at=START,
    newest_id="123",
    newest_at=START,
    billed_on=date(2026, 11, 21),
    seen={"123": 5},
    sweep=Sweep(floor=START, began_at=START, newest_id="7", newest_at=START, read_down_to=START, posts=3, pages=1),
)
STATE = SourceState(
    SOURCE,
    SourceStatus.RATE_LIMITED,
    "wait",
    since=START,
    checked_at=START,
    last_success_at=START,
    until=START + LEASE,
    gap=Gap(None, START, "why"),
    notes=("a note",),
)


@pytest.fixture
def table(client_of: Callable[[str], Any]) -> SourceTable:
    client, name = client_of("dynamodb"), unused("sources")
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return SourceTable(client, name)


def test_the_next_run_gets_what_was_saved(table: SourceTable) -> None:
    held = table.acquire(SOURCE, "one", START, LEASE)
    assert (held.checkpoint, held.state) == (Checkpoint(), None)
    table.save(SOURCE, "one", CHECKPOINT, STATE)
    held = table.acquire(SOURCE, "two", START, LEASE)
    assert (held.checkpoint, held.state) == (CHECKPOINT, STATE)


def test_a_lease_excludes_others_until_it_expires(table: SourceTable) -> None:
    assert table.acquire(SOURCE, "one", START, LEASE)
    assert table.acquire(SOURCE, "two", START + LEASE - timedelta(seconds=1), LEASE) is None
    assert table.acquire(SOURCE, "two", START + LEASE, LEASE)


def test_a_lost_lease_saves_nothing(table: SourceTable) -> None:
    table.acquire(SOURCE, "one", START, LEASE)
    table.acquire(SOURCE, "two", START + LEASE, LEASE)
    with pytest.raises(ConflictError, match=SOURCE):
        table.save(SOURCE, "one", CHECKPOINT, STATE)
    table.release(SOURCE, "one")
    assert table.acquire(SOURCE, "three", START + LEASE, LEASE) is None
    assert table.states([SOURCE]) == ()


def test_release_changes_nothing_but_the_lease(table: SourceTable) -> None:
    table.acquire(SOURCE, "one", START, LEASE)
    table.save(SOURCE, "one", CHECKPOINT, STATE)
    table.acquire(SOURCE, "two", START, LEASE)
    table.release(SOURCE, "two")
    assert table.acquire(SOURCE, "three", START, LEASE).checkpoint == CHECKPOINT


def test_states_are_returned_in_the_order_of_the_sources(table: SourceTable) -> None:
    keys = [f"x#search#{n}" for n in range(105)]
    for key in (keys[104], keys[3]):
        table.acquire(key, "one", START, LEASE)
        table.save(key, "one", CHECKPOINT, STATE)
    assert len(table.states(keys)) == 2


def test_spending_adds_up_by_service_and_month(table: SourceTable) -> None:
    assert table.spent("x", "2026-11") == 0
    table.spend("x", "2026-11", 5_000)
    assert table.spend("x", "2026-11", 10_000) == 15_000
    table.spend("comprehend", "2026-11", 1)
    assert (table.spent("x", "2026-11"), table.spent("x", "2026-12")) == (15_000, 0)


def test_a_lease_that_was_taken_before_the_clock_was_set_back_holds_nobody_up_for_an_hour(table):
    assert table.acquire(SOURCE, "one", START, LEASE) is not None
    assert table.acquire(SOURCE, "other", START - timedelta(seconds=30), LEASE) is None, "clocks that differ a little"
    assert table.acquire(SOURCE, "other", START - timedelta(hours=1), LEASE) is not None
