"""Which numbers an SMS is sent to, and whether its recipients get an email as well."""

from dataclasses import replace
from datetime import time, timedelta

from earshot.alerting.alert import Channel, Recipients
from earshot.alerting.recipients.finder import RecipientFinder
from earshot.alerting.roster.admin import RosterAdmin
from earshot.alerting.roster.contacts import Contacts
from earshot.alerting.roster.roster import Person, Rotation, TurnLength
from tests.alerting.roster.fakes import MemoryMailboxLog, MemoryRoster, MemorySubscriptions, settle
from tests.fakes import START

MIA = Person("mia", "Mia Okafor", "mia@example.com", "+12025550101")
ON_CALL = "on.call@example.com"


class Crew:
    """Whoever is given on rung 1 of the roster, and whoever the parameters name."""

    def __init__(self, *people: Person, contacts: Contacts | None = None) -> None:
        self.book, self.roster, self.log, self.failures = MemorySubscriptions(), MemoryRoster(), MemoryMailboxLog(), []
        self.failing: set[str] = set()
        staffing = RosterAdmin(self.roster, self.book, self.log)
        for person in people:
            staffing.put_person(person)
            staffing.set_rotation(Rotation(1, (person.id,), TurnLength.DAY, time(9), "UTC", START.date()))
        contacts = contacts or Contacts()
        settle(self.roster, self.book, self.log, contacts)
        self.recipients = RecipientFinder(
            self.roster.roster,
            contacts,
            self.book,
            self.log.mailbox_log,
            lambda what, error: self.failures.append(what),
            self.failing.__contains__,
        )

    def asked(self, rung: int = 1) -> tuple[tuple[str, ...], bool]:
        """The numbers that an SMS for a rung goes to, and whether they need it."""
        recipients = self.recipients.recipients_of(rung, Channel.SMS, START)
        return recipients.addresses, self.recipients.needs_sms(recipients, START)


def test_somebody_with_a_confirmed_mailbox_needs_no_text_message():
    assert Crew(MIA).asked() == ((MIA.phone,), False)


def test_somebody_whose_mailbox_is_not_in_force_or_who_has_none_needs_it():
    crew = Crew(MIA)
    crew.book.pending.add(MIA.email)
    assert crew.asked() == ((MIA.phone,), True)
    assert Crew(replace(MIA, email=None)).asked() == ((MIA.phone,), True)
    settling = Crew(MIA)
    settling.log.stored = replace(
        settling.log.stored, in_force_at={settling.book.arn(MIA.email): START + timedelta(minutes=1)}
    )
    assert settling.asked() == ((MIA.phone,), True)


def test_an_alert_to_everybody_is_needed_as_an_sms():
    crew = Crew(MIA)
    assert crew.recipients.needs_sms(Recipients(1, ("mia",), everybody=True), START)


def test_by_the_parameters_a_rung_with_a_mailbox_and_a_phone_of_its_own_needs_none():
    assert Crew(contacts=Contacts({1: ON_CALL}, {1: "+12025550101"})).asked(2) == (("+12025550101",), False)


def test_by_the_parameters_a_lead_with_a_phone_alone_needs_it():
    crew = Crew(contacts=Contacts({1: ON_CALL}, {1: "+12025550101", 2: "+12025550102"}))
    assert crew.asked(1) == (("+12025550101",), False)
    assert crew.asked(2) == (("+12025550102",), True)


def test_by_the_parameters_a_rung_without_a_confirmed_mailbox_needs_it():
    crew = Crew(contacts=Contacts({1: ON_CALL}, {1: "+12025550101"}))
    crew.book.pending.add(ON_CALL)
    assert crew.asked() == (("+12025550101",), True)


def test_an_sms_is_needed_where_sns_cannot_be_asked(monkeypatch):
    crew = Crew(MIA)

    def broken():
        raise ConnectionError("no answer")

    monkeypatch.setattr(crew.book, "subscribed", broken)
    assert crew.asked() == ((MIA.phone,), True)


def test_a_failing_number_is_left_out_and_its_owner_gets_the_email():
    crew = Crew(MIA)
    assert crew.recipients.recipients_of(1, Channel.SMS, START).to == ("mia",)
    crew.failing.add(MIA.phone)
    crew.recipients.forget()
    assert crew.recipients.recipients_of(1, Channel.SMS, START).to == ()
    assert crew.recipients.recipients_of(1, Channel.EMAIL, START).to == ("mia",)
