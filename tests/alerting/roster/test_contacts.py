"""Whom the template's parameters name: every rung has somebody, and nobody is two people."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.alerting.alert import RUNGS, Channel
from earshot.alerting.roster.contacts import Contacts, Team, is_contact
from earshot.alerting.roster.roster import Person, Roster, Rotation, TurnLength
from tests.fakes import START

A, B, C = "a@example.com", "b@example.com", "c@example.com"
PHONES = ("", "+12025550101", "+12025550102", "+12025550103")


@given(
    emails=st.fixed_dictionaries(
        {1: st.sampled_from([A, B]), 2: st.sampled_from(["", A, B]), 3: st.sampled_from(["", A, B, C])}
    ),
    phones=st.fixed_dictionaries({rung: st.sampled_from(PHONES) for rung in RUNGS}),
)
def test_every_rung_has_a_mailbox_and_the_phone_of_the_nearest_rung_below(emails, phones):
    contacts = Contacts(emails, phones)
    for rung in RUNGS:
        person = contacts.person(rung)
        assert person.email == next(filter(None, (emails[one] for one in range(rung, 0, -1))))
        assert person.phone == next(filter(None, (phones[one] for one in range(rung, 0, -1))), None)
        assert is_contact(person)
    people = list(contacts.people())
    assert len({person.id for person in people}) == len(people)


@pytest.mark.parametrize(
    ("emails", "expected"),
    [
        ({1: A, 2: B, 3: C}, [A, B, C]),
        ({1: A, 2: B}, [A, B, B]),
        ({1: A}, [A, A, A]),
        ({1: B, 2: A}, [B, A, A]),
        ({1: A, 2: A, 3: B}, [A, A, B]),
        ({}, [None, None, None]),
    ],
)
def test_each_rung_goes_to_whom_it_is_meant_for(emails, expected):
    found = [Contacts(emails).person(rung) for rung in RUNGS]
    assert [person and person.email for person in found] == expected
    assert Contacts(emails).owner(3, Channel.SMS) is None


def test_the_roster_comes_before_the_parameters():
    mia = Person("mia", "Mia Okafor", "mia@example.com")
    roster = (
        Roster().with_person(mia).with_rotation(Rotation(1, ("mia",), TurnLength.DAY, time(9), "UTC", START.date()))
    )
    team = Team(roster, Contacts({1: A, 2: B}))
    assert team.on_call(1, START) == (mia,)
    assert [person.email for person in team.on_call(2, START)] == [B]
    assert team.mailboxes_on_call((1, 2), START) == ("mia@example.com", B)
    assert [person.email for person in team.everybody()] == ["mia@example.com", A, B]
