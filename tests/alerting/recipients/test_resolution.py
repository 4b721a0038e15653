"""Whom an alert reaches: who is on call and can be reached, else the next rung, else everybody; and nothing waits."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.alerting.alert import RUNGS, Channel, Recipients
from earshot.alerting.escalation import escalate
from earshot.alerting.notifier import Notifier, notify
from earshot.alerting.recipients.filter_policy import people_in, rungs_in, with_person, without_person
from earshot.alerting.recipients.finder import FRESH, RecipientFinder
from earshot.alerting.recipients.resolution import AddressStatus, Directory, recipients_of
from earshot.alerting.roster.admin import RosterAdmin
from earshot.alerting.roster.roster import Absence, Override, Person, Roster, Rotation, TurnLength
from earshot.cases.case.ladder import Alerting
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import StoredMention, ingest
from earshot.errors import ConflictError, NotFoundError, RosterError
from tests.fakes import (
    BRANDS,
    START,
    UNGROUPED,
    FakeClock,
    MemoryBoard,
    MemoryBook,
    MemoryRoster,
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
        self.board = MemoryBoard()
        self.roster, self.book, self.failures = MemoryRoster(), MemoryBook(), []
        self.staffing = RosterAdmin(self.roster, self.book)
        self.recipients = RecipientFinder(self.roster.roster, self.book, lambda what, error: self.failures.append(what))
        for rung, person in enumerate((MIA, LEO, ZOE), 1):
            self.staffing.put_person(person)
            self.staffing.rotate(Rotation(rung, (person.id,), TurnLength.DAY, time(9), "UTC", START.date()))
        stored = StoredMention(a_mention("0"), a_judgement(), START)
        ingest(stored, self.store, FoldRules(BRANDS))

    def silence(self, *people):
        self.book.pending |= {person.email for person in people}
        self.book.opted_out |= {person.phone for person in people}

    def notify(self):
        return notify(
            ["x#1"],
            Notifier(
                store=self.store,
                board=self.board,
                policy=lambda: UNGROUPED,
                publish=self.outbox.publish,
                wait_for_mail=lambda: None,
                clock=self.clock,
                recipients_of=self.recipients.audience_of,
            ),
        ).alerts

    @property
    def told(self):
        return [(str(alert.channel), alert.rung, alert.audience.to) for alert in self.outbox.alerts]

    @property
    def entries(self):
        return [entry.text for entry in self.store.entries["x#1"] if entry.what == "unreachable"]


@pytest.fixture
def team():
    return Team()


# ----------------------------------------------------------------------------------------------------- on a ladder


def test_who_is_on_call_is_alerted_by_name_and_the_log_says_so(team):
    team.notify()
    assert team.told == [("sms", 1, ("mia",)), ("email", 1, ("mia",))]
    assert [alert["to"] for alert in team.store.alerts["x#1"].values()] == [("Mia Okafor",)] * 2
    assert team.entries == []


def test_each_step_goes_to_whom_the_roster_names_when_it_is_sent(team):
    team.notify()
    team.staffing.override(Override("mia", 2, START, START + timedelta(hours=1)), START)
    team.clock.advance(minutes=5)
    escalate(team.store, team.clock())
    team.notify()
    assert team.told[2:] == [("sms", 2, ("mia",)), ("email", 2, ("mia",))]


def test_where_nobody_on_a_rung_can_be_reached_the_next_is_alerted_at_once_and_the_case_says_so(team):
    team.silence(MIA)
    team.notify()
    assert team.told == [("sms", 2, ("leo",)), ("email", 2, ("leo",))]
    assert team.entries == ["rung 1: Mia Okafor cannot be reached; rung 2 is alerted at once"]
    assert team.store.log("x#1") == ["opened", "escalated", "unreachable", "alerted"]
    assert team.store.cases[0].ladder.alerting is Alerting.SENT


def test_a_channel_that_takes_nothing_is_left_out_while_the_other_one_tells_them(team):
    team.book.opted_out.add(MIA.phone)
    team.notify()
    assert team.told == [("email", 1, ("mia",))]
    logged = {alert["channel"]: alert["to"] for alert in team.store.alerts["x#1"].values()}
    assert logged == {"sms": (), "email": ("Mia Okafor",)}
    assert team.store.cases[0].ladder.alerting is Alerting.SENT
    assert team.notify() == []


def test_where_nobody_at_all_can_be_reached_everybody_is_told_and_it_is_marked(team):
    team.silence(MIA, LEO, ZOE)
    alerts = team.notify()
    assert {(alert.channel, alert.rung) for alert in alerts} == {("sms", 1), ("email", 1)}
    assert all(alert.audience.everybody for alert in alerts)
    assert team.entries == [
        "rung 1: Mia Okafor, Leo Brandt, Zoe Ito cannot be reached; "
        "nobody can be: everybody on the topic is alerted at once"
    ]


def test_the_last_rung_falls_back_on_the_first(team):
    team.silence(ZOE)
    assert team.recipients.audience_of(3, SMS, START).to == ("mia",)


def test_a_rung_that_stands_in_by_the_parameters_must_have_somebody_confirmed(team):
    team.staffing.rotate(Rotation(2, (), TurnLength.DAY, time(9), "UTC", START.date()))
    team.silence(MIA)
    assert team.recipients.audience_of(1, SMS, START).to == ("zoe",)
    team.book.policies[EMAIL, "lead@example.com"] = {"channel": ["email"], "rung": ["2"]}
    team.clock.advance(minutes=1)
    assert team.recipients.audience_of(1, SMS, team.clock()) == Recipients(2, None, (), ("Mia Okafor",))


def test_without_a_roster_alerts_go_by_the_parameters_and_sns_is_not_asked(team):
    for person in (MIA, LEO, ZOE):
        team.staffing.remove_person(person.id)
    team.book.asked = 0
    team.notify()
    assert team.told == [("sms", 1, None), ("email", 1, None)]
    assert [alert["to"] for alert in team.store.alerts["x#1"].values()] == [None, None]
    assert team.book.asked == 0


def test_a_rung_whose_people_are_all_away_goes_by_the_parameters(team):
    team.staffing.absent("mia", Absence(START.date(), START.date()), START)
    assert team.recipients.audience_of(1, SMS, START) == Recipients(1)


def test_what_cannot_be_asked_holds_no_alert_up(team, monkeypatch):
    def broken():
        raise ConnectionError("no answer")

    monkeypatch.setattr(team.book, "subscribed", broken)
    assert team.recipients.audience_of(1, SMS, START).to == ("mia",)
    no_roster = RecipientFinder(broken, team.book, lambda what, error: team.failures.append(what))
    assert no_roster.audience_of(1, SMS, START) == Recipients(1)
    assert team.failures == ["the subscriptions", "the roster"]


def test_sns_is_asked_once_for_a_burst_and_again_after_a_minute(team):
    team.book.asked = 0
    for _ in range(10):
        team.recipients.audience_of(1, SMS, START)
    assert team.book.asked == 1
    team.silence(MIA)
    assert team.recipients.audience_of(1, SMS, START + FRESH).to == ("leo",)


@given(
    silent=st.sets(st.sampled_from(["mia", "leo", "zoe"])),
    rung=st.sampled_from(RUNGS),
    channel=st.sampled_from(Channel),
)
def test_somebody_is_always_told_and_never_somebody_who_cannot_be(silent, rung, channel):
    team = Team()
    team.silence(*(person for person in (MIA, LEO, ZOE) if person.id in silent))
    audience = team.recipients.audience_of(rung, channel, START)
    assert audience.everybody == (len(silent) == 3)
    assert audience.to
    if not audience.everybody:
        assert not set(audience.to) & silent


# --------------------------------------------------------------------------------------------------- reach, filters


@pytest.mark.parametrize(
    ("spoil", "sms", "email"),
    [
        (lambda book: None, AddressStatus.CONFIRMED, AddressStatus.CONFIRMED),
        (lambda book: book.pending.add(MIA.email), AddressStatus.CONFIRMED, AddressStatus.PENDING),
        (lambda book: book.opted_out.add(MIA.phone), AddressStatus.OPTED_OUT, AddressStatus.CONFIRMED),
        (lambda book: book.policies.clear(), AddressStatus.ABSENT, AddressStatus.ABSENT),
        (
            lambda book: book.policies.update({(EMAIL, MIA.email): {"rung": ["1"], "channel": ["email"]}}),
            AddressStatus.CONFIRMED,
            AddressStatus.MISROUTED,
        ),
    ],
)
def test_how_an_address_stands(spoil, sms, email):
    book = MemoryBook()
    book.subscribe_person(MIA)
    spoil(book)
    directory = Directory(book.subscribed(), book.is_opted_out)
    assert (directory.reach(MIA, SMS), directory.reach(MIA, EMAIL)) == (sms, email)
    assert directory.reach(replace(MIA, phone=None), SMS) is None


def test_a_mailbox_is_the_same_however_it_is_capitalised():
    book = MemoryBook()
    book.subscribe_person(MIA)
    assert Directory(book.subscribed(), book.is_opted_out).reach(replace(MIA, email="MIA@Example.com"), EMAIL) == (
        AddressStatus.CONFIRMED
    )


TEMPLATE = [{}, {"channel": ["email"], "rung": ["1"]}, {"channel": ["email"], "rung": ["2", "3"]}]


@given(st.sampled_from(TEMPLATE), st.lists(st.sampled_from(["mia", "leo", "zoe"])))
def test_a_filter_serves_rungs_and_people_and_gives_each_back(policy, people):
    joined = policy
    for id in people:
        joined = with_person(joined, EMAIL, id)
    assert people_in(joined) == tuple(sorted(set(people)))
    assert rungs_in(joined) == rungs_in(policy)
    for id in sorted(set(people)):
        joined = without_person(joined, EMAIL, id) or {}
    assert joined == policy


def test_nothing_is_left_of_a_filter_that_was_for_one_person():
    assert without_person(with_person({}, SMS, "mia"), SMS, "mia") is None


# --------------------------------------------------------------------------------------------------------- staffing


def test_a_roster_that_has_changed_meanwhile_is_not_overwritten(team):
    version = team.staffing.roster().version
    team.staffing.put_person(replace(MIA, name="Mia O."), version)
    with pytest.raises(ConflictError, match="not 6"):
        team.staffing.put_person(MIA, version)
    assert team.staffing.roster().person("mia").name == "Mia O."


def test_nobody_is_asked_to_confirm_who_cannot_be_stored(team):
    with pytest.raises(RosterError):
        team.staffing.put_person(Person("Ann", "Ann", "ann@example.com"))
    assert (EMAIL, "ann@example.com") not in team.book.policies


def test_removing_is_finished_by_doing_it_again(team):
    team.roster.save_roster(team.roster.roster().without_person("mia"))
    team.staffing.remove_person("mia")
    assert (EMAIL, MIA.email) not in team.book.policies
    with pytest.raises(NotFoundError):
        team.staffing.remove_person("mia")


def test_an_override_of_nobody_known_is_refused(team):
    with pytest.raises(RosterError, match="'ann'"):
        team.staffing.override(Override("ann", 1, START, START + timedelta(hours=1)), START)
    assert recipients_of(Roster(), 1, SMS, START, None) == Recipients(1)
