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
from earshot.alerting.roster.roster import Absence, Override, Person, Roster, Rotation, TurnLength
from earshot.cases.case.ladder import Alerting
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import ingest
from earshot.cases.stored_mention import StoredMention
from tests.alerting.roster.fakes import MemoryRoster, MemorySubscriptions
from tests.fakes import (
    BRANDS,
    CASE,
    START,
    UNGROUPED,
    FakeClock,
    MemoryLock,
    MemoryStore,
    Outbox,
    a_judgement,
    a_mention,
)

MIA = Person("mia", "Mia Okafor", "mia@example.com", "+12025550101")
LEO = Person("leo", "Leo Brandt", "leo@example.com", "+12025550102")
ZOE = Person("zoe", "Zoe Ito", "zoe@example.com", "+12025550103")
SMS, EMAIL = Channel.SMS, Channel.EMAIL


class Team:
    """One person on each rung, a case that alerts, and everything that sends."""

    def __init__(self):
        self.clock, self.store, self.outbox = FakeClock(), MemoryStore(), Outbox()
        self.lock = MemoryLock()
        self.roster, self.book, self.failures = MemoryRoster(), MemorySubscriptions(), []
        self.staffing = RosterAdmin(self.roster, self.book)
        self.recipients = RecipientFinder(self.roster.roster, self.book, lambda what, error: self.failures.append(what))
        for rung, person in enumerate((MIA, LEO, ZOE), 1):
            self.staffing.put_person(person)
            self.staffing.set_rotation(Rotation(rung, (person.id,), TurnLength.DAY, time(9), "UTC", START.date()))
        stored = StoredMention(a_mention("0"), a_judgement(), START)
        ingest(stored, self.store, FoldRules(BRANDS))

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


def test_if_nobody_is_reachable_everybody_on_the_topic_is_alerted(team):
    team.silence(MIA, LEO, ZOE)
    alerts = team.notify()
    assert {(alert.channel, alert.rung) for alert in alerts} == {("sms", 1), ("email", 1)}
    assert all(alert.recipients.everybody for alert in alerts)
    assert team.entries == [
        "rung 1: Mia Okafor, Leo Brandt, Zoe Ito cannot be reached; "
        "nobody can be: everybody on the topic is alerted at once"
    ]


def test_the_last_rung_falls_back_on_the_first(team):
    team.silence(ZOE)
    assert team.recipients.recipients_of(3, SMS, START).to == ("mia",)


def test_a_rung_of_the_parameters_takes_over_only_with_a_confirmed_subscription(team):
    team.staffing.set_rotation(Rotation(2, (), TurnLength.DAY, time(9), "UTC", START.date()))
    team.silence(MIA)
    assert team.recipients.recipients_of(1, SMS, START).to == ("zoe",)
    team.book.policies[EMAIL, "lead@example.com"] = {"channel": ["email"], "rung": ["2"]}
    team.clock.advance(minutes=1)
    assert team.recipients.recipients_of(1, SMS, team.clock()) == Recipients(2, None, (), ("Mia Okafor",))


def test_without_a_roster_alerts_go_by_the_parameters_and_sns_is_not_asked(team):
    for person in (MIA, LEO, ZOE):
        team.staffing.remove_person(person.id)
    team.book.asked = 0
    team.notify()
    assert team.told == [("sms", 1, None), ("email", 1, None)]
    assert [alert["to"] for alert in team.store.alerts[CASE].values()] == [None, None]
    assert team.book.asked == 0


def test_a_rung_whose_people_are_all_away_goes_by_the_parameters(team):
    team.staffing.add_absence("mia", Absence(START.date(), START.date()), START)
    assert team.recipients.recipients_of(1, SMS, START) == Recipients(1)


def test_an_alert_does_not_wait_for_a_roster_or_subscriptions_that_cannot_be_read(team, monkeypatch):
    def broken():
        raise ConnectionError("no answer")

    monkeypatch.setattr(team.book, "subscribed", broken)
    assert team.recipients.recipients_of(1, SMS, START).to == ("mia",)
    no_roster = RecipientFinder(broken, team.book, lambda what, error: team.failures.append(what))
    assert no_roster.recipients_of(1, SMS, START) == Recipients(1)
    assert team.failures == ["the subscriptions", "the roster"]


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
    assert recipients.to
    if not recipients.everybody:
        assert not set(recipients.to) & silent


def test_an_empty_roster_goes_by_the_parameters():
    assert select_recipients(Roster(), 1, SMS, START, None) == Recipients(1)
