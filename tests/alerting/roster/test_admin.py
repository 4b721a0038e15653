"""Changes of the roster with the subscriptions that follow it."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from earshot.alerting.roster.admin import RosterAdmin
from earshot.alerting.roster.roster import Override, Person, Rotation, TurnLength
from earshot.errors import ConflictError, NotFoundError, RosterError
from tests.alerting.roster.fakes import MemoryMailboxLog, MemoryRoster, MemorySubscriptions
from tests.fakes import START

MIA = Person("mia", "Mia Okafor", "mia@example.com", "+12025550101")
LEO = Person("leo", "Leo Brandt", "leo@example.com", "+12025550102")
ZOE = Person("zoe", "Zoe Ito", "zoe@example.com", "+12025550103")


class Team:
    """One person on each rung."""

    def __init__(self):
        self.roster, self.book = MemoryRoster(), MemorySubscriptions()
        self.admin = RosterAdmin(self.roster, self.book, MemoryMailboxLog())
        for rung, person in enumerate((MIA, LEO, ZOE), 1):
            self.admin.put_person(person)
            self.admin.set_rotation(Rotation(rung, (person.id,), TurnLength.DAY, time(9), "UTC", START.date()))


@pytest.fixture
def team():
    return Team()


def test_a_roster_that_was_changed_meanwhile_is_not_overwritten(team):
    version = team.admin.roster().version
    team.admin.put_person(replace(MIA, name="Mia O."), version)
    with pytest.raises(ConflictError, match="not 6"):
        team.admin.put_person(MIA, version)
    assert team.admin.roster().person("mia").name == "Mia O."


def test_an_invalid_person_is_not_subscribed(team):
    with pytest.raises(RosterError):
        team.admin.put_person(Person("Ann", "Ann", "ann@example.com"))
    assert "ann@example.com" not in team.book.policies


def test_the_owner_of_a_new_mailbox_is_asked_once_and_again_while_they_have_not_answered(team):
    assert team.book.mailed == [MIA.email, LEO.email, ZOE.email]
    team.admin.put_person(replace(MIA, email="MIA@example.com", phone="+12025550109"))
    assert team.book.mailed == [MIA.email, LEO.email, ZOE.email]
    team.book.pending.add(LEO.email)
    team.admin.put_person(LEO)
    assert team.book.mailed == [MIA.email, LEO.email, ZOE.email, LEO.email]


def test_whoever_is_removed_is_nobody_afterwards(team):
    assert team.admin.remove_person("mia").rotation(1) is None
    with pytest.raises(NotFoundError):
        team.admin.remove_person("mia")


def test_a_mailbox_that_somebody_had_before_is_kept_in_mind(team):
    team.admin.put_person(replace(MIA, email="new@example.com"))
    assert team.admin.roster().person("mia").mailboxes == ("new@example.com", MIA.email)
    team.admin.put_person(replace(LEO, email=MIA.email))
    assert team.admin.roster().person("mia").mailboxes == ("new@example.com",)
    assert team.admin.roster().person("leo").mailboxes == (MIA.email, LEO.email)


def test_an_override_for_an_unknown_person_is_refused(team):
    with pytest.raises(RosterError, match="'ann'"):
        team.admin.add_override(Override("ann", 1, START, START + timedelta(hours=1)), START)
