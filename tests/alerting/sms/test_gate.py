"""Text messages and money: what they cost, what the month has room for, and who is texted whatever it costs."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.alerting.alert import NO_SMS, OVER_BUDGET, Alert, AlertReason, Channel, Recipients
from earshot.alerting.recipients.finder import RecipientFinder
from earshot.alerting.roster.admin import RosterAdmin
from earshot.alerting.roster.roster import Person, Rotation, TurnLength
from earshot.alerting.sms.budget_table import SmsBudget
from earshot.alerting.sms.cost import Prices, costs_of, parts_of
from earshot.alerting.sms.gate import UNKNOWN, SmsGate, SmsStop, subject_of, text_of
from earshot.triage.judgement import Severity
from tests.alerting.test_notifier import Desk
from tests.fakes import START, MemoryBook, MemoryRoster, a_judgement, a_mention, unused

PRICES = Prices(0.10, {"+1": 0.01, "+1876": 0.20, "+44": 0.04})
MIA = Person("mia", "Mia Okafor", "mia@example.com", "+12025550101")
SMS = Alert(
    name="2026#01#sms",
    case_ids=("x-1",),
    rung=1,
    reason=AlertReason.FIRST,
    channel=Channel.SMS,
    severity="high",
    correlation="x#1",
    text="HIGH, 48 min left: Jane",
)
CRITICAL = replace(SMS, severity="critical")


# --------------------------------------------------------------------------------------------------------- the cost


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", 1), ("a" * 151, 1), ("a" * 152, 2), ("€" * 76, 2), ("ж" * 61, 1), ("ж" * 62, 2), ("a" * 298, 3)],
)
def test_the_sender_and_the_alphabet_count(text, parts):
    # "Earshot> " takes 9 of 160, or of 70 where the alphabet is another; two joined parts hold 306.
    assert parts_of(text) == parts


@pytest.mark.parametrize(
    ("phone", "price"),
    [("+12025550101", 10_000), ("+18765550101", 200_000), ("+447700900101", 40_000), ("+4915112345678", 100_000)],
)
def test_a_number_is_priced_by_the_longest_code_that_it_begins_with(phone, price):
    assert PRICES.of(phone) == price


@given(st.text(max_size=600), st.sets(st.sampled_from(["+12025550101", "+447700900101", "+4915112345678"])))
def test_a_text_costs_its_parts_at_every_number(text, phones):
    costs = costs_of(text, phones, PRICES)
    assert costs == {phone: parts_of(text) * PRICES.of(phone) for phone in phones}
    assert all(cost > 0 for cost in costs.values())


# ------------------------------------------------------------------------------------------------------- the budget


@pytest.fixture
def budget(client_of: Callable[[str], Any]) -> SmsBudget:
    client, name = client_of("dynamodb"), unused("cases")
    client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return SmsBudget(client, name)


def test_what_fits_is_booked_to_the_last_millionth_and_nothing_beyond(budget):
    assert budget.book_within(60, 100, START)
    assert not budget.book_within(41, 100, START)
    assert budget.book_within(40, 100, START)
    assert not budget.book_within(1, 100, START)
    assert budget.booked(START) == 100
    assert not budget.book_within(1, 0, START)


def test_a_message_dearer_than_the_limit_does_not_open_the_month(budget):
    assert not budget.book_within(101, 100, START)
    assert budget.booked(START) == 0


def test_what_must_be_sent_is_booked_beyond_the_limit(budget):
    budget.book_beyond(500, START)
    budget.book_beyond(500, START)
    assert budget.booked(START) == 1000
    assert not budget.book_within(1, 100, START)


def test_a_month_is_one_of_utc_and_begins_with_nothing(budget):
    end = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    budget.book_beyond(100, end)
    assert budget.booked(end + timedelta(seconds=1)) == 0
    assert budget.book_within(100, 100, end + timedelta(seconds=1))


def test_what_was_told_is_known_for_its_month_whether_anything_was_booked_or_not(budget):
    assert not budget.has_told(SmsStop.ALL, START)
    budget.note_told(SmsStop.ALL, START)
    budget.note_told(SmsStop.ALL, START)
    assert budget.has_told(SmsStop.ALL, START)
    assert not budget.has_told(SmsStop.LESSER, START)
    assert not budget.has_told(SmsStop.ALL, START + timedelta(days=20))
    assert budget.book_within(100, 100, START), "a month that was told of is a month without spending all the same"


# -------------------------------------------------------------------------------------------------------- deciding


@dataclass
class MemoryBudget:
    booked: int = 0
    told: set[str] = field(default_factory=set)

    def book_within(self, cost: int, limit: int, now: datetime) -> bool:
        if self.booked + cost > limit:
            return False
        self.booked += cost
        return True

    def book_beyond(self, cost: int, now: datetime) -> None:
        self.booked += cost

    def has_told(self, what: str, now: datetime) -> bool:
        return what in self.told

    def note_told(self, what: str, now: datetime) -> None:
        self.told.add(what)


@dataclass
class Whom:
    phones: tuple[str, ...] | None = (MIA.phone,)
    needed: bool = False

    def phones_of(self, audience: Recipients, at: datetime) -> tuple[str, ...] | None:
        return self.phones

    def needs_sms(self, audience: Recipients, at: datetime) -> bool:
        return self.needed


class House:
    """Somebody who pays for texting: one part to the US costs a cent."""

    def __init__(self, limit: float = 0.1, **whom: Any) -> None:
        self.budget, self.whom, self.told, self.failures = MemoryBudget(), Whom(**whom), [], []
        self.texting = SmsGate(self.budget, self.whom, PRICES, limit, self.tell, self.fail)

    def tell(self, stop: SmsStop, now: datetime) -> None:
        self.told.append(stop)

    def fail(self, what: str, error: Exception) -> None:
        self.failures.append(what)

    def affords(self, *alerts: Alert) -> list[bool]:
        return [self.texting.affords(alert, START) for alert in alerts]


def test_the_last_fifth_is_kept_for_critical_cases():
    house = House()
    assert house.affords(*[SMS] * 9) == [True] * 8 + [False]
    assert house.affords(*[CRITICAL] * 3) == [True, True, False]
    assert house.budget.booked == 100_000


def test_staff_are_told_once_for_each_stop():
    house = House(limit=0.01)
    house.affords(SMS, SMS, CRITICAL, CRITICAL, CRITICAL, SMS)
    assert house.told == [SmsStop.LESSER, SmsStop.ALL]


def test_staff_who_could_not_be_told_are_told_at_the_next_message(monkeypatch):
    house = House(limit=0.001)

    def refuse(stop, now):
        raise ConnectionError("SNS is down")

    working = house.texting
    house.texting = replace(working, tell=refuse)
    assert house.affords(SMS) == [False]
    assert house.failures == ["that texting has stopped"]
    house.texting = working
    house.affords(SMS)
    assert house.told == [SmsStop.LESSER]


def test_whom_nothing_else_reaches_is_texted_whatever_it_costs():
    house = House(limit=0, needed=True)
    assert house.affords(SMS, CRITICAL) == [True, True]
    assert house.budget.booked == 20_000
    assert house.told == []


def test_no_limit_of_zero_is_told_as_news():
    house = House(limit=0)
    assert house.affords(SMS, CRITICAL) == [False, False]
    assert house.told == []


def test_a_message_to_nobody_costs_nothing_and_is_not_held_back():
    house = House(limit=0, phones=())
    assert house.affords(SMS) == [True]
    assert house.budget.booked == 0


def test_a_number_that_nobody_could_be_asked_for_is_priced_as_an_unknown_country():
    house = House(limit=1, phones=None)
    assert house.texting.costs(SMS, START) == {UNKNOWN: 100_000}
    house.affords(SMS)
    assert house.budget.booked == 100_000


def test_what_cannot_be_reckoned_holds_no_message_up(monkeypatch):
    house = House(limit=0)

    def broken(*given):
        raise ConnectionError("no answer")

    monkeypatch.setattr(house.budget, "book_within", broken)
    assert house.affords(SMS) == [True]
    assert house.failures == ["the SMS budget"]


@given(
    st.lists(st.tuples(st.sampled_from(Severity), st.booleans(), st.integers(0, 400)), max_size=60),
    st.integers(0, 100).map(lambda cents: cents / 100),
)
def test_the_limit_is_passed_for_nobody_but_those_whom_nothing_else_reaches(alerts, limit):
    house, needed_cost = House(limit=limit), 0
    for severity, needed, length in alerts:
        house.whom.needed = needed
        alert = replace(SMS, severity=str(severity), text="a" * length)
        before = house.budget.booked
        assert house.affords(alert) == [True] or not needed
        cost = house.budget.booked - before
        needed_cost += cost if needed else 0
        assert not cost or needed or house.budget.booked <= round(limit * 1e6)
    assert house.budget.booked - needed_cost <= round(limit * 1e6)


@pytest.mark.parametrize("stop", SmsStop)
def test_the_mail_says_what_stopped_until_when_and_what_to_do(stop):
    assert len(subject_of(stop)) < 100
    assert subject_of(stop).isascii()
    told = text_of(stop, 20, START)
    assert "November 2026 ($20.00)" in told
    assert "raise SmsMonthlySpendLimit" in told
    assert ("critical cases" in told) == (stop is SmsStop.LESSER)


# ---------------------------------------------------------------------------------------------- whom a message is for


class Crew:
    """Mia on rung 1 of the roster, and whoever the parameters name."""

    def __init__(self, *people: Person) -> None:
        self.book, self.roster, self.failures = MemoryBook(), MemoryRoster(), []
        staffing = RosterAdmin(self.roster, self.book)
        for person in people:
            staffing.put_person(person)
            staffing.rotate(Rotation(1, (person.id,), TurnLength.DAY, time(9), "UTC", START.date()))
        self.recipients = RecipientFinder(self.roster.roster, self.book, lambda what, error: self.failures.append(what))

    def names(self, channel: Channel, address: str, *rungs: str) -> None:
        self.book.policies[channel, address] = {"channel": [str(channel)], "rung": list(rungs)}

    def asked(self, audience: Recipients) -> tuple[tuple[str, ...] | None, bool]:
        return self.recipients.phones_of(audience, START), self.recipients.needs_sms(audience, START)


TO_MIA = Recipients(1, ("mia",), ("Mia Okafor",))


def test_somebody_with_a_confirmed_mailbox_needs_no_text_message():
    assert Crew(MIA).asked(TO_MIA) == ((MIA.phone,), False)


def test_somebody_whose_mailbox_is_not_confirmed_or_who_has_none_needs_it():
    crew = Crew(MIA)
    crew.book.pending.add(MIA.email)
    assert crew.asked(TO_MIA) == ((MIA.phone,), True)
    assert Crew(replace(MIA, email=None)).asked(TO_MIA) == ((MIA.phone,), True)


def test_where_everybody_is_told_everybody_is_texted():
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


def test_where_sns_does_not_say_the_message_is_needed(monkeypatch):
    crew = Crew(MIA)

    def broken():
        raise ConnectionError("no answer")

    monkeypatch.setattr(crew.book, "subscribed", broken)
    assert crew.asked(TO_MIA) == (None, True)


def test_a_number_that_fails_is_left_out_and_its_owner_is_told_by_email():
    crew, failing = Crew(MIA), set()
    recipients = RecipientFinder(crew.roster.roster, crew.book, lambda *told: None, failing.__contains__)
    assert recipients.audience_of(1, Channel.SMS, START).to == ("mia",)
    failing.add(MIA.phone)
    later = START + timedelta(minutes=1)
    assert recipients.audience_of(1, Channel.SMS, later).to == ()
    assert recipients.audience_of(1, Channel.EMAIL, later).to == ("mia",)


# ---------------------------------------------------------------------------------------------------- the notifier


def test_what_cannot_be_afforded_is_not_sent_and_the_log_and_the_mail_say_so():
    desk, asked = Desk(), []

    def afford(alert, now):
        asked.append(alert.channel)
        return False

    assert [alert.channel for alert in desk.notify(afford_sms=afford)] == ["email"]
    assert desk.outbox.sent == [(1, "email")]
    assert desk.outbox.alerts[0].text.startswith(f"{NO_SMS}\n\n")
    logged = {alert["channel"]: alert.get("held_back") for alert in desk.store.alerts["x#1"].values()}
    assert logged == {"sms": OVER_BUDGET, "email": None}
    assert asked == ["sms"]
    assert desk.notify(afford_sms=afford) == []


def test_a_mail_that_comes_at_a_later_try_says_so_too():
    desk = Desk()
    desk.outbox.failing.add("email")
    desk.notify(afford_sms=lambda alert, now: False)
    desk.outbox.failing.clear()
    desk.notify()
    assert desk.outbox.sent == [(1, "email")]
    assert desk.outbox.alerts[0].text.startswith(NO_SMS)


def test_a_mail_beside_a_text_message_says_nothing_of_money():
    desk = Desk()
    desk.notify()
    assert [NO_SMS in alert.text for alert in desk.outbox.alerts] == [False, False]
    assert all("held_back" not in alert for alert in desk.store.alerts["x#1"].values())


def test_nobody_asks_for_money_where_a_message_is_for_nobody():
    desk, asked = Desk(), []
    desk.notify(
        audience_of=lambda rung, channel, at: Recipients(rung, () if channel is Channel.SMS else ("mia",)),
        afford_sms=lambda alert, now: asked.append(alert) or False,
    )
    assert asked == []
    assert NO_SMS not in desk.outbox.alerts[0].text


def test_the_log_knows_by_which_id_an_alert_can_be_followed():
    desk = Desk()
    desk.notify(publish=lambda alert, at: f"id-{alert.channel}")
    assert {alert["message_id"] for alert in desk.store.alerts["x#1"].values()} == {"id-sms", "id-email"}


@pytest.mark.engine
def test_the_table_tells_what_was_held_back(running):
    running.hear(a_mention("1"), a_judgement())
    running.table.log_alert("x#1", "a#01#sms", {"at": START, "held_back": OVER_BUDGET}, START)
    running.table.log_alert("x#1", "a#01#email", {"at": START, "held_back": None}, START)
    assert running.table.sent("x#1")[1] == {"a#01#sms", "a#01#sms#held-back", "a#01#email"}
