"""Whom an alert reaches: who is on call and can be reached, else the next rung, else everybody; and nothing waits."""

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.alerting.alert import RUNGS, Channel, Recipients
from earshot.alerting.dispatch import notify
from earshot.alerting.escalation import escalate
from earshot.alerting.notifier import Notifier
from earshot.alerting.recipients.finder import SNAPSHOT_AGE, RecipientFinder
from earshot.alerting.recipients.selection import select_recipients
from earshot.alerting.roster.admin import RosterAdmin
from earshot.alerting.roster.contacts import Contacts
from earshot.alerting.roster.contacts import Team as Everybody
from earshot.alerting.roster.roster import Absence, Override, Person, Rotation, TurnLength
from earshot.cases.case.ladder import Alerting
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import ingest
from earshot.cases.stored_mention import StoredMention
from tests.alerting.memory_lock import MemoryLock
from tests.alerting.roster.fakes import MemoryMailboxLog, MemoryRoster, MemorySubscriptions, settle
from tests.fakes import (
    BRANDS,
    CASE,
    START,
    UNGROUPED,
    FakeClock,
    MemoryStore,
    Outbox,
    a_judgement,
    a_mention,
)

MIA = Person("mia", "Mia Okafor", "mia@example.com", "+12025550101")
LEO = Person("leo", "Leo Brandt", "leo@example.com", "+12025550102")
ZOE = Person("zoe", "Zoe Ito", "zoe@example.com", "+12025550103")
ON_CALL, LEAD = "on.call@example.com", "lead@example.com"
PARAMETERS = Contacts({1: ON_CALL, 2: LEAD}, {1: "+12025550111"})
SMS, EMAIL = Channel.SMS, Channel.EMAIL


class Team:
    """One person on each rung, a case that alerts, and everything that sends."""

    def __init__(self):
        self.clock, self.store, self.outbox = FakeClock(), MemoryStore(), Outbox()
        self.lock = MemoryLock()
        self.roster, self.book, self.log, self.failures = MemoryRoster(), MemorySubscriptions(), MemoryMailboxLog(), []
        self.staffing = RosterAdmin(self.roster, self.book, self.log)
        self.recipients = self.finder(self.roster.roster)
        for rung, person in enumerate((MIA, LEO, ZOE), 1):
            self.staffing.put_person(person)
            self.staffing.set_rotation(Rotation(rung, (person.id,), TurnLength.DAY, time(9), "UTC", START.date()))
        stored = StoredMention(a_mention("0"), a_judgement(), START)
        ingest(stored, self.store, FoldRules(BRANDS))
        settle(self.roster, self.book, self.log, PARAMETERS)

    def finder(self, read_roster):
        return RecipientFinder(
            read_roster, PARAMETERS, self.book, self.log.mailbox_log, lambda what, error: self.failures.append(what)
        )

    def silence(self, *people):
        self.book.pending |= {person.email for person in people}
        self.book.opted_out |= {person.phone for person in people}

    def notify(self):
        return notify(
            [CASE],
            Notifier(
                store=self.store,
                log=self.store,
                lock=self.lock,
                policy=lambda: UNGROUPED,
                publish=self.outbox.publish,
                wait_for_email=lambda: None,
                clock=self.clock,
                recipients_of=self.recipients.recipients_of,
            ),
        ).alerts

    @property
    def told(self):
        return [(str(alert.channel), alert.rung, alert.recipients.to) for alert in self.outbox.alerts]

    @property
    def entries(self):
        return [entry.text for entry in self.store.entries[CASE] if entry.what == "unreachable"]


@pytest.fixture
def team():
    return Team()


# ----------------------------------------------------------------------------------------------------- on a ladder


def test_whoever_is_on_call_is_alerted_and_the_log_has_their_names(team):
    team.notify()
    assert team.told == [("sms", 1, ("mia",)), ("email", 1, ("mia",))]
    assert [alert["to"] for alert in team.store.alerts[CASE].values()] == [("Mia Okafor",)] * 2
    assert team.entries == []


def test_each_step_goes_to_whom_the_roster_names_when_it_is_sent(team):
    team.notify()
    team.staffing.add_override(Override("mia", 2, START, START + timedelta(hours=1)), START)
    team.clock.advance(minutes=5)
    escalate(team.store, team.clock())
    team.notify()
    assert team.told[2:] == [("sms", 2, ("mia",)), ("email", 2, ("mia",))]


def test_if_nobody_on_a_rung_is_reachable_the_next_rung_is_alerted_at_once(team):
    team.silence(MIA)
    team.notify()
    assert team.told == [("sms", 2, ("leo",)), ("email", 2, ("leo",))]
    assert team.entries == ["rung 1: Mia Okafor cannot be reached; rung 2 is alerted at once"]
    assert team.store.log(CASE) == ["opened", "escalated", "unreachable", "alerted"]
    assert team.store.cases[0].ladder.alerting is Alerting.SENT


def test_a_channel_that_does_not_reach_somebody_is_left_out(team):
    team.book.opted_out.add(MIA.phone)
    team.notify()
    assert team.told == [("email", 1, ("mia",))]
    logged = {alert["channel"]: alert["to"] for alert in team.store.alerts[CASE].values()}
    assert logged == {"sms": (), "email": ("Mia Okafor",)}
    assert team.store.cases[0].ladder.alerting is Alerting.SENT
    assert team.notify() == []


