"""Whatever happens to people and addresses, an alert that is sent at any moment is delivered to somebody at once.

A state machine: people enter, leave, confirm, change and swap their mailboxes and numbers, unsubscribe and answer STOP;
parameters change; filters take up to 15 minutes to come into force. After each step an alert of each rung is sent, and
SNS, as it is at that moment, delivers it to a person of that rung, or of another if that rung has nobody who can be
reached. Only where nothing can reach anybody may it be delivered to nobody, and then the log says so.
"""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from earshot.alerting.alert import RUNGS, Channel
from earshot.alerting.recipients.finder import SNAPSHOT_AGE, RecipientFinder
from earshot.alerting.recipients.keeper import MailboxKeeper
from earshot.alerting.recipients.mailboxes import SETTLING
from earshot.alerting.roster.admin import RosterAdmin
from earshot.alerting.roster.contacts import Contacts, Team
from earshot.alerting.roster.roster import Person, Rotation, TurnLength
from earshot.errors import NotFoundError
from tests.alerting.roster.fakes import MemoryMailboxLog, MemoryRoster, MemorySubscriptions
from tests.fakes import START, FakeClock

IDS = ("mia", "leo", "zoe")
MAILBOXES = tuple(f"{name}@example.com" for name in ("a", "b", "c", "d"))
NUMBERS = tuple(f"+120255501{number:02d}" for number in range(4))
mailboxes, numbers, people, rungs = map(st.sampled_from, (MAILBOXES, NUMBERS, IDS, RUNGS))


