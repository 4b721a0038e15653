"""The units of YouTube's keys, as they are counted in the source table."""

from datetime import UTC, datetime

from earshot.mentions.sources.youtube.units import AT_ONCE, LISTENING, Units, UsedUnits, key_name
from earshot.mentions.sources.youtube.units_table import UnitsTable
from tests.api.fakes import tables

NOON = datetime(2026, 11, 21, 20, tzinfo=UTC)  # in California


def test_two_processes_share_what_a_key_has_and_a_run_books_once() -> None:
    with tables() as made:
        table = UnitsTable(made.client, "SourceTable")
        assert table.used("2026-11-21") == ()
        one, other = Units(table, LISTENING), Units(table, LISTENING)
        before = made.calls["UpdateItem"]
        assert [one.take("key", NOON), other.take("key", NOON), one.take("key", NOON)] == [None] * 3
        assert made.calls["UpdateItem"] - before == 2
        assert table.used("2026-11-21") == (UsedUnits({"listening": 2 * AT_ONCE}),)
        # What is there in all is given to one of them.
        left = LISTENING.allowed(NOON) - 2 * AT_ONCE
        assert table.book("2026-11-21", key_name("key"), "listening", left - AT_ONCE, LISTENING.allowed(NOON))
        taken = [units.take("key", NOON) is None for units in (one, other) for _ in range(2 * AT_ONCE)]
        assert sum(taken) <= 3 * AT_ONCE - 3
        assert table.used("2026-11-21")[0].total <= LISTENING.allowed(NOON)
