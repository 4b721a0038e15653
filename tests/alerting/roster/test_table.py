"""The roster in the case table: read as it was stored, and changed only by who has read it last."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from earshot.alerting.roster.roster import Absence, Override, Person, Role, Roster, Rotation, TurnLength
from earshot.alerting.roster.table import RosterTable
from earshot.errors import ConflictError
from tests.api.fakes import tables
from tests.fakes import START

MIA = Person("mia", "Mia Okafor", "mia@example.com", "+12025550101", ("en", "es"), Role.LEAD)


@pytest.fixture
def table():
    with tables() as made:
        yield RosterTable(made.client, "CaseTable")


def test_it_is_read_as_it_was_stored(table):
    assert table.roster() == Roster()
    roster = (
        Roster()
        .with_person(MIA)
        .with_absence("mia", Absence(date(2026, 12, 24), date(2026, 12, 26)), START)
        .with_rotation(Rotation(1, ("mia",), TurnLength.WEEK, time(9, 30), "Europe/London", date(2026, 11, 16), 0))
        .with_override(Override("mia", 2, START, START + timedelta(hours=1)), START)
    )
    stored = table.save_roster(roster)
    assert stored == replace(roster, version=1) == table.roster()


def test_of_two_who_read_the_same_only_one_is_stored(table):
    for version in (0, 1):
        before = table.roster()
        assert before.version == version
        table.save_roster(before.with_person(MIA))
        with pytest.raises(ConflictError, match="Somebody else"):
            table.save_roster(before)
    assert table.roster().people == (MIA,)