class Reach(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock, self.roster, self.log = FakeClock(), MemoryRoster(), MemoryMailboxLog()
        self.book = MemorySubscriptions(settles_in=SETTLING)
        self.admin = RosterAdmin(self.roster, self.book, self.log)
        self.contacts = Contacts({1: MAILBOXES[0]})
        self.keeper = MailboxKeeper(self.log, self.book, self.fail)

    def fail(self, what: str, error: Exception) -> None:
        raise error

    @rule(minutes=st.integers(1, 20))
    def minutes_pass(self, minutes: int) -> None:
        for _ in range(minutes):
            self.clock.advance(minutes=1)
            self.book.now = self.clock()
            self.keeper.keep(Team(self.roster.roster(), self.contacts), self.clock())

    @rule(seconds=st.integers(1, 59))
    def seconds_pass(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)
        self.book.now = self.clock()

    @rule(id=people, email=st.none() | mailboxes, phone=st.none() | numbers)
    def somebody_enters_or_changes(self, id: str, email: str | None, phone: str | None) -> None:
        if email is None and phone is None:
            return
        # AWS asks the owner of a mailbox that it does not know to confirm.
        if email is not None and email not in self.book.policies:
            self.book.pending.add(email)
        self.admin.put_person(Person(id, id.title(), email, phone))

    @rule(one=people, other=people)
    def two_people_swap(self, one: str, other: str) -> None:
        roster = self.roster.roster()
        try:
            first, second = roster.person(one), roster.person(other)
        except NotFoundError:
            return
        self.admin.put_person(replace(first, email=second.email, phone=second.phone))
        self.admin.put_person(replace(second, email=first.email, phone=first.phone))

    @rule(id=people)
    def somebody_leaves(self, id: str) -> None:
        try:
            self.admin.remove_person(id)
        except NotFoundError:
            return

    @rule(rung=rungs, order=st.lists(people, unique=True))
    def rotations_change(self, rung: int, order: list[str]) -> None:
        known = {person.id for person in self.roster.roster().people}
        order = [id for id in order if id in known]
        self.admin.set_rotation(Rotation(rung, tuple(order), TurnLength.DAY, time(9), "UTC", START.date()))

    @rule(first=mailboxes, second=st.just("") | mailboxes, phone=st.just("") | numbers)
    def parameters_change(self, first: str, second: str, phone: str) -> None:
        for email in filter(None, (first, second)):
            if email not in self.book.policies:
                self.book.pending.add(email)
        self.contacts = Contacts({1: first, 2: second}, {1: phone})

    @rule(email=mailboxes)
    def somebody_confirms(self, email: str) -> None:
        if email in self.book.pending and email in self.book.policies:
            self.book.confirm(email)

    @rule(email=mailboxes)
    def somebody_unsubscribes(self, email: str) -> None:
        self.book.unsubscribe(f"arn:{email}")
        self.book.pending.add(email)

    @rule(phone=numbers, stops=st.booleans())
    def somebody_answers_stop(self, phone: str, stops: bool) -> None:
        (self.book.opted_out.add if stops else self.book.opted_out.discard)(phone)

    def delivered(self, rung: int) -> tuple[set[str], list[str]]:
        """The addresses at which an alert that is sent now arrives, and what the log says of who was passed over."""
        finder = RecipientFinder(
            self.roster.roster, self.contacts, self.book, self.log.mailbox_log, lambda what, error: pytest.fail(what)
        )
        arrived: set[str] = set()
        told: list[str] = []
        for channel in Channel:
            found = finder.recipients_of(rung, channel, self.clock())
            told.append(found.passed_over)
            for address in found.addresses:
                if channel is Channel.SMS:
                    assert address not in self.book.opted_out
                    arrived.add(address)
                elif self.book.gets(address, found.addresses):
                    arrived.add(address)
        return arrived, told

    def could_get(self, person: Person) -> set[str]:
        """The addresses of a person that SNS would deliver to now."""
        phone = {person.phone} - {None} - self.book.opted_out
        return phone | {email for email in person.mailboxes if self.book.gets(email, (email,))}

    @invariant()
    def an_alert_reaches_somebody_of_the_rung_or_of_the_next(self) -> None:
        team = Team(self.roster.roster(), self.contacts)
        known = {address for one in team.everybody() for address in (*one.mailboxes, one.phone)}
        for rung in RUNGS:
            arrived, told = self.delivered(rung)
            wanted = {address for person in team.on_call(rung, self.clock()) for address in self.could_get(person)}
            if not arrived:
                assert not any(self.could_get(person) for person in team.everybody())
                assert all("nobody can be: everybody is" in one or "also told everybody" in one for one in told)
            elif not arrived & wanted:
                # Then nothing would have arrived there, and the log says who was passed over and who has it.
                assert not wanted
                assert any(told)
            assert arrived <= known, "somebody who has left got it"


TestReach = Reach.TestCase
TestReach.settings = settings(deadline=None, stateful_step_count=25)


@pytest.mark.parametrize("settles_in", range(16))
def test_a_critical_alert_right_after_a_change_is_delivered(settles_in: int) -> None:
    """Mia, who has a mailbox and no phone, enters rung 1 and confirms: until her filter is in force Leo is told too."""
    reach = Reach()
    reach.book.settles_in = timedelta(minutes=settles_in)
    reach.contacts = Contacts({1: MAILBOXES[3]}, {2: NUMBERS[3]})
    reach.admin.put_person(Person("mia", "Mia Okafor", MAILBOXES[0]))
    reach.rotations_change(1, ["mia"])
    reach.minutes_pass(1)
    finder = RecipientFinder(
        reach.roster.roster, reach.contacts, reach.book, reach.log.mailbox_log, lambda what, error: pytest.fail(what)
    )
    for minute in range(20):
        at = reach.clock()
        sms, email = (finder.recipients_of(1, channel, at) for channel in Channel)
        assert MAILBOXES[0] in email.addresses
        if minute < 15:
            assert sms.addresses == (NUMBERS[3],)
            assert email.passed_over == "Mia Okafor is settling until 09:16 UTC: also told rung 2"
        reach.clock.advance(seconds=SNAPSHOT_AGE.total_seconds())
        reach.book.now = reach.clock()
    assert sms.addresses == ()
    assert (email.addresses, email.passed_over) == ((MAILBOXES[0],), "")
