"""The keeper of the mailboxes: level with the roster and the parameters, whatever was there before."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.alerting.recipients.keeper import MailboxKeeper
from earshot.alerting.recipients.mailboxes import SETTLING, filter_for
from earshot.alerting.roster.contacts import Contacts, Team
from earshot.alerting.roster.roster import Person, Roster
from tests.alerting.roster.fakes import MemoryMailboxLog, MemorySubscriptions
from tests.fakes import START

MIA = Person("mia", "Mia Okafor", "mia@example.com", "+12025550101")
ON_CALL, LEAD = "on.call@example.com", "lead@example.com"
NOW = START + timedelta(minutes=7)


class Desk:
    def __init__(self):
        self.book, self.log, self.failures = MemorySubscriptions(), MemoryMailboxLog(), []
        self.keeper = MailboxKeeper(self.log, self.book, lambda mailbox, error: self.failures.append(mailbox))

    def keep(self, roster=None, contacts=None, at=NOW):
        self.keeper.keep(Team(roster or Roster(), contacts or Contacts()), at)

    @property
    def in_force_at(self):
        return {arn.rpartition(":")[2]: at for arn, at in self.log.stored.in_force_at.items()}


@pytest.fixture
def desk():
    return Desk()


def test_the_people_of_the_parameters_and_of_the_roster_are_subscribed_once_each(desk):
    for _ in range(3):
        desk.keep(Roster().with_person(replace(MIA, email="Lead@Example.com")), Contacts({1: ON_CALL, 2: LEAD}))
    assert sorted(desk.book.policies) == sorted([ON_CALL, LEAD])
    assert desk.failures == []


def test_swapping_two_people_of_the_parameters_changes_nothing(desk):
    for _ in range(2):
        desk.keep(contacts=Contacts({1: ON_CALL, 2: LEAD}))
    before = (dict(desk.book.policies), dict(desk.in_force_at), list(desk.book.mailed))
    for contacts in (Contacts({1: LEAD, 2: ON_CALL}), Contacts({1: LEAD, 2: LEAD, 3: ON_CALL})):
        desk.keep(contacts=contacts, at=NOW + timedelta(hours=1))
        assert (dict(desk.book.policies), dict(desk.in_force_at), list(desk.book.mailed)) == before


def test_a_mailbox_is_in_force_fifteen_minutes_after_it_was_first_seen_confirmed(desk):
    desk.book.pending.add(ON_CALL)
    for minute in range(3):
        desk.keep(contacts=Contacts({1: ON_CALL}), at=NOW + timedelta(minutes=minute))
    assert desk.in_force_at == {}
    assert desk.book.mailed == [ON_CALL]
    desk.book.pending.clear()
    for minute in range(3, 6):
        desk.keep(contacts=Contacts({1: ON_CALL}), at=NOW + timedelta(minutes=minute))
    assert desk.in_force_at == {ON_CALL: NOW + timedelta(minutes=3) + SETTLING}


def test_a_mailbox_that_aws_has_dropped_is_asked_again(desk):
    for _ in range(2):
        desk.keep(contacts=Contacts({1: ON_CALL}))
    desk.book.policies.clear()
    desk.book.pending.add(ON_CALL)
    desk.keep(contacts=Contacts({1: ON_CALL}))
    assert desk.book.mailed == [ON_CALL, ON_CALL]
    assert desk.in_force_at == {}


def test_who_left_is_unsubscribed_and_what_others_subscribed_is_left_alone(desk):
    desk.book.policies["archive@example.com"] = {"reason": ["digest"]}
    roster = Roster().with_person(MIA)
    for _ in range(2):
        desk.keep(roster)
    for _ in range(2):
        desk.keep(roster.without_person("mia"))
    assert list(desk.book.policies) == ["archive@example.com"]
    assert desk.in_force_at == {}


def test_the_mailbox_before_is_kept_until_the_new_one_is_in_force(desk):
    roster = Roster().with_person(MIA)
    for _ in range(2):
        desk.keep(roster)
    moved = roster.with_person(replace(MIA, email="new@example.com"))
    desk.book.pending.add("new@example.com")
    desk.keep(moved)
    assert set(desk.book.policies) == {"mia@example.com", "new@example.com"}
    desk.book.pending.clear()
    for late in (timedelta(minutes=1), timedelta(minutes=15)):
        desk.keep(moved, at=NOW + late)
        assert set(desk.book.policies) == {"mia@example.com", "new@example.com"}
    desk.keep(moved, at=NOW + timedelta(minutes=16))
    assert set(desk.book.policies) == {"new@example.com"}
    desk.keep(moved, at=NOW + timedelta(minutes=17))
    assert desk.book.mailed == ["mia@example.com", "new@example.com"]


def test_a_filter_of_an_earlier_release_is_put_right_and_settles_anew(desk):
    desk.book.policies[ON_CALL] = {"channel": ["email"], "rung": ["1"]}
    desk.keep(contacts=Contacts({1: ON_CALL}))
    assert desk.book.policies[ON_CALL] == filter_for(ON_CALL)
    assert desk.in_force_at == {}
    desk.keep(contacts=Contacts({1: ON_CALL}), at=NOW + timedelta(minutes=1))
    assert desk.in_force_at == {ON_CALL: NOW + timedelta(minutes=1) + SETTLING}


def test_a_filter_that_somebody_changed_by_hand_is_put_right_within_the_hour(desk):
    for _ in range(2):
        desk.keep(contacts=Contacts({1: ON_CALL}))
    desk.book.policies[ON_CALL] = {"rung": ["9"]}
    desk.keep(contacts=Contacts({1: ON_CALL}), at=NOW + timedelta(minutes=1))
    assert desk.book.policies[ON_CALL] == {"rung": ["9"]}
    desk.keep(contacts=Contacts({1: ON_CALL}), at=(NOW + timedelta(hours=1)).replace(minute=0))
    assert desk.book.policies[ON_CALL] == filter_for(ON_CALL)
    assert desk.in_force_at == {}


def test_one_mailbox_that_sns_refuses_holds_up_no_other(desk, monkeypatch):
    subscribe = desk.book.subscribe_mailbox

    def refuse(address):
        if address == LEAD:
            raise ValueError("SNS does not like it")
        subscribe(address)

    monkeypatch.setattr(desk.book, "subscribe_mailbox", refuse)
    desk.keep(contacts=Contacts({1: ON_CALL, 2: LEAD, 3: "executive@example.com"}))
    assert sorted(desk.book.policies) == ["executive@example.com", ON_CALL]
    assert desk.failures == [LEAD]


def test_a_filter_that_cannot_be_read_is_not_taken_for_right(desk, monkeypatch):
    desk.book.subscribe_mailbox(ON_CALL)

    def broken(arn):
        raise ConnectionError("no answer")

    monkeypatch.setattr(desk.book, "filter_of", broken)
    desk.keep(contacts=Contacts({1: ON_CALL}))
    assert desk.in_force_at == {}
    assert [arn.rpartition(":")[2] for arn in desk.failures] == [ON_CALL]


@pytest.mark.parametrize("steps", range(1, 7))
def test_a_run_that_dies_anywhere_is_made_good_by_the_next(steps):
    """Each call of a run with everything to do is the last one of its process, in turn."""
    desk = Desk()
    roster = Roster().with_person(MIA)
    for _ in range(2):
        desk.keep(roster)
    desk.book.policies[LEAD] = {"rung": ["2"]}
    left = [steps]

    class Dying:
        def __init__(self, inner):
            self._inner = inner

        def __getattr__(self, name):
            def call(*arguments):
                left[0] -= 1
                if left[0] < 0:
                    raise KeyboardInterrupt
                return getattr(self._inner, name)(*arguments)

            return call

    dying = MailboxKeeper(Dying(desk.log), Dying(desk.book), lambda *told: None)
    contacts = Contacts({1: ON_CALL, 2: LEAD})
    with suppress(KeyboardInterrupt):
        dying.keep(Team(Roster(), contacts), NOW)
    for minute in range(1, 4):
        desk.keep(contacts=contacts, at=NOW + timedelta(minutes=minute))
    assert desk.book.policies == {ON_CALL: filter_for(ON_CALL), LEAD: filter_for(LEAD)}
    assert set(desk.in_force_at) == {ON_CALL, LEAD}
    assert min(desk.in_force_at.values()) > NOW + SETTLING
