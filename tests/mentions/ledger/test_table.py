"""The ledger in the source table, on both stand-ins for DynamoDB."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.ledger.coverage import Kept
from earshot.mentions.ledger.hour import Entry, Ledger, LedgerHour
from earshot.mentions.ledger.table import LedgerTable
from earshot.mentions.source_state import Gap, SourceState, SourceStatus
from earshot.mentions.source_table import SourceTable
from tests.fakes import START, unused

LEASE, HOUR, DAY = timedelta(minutes=2), timedelta(hours=1), timedelta(days=1)
SOURCE = "x#mentions#NimbusAir"
STATE = SourceState(SOURCE, SourceStatus.OK, "fine", START, START, START, suspected_since=START)
MISSED = Gap(START, START + HOUR, "why")
OPEN = Ledger(START - DAY, LedgerHour(START + HOUR, Entry(runs=1, failed={"forbidden": 1})), START, START, (MISSED,))
OVER = LedgerHour(START, Entry(runs=3, read=7, delivered=2, skipped={"older": 1}, missed=(MISSED,)))


@pytest.fixture
def tables(client_of: Callable[[str], Any]) -> tuple[SourceTable, LedgerTable]:
    client, name = client_of("dynamodb"), unused("sources")
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return SourceTable(client, name), LedgerTable(client, name)


def test_hours_are_kept_by_day_and_what_is_written_twice_is_there_once(
    tables: tuple[SourceTable, LedgerTable],
) -> None:
    sources, ledger = tables
    assert sources.acquire(SOURCE, "one", START, LEASE).ledger is None
    sources.write_hour(SOURCE, OVER)
    sources.save(SOURCE, "one", Checkpoint(), STATE, OPEN, OVER)
    held = sources.acquire(SOURCE, "two", START, LEASE)
    assert (held.ledger, held.state) == (OPEN, STATE)
    sources.write_hour(SOURCE, LedgerHour(START - DAY, Entry(runs=1)))
    fetched = Entry(delivered=5, filled=(MISSED,))
    for _ in range(2):
        ledger.add_backfill(SOURCE, fetched, START + 3 * HOUR, "09:00/10:00")
    assert ledger.backfilled(SOURCE, START + 9 * HOUR, "09:00/10:00") == LedgerHour(START + 3 * HOUR, fetched)
    assert ledger.backfilled(SOURCE, START + DAY, "09:00/10:00") is None
    assert ledger.backfilled(SOURCE, START, "09:00/11:00") is None
    names = [SOURCE, *(f"x#search#{number}" for number in range(60))]
    found = ledger.read(names, START - DAY, START)
    backfilled = LedgerHour(START + 3 * HOUR, fetched)
    assert found[SOURCE] == Kept(OPEN, (LedgerHour(START - DAY, Entry(runs=1)), OVER), (backfilled,))
    assert found["x#search#59"] == Kept()
    assert sources.hours_of(SOURCE, START.date()) == (OVER,)
    assert sources.hours_of(SOURCE, START.date() + DAY) == ()
