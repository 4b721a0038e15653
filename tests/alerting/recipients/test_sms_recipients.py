"""Which numbers an SMS is sent to, and whether its recipients get an email as well."""

from dataclasses import replace
from datetime import time, timedelta

from earshot.alerting.alert import Channel, Recipients
from earshot.alerting.recipients.finder import RecipientFinder
from earshot.alerting.roster.admin import RosterAdmin
from earshot.alerting.roster.roster import Person, Rotation, TurnLength
from tests.alerting.roster.fakes import MemoryRoster, MemorySubscriptions
from tests.fakes import START

MIA = Person("mia", "Mia Okafor", "mia@example.com", "+12025550101")


class Crew:
    """Mia on rung 1 of the roster, and whoever the parameters name."""

    def __init__(self, *people: Person) -> None:
        self.book, self.roster, self.failures = MemorySubscriptions(), MemoryRoster(), []
        staffing = RosterAdmin(self.roster, self.book)
        for person in people:
            staffing.put_person(person)
            staffing.set_rotation(Rotation(1, (person.id,), TurnLength.DAY, time(9), "UTC", START.date()))
        self.recipients = RecipientFinder(self.roster.roster, self.book, lambda what, error: self.failures.append(what))

    def names(self, channel: Channel, address: str, *rungs: str) -> None:
        self.book.policies[channel, address] = {"channel": [str(channel)], "rung": list(rungs)}

    def asked(self, recipients: Recipients) -> tuple[tuple[str, ...] | None, bool]:
        return self.recipients.phones_of(recipients, START), self.recipients.needs_sms(recipients, START)


TO_MIA = Recipients(1, ("mia",), ("Mia Okafor",))


def test_somebody_with_a_confirmed_mailbox_needs_no_text_message():
    assert Crew(MIA).asked(TO_MIA) == ((MIA.phone,), False)


def test_somebody_whose_mailbox_is_not_confirmed_or_who_has_none_needs_it():
    crew = Crew(MIA)
    crew.book.pending.add(MIA.email)
    assert crew.asked(TO_MIA) == ((MIA.phone,), True)
    assert Crew(replace(MIA, email=None)).asked(TO_MIA) == ((MIA.phone,), True)


def test_an_alert_to_everybody_is_sent_to_all_numbers():
    crew = Crew(MIA)
    crew.names(Channel.SMS, "+12025550109", "1", "2", "3")
    phones, needed = crew.asked(replace(TO_MIA, everybody=True))
    assert set(phones) == {MIA.phone, "+12025550109"}
    assert needed


def test_by_the_parameters_a_rung_with_a_mailbox_and_a_phone_of_its_own_needs_none():
    crew = Crew()
    crew.names(Channel.EMAIL, "on.call@example.com", "1", "2", "3")
    crew.names(Channel.SMS, "+12025550101", "1", "2", "3")
    assert crew.asked(Recipients(2)) == (("+12025550101",), False)


def test_by_the_parameters_a_lead_with_a_phone_alone_needs_it():
    crew = Crew()
    crew.names(Channel.EMAIL, "on.call@example.com", "1", "2", "3")
    crew.names(Channel.SMS, "+12025550101", "1")
    crew.names(Channel.SMS, "+12025550102", "2", "3")
    assert crew.asked(Recipients(1)) == (("+12025550101",), False)
    assert crew.asked(Recipients(2)) == (("+12025550102",), True)


def test_by_the_parameters_a_rung_without_a_confirmed_mailbox_needs_it():
    crew = Crew()
    crew.names(Channel.EMAIL, "on.call@example.com", "1", "2", "3")
    crew.names(Channel.SMS, "+12025550101", "1", "2", "3")
    crew.book.pending.add("on.call@example.com")
    assert crew.asked(Recipients(1)) == (("+12025550101",), True)


def test_an_sms_is_needed_where_sns_cannot_be_asked(monkeypatch):
    crew = Crew(MIA)

    def broken():
        raise ConnectionError("no answer")

    monkeypatch.setattr(crew.book, "subscribed", broken)
    assert crew.asked(TO_MIA) == (None, True)


def test_a_failing_number_is_left_out_and_its_owner_gets_the_email():
    crew, failing = Crew(MIA), set()
    recipients = RecipientFinder(crew.roster.roster, crew.book, lambda *told: None, failing.__contains__)
    assert recipients.recipients_of(1, Channel.SMS, START).to == ("mia",)
    failing.add(MIA.phone)
    later = START + timedelta(minutes=1)
    assert recipients.recipients_of(1, Channel.SMS, later).to == ()
    assert recipients.recipients_of(1, Channel.EMAIL, later).to == ("mia",)