def test_an_alert_that_no_mailbox_gets_is_published_all_the_same_for_the_webhooks(team):
    team.book.pending.add(MIA.email)
    assert [alert.channel for alert in team.notify()] == [SMS]
    assert team.told == [("sms", 1, ("mia",)), ("email", 1, ())]
    logged = {alert["channel"]: alert["to"] for alert in team.store.alerts[CASE].values()}
    assert logged == {"sms": ("Mia Okafor",), "email": ()}
    assert team.notify() == []


def test_if_nobody_is_reachable_everybody_is_alerted_wherever_it_might_arrive(team):
    team.silence(MIA, LEO, ZOE)
    sms, email = team.notify()
    assert (sms.channel, sms.rung, sms.recipients.everybody) == (SMS, 1, True)
    assert sms.recipients.addresses == ("+12025550111",)
    assert (email.channel, email.rung, email.recipients.everybody) == (EMAIL, 1, True)
    assert email.recipients.addresses == (LEO.email, MIA.email, ZOE.email, ON_CALL, LEAD)
    assert team.entries == [
        "rung 1: Mia Okafor, Leo Brandt, Zoe Ito cannot be reached; nobody can be: everybody is alerted at once"
    ]


def test_everybody_gets_it_by_sms_but_for_those_who_answered_stop(team):
    team.silence(MIA, LEO)
    team.book.pending.add(ZOE.email)
    failing = RecipientFinder(
        team.roster.roster, PARAMETERS, team.book, team.log.mailbox_log, lambda *told: None, lambda phone: True
    )
    assert failing.recipients_of(1, SMS, START).addresses == (ZOE.phone, "+12025550111")


def test_the_last_rung_falls_back_on_the_first(team):
    team.silence(ZOE)
    assert team.recipients.recipients_of(3, SMS, START).to == ("mia",)


def test_a_rung_of_the_parameters_takes_over_only_with_a_mailbox_that_is_in_force(team):
    team.staffing.set_rotation(Rotation(2, (), TurnLength.DAY, time(9), "UTC", START.date()))
    team.silence(MIA)
    team.book.pending |= {LEAD}
    team.book.opted_out.add("+12025550111")
    assert team.recipients.recipients_of(1, SMS, START).to == ("zoe",)
    team.book.pending.discard(LEAD)
    team.clock.advance(minutes=1)
    found = team.recipients.recipients_of(1, EMAIL, team.clock())
    assert (found.rung, found.to, found.unreachable, found.addresses) == (2, None, ("Mia Okafor",), (LEAD,))


def test_without_a_roster_alerts_go_by_the_parameters(team):
    for person in (MIA, LEO, ZOE):
        team.staffing.remove_person(person.id)
    alerts = team.notify()
    assert team.told == [("sms", 1, None), ("email", 1, None)]
    assert [alert.recipients.addresses for alert in alerts] == [("+12025550111",), (ON_CALL,)]
    assert [alert["to"] for alert in team.store.alerts[CASE].values()] == [None, None]


def test_by_the_parameters_alone_an_unconfirmed_mailbox_is_told_and_the_next_rung_alerted(team):
    for person in (MIA, LEO, ZOE):
        team.staffing.remove_person(person.id)
    team.book.pending.add(ON_CALL)
    team.book.opted_out.add("+12025550111")
    team.notify()
    assert team.entries == ["rung 1: on call cannot be reached; rung 2 is alerted at once"]


def test_a_rung_whose_people_are_all_away_goes_by_the_parameters(team):
    team.staffing.add_absence("mia", Absence(START.date(), START.date()), START)
    assert team.recipients.recipients_of(1, SMS, START) == Recipients(1, addresses=("+12025550111",))


def test_an_alert_does_not_wait_for_a_roster_or_subscriptions_that_cannot_be_read(team, monkeypatch):
    def broken():
        raise ConnectionError("no answer")

    monkeypatch.setattr(team.book, "subscribed", broken)
    assert team.recipients.recipients_of(1, SMS, START).to == ("mia",)
    no_roster = team.finder(broken)
    assert no_roster.recipients_of(1, SMS, START) == Recipients(1, addresses=("+12025550111",))
    assert team.failures == ["the subscriptions", "the roster", "the subscriptions"]


def test_sns_is_asked_once_a_minute(team):
    team.book.asked = 0
    for _ in range(10):
        team.recipients.recipients_of(1, SMS, START)
    assert team.book.asked == 1
    team.silence(MIA)
    assert team.recipients.recipients_of(1, SMS, START + SNAPSHOT_AGE).to == ("leo",)


@given(
    silent=st.sets(st.sampled_from(["mia", "leo", "zoe"])),
    rung=st.sampled_from(RUNGS),
    channel=st.sampled_from(Channel),
)
def test_somebody_reachable_is_always_selected(silent, rung, channel):
    team = Team()
    team.silence(*(person for person in (MIA, LEO, ZOE) if person.id in silent))
    recipients = team.recipients.recipients_of(rung, channel, START)
    assert recipients.everybody == (len(silent) == 3)
    if not recipients.everybody:
        assert recipients.to
        assert not set(recipients.to) & silent


def test_a_team_of_nobody_has_nobody_to_tell():
    assert select_recipients(Everybody(), 1, SMS, START, None) == Recipients(1, (), everybody=True)
