"""Which text messages the budget allows, and which are sent beyond it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from earshot.alerting.alert import Alert, AlertReason, Channel, Recipients
from earshot.alerting.roster.roster import Person
from earshot.alerting.sms.budget_notice import SmsStop
from earshot.alerting.sms.cost import Prices
from earshot.alerting.sms.gate import SmsGate
from earshot.errors import AlertRefusedError
from earshot.triage.judgement import Severity
from tests.fakes import CASE, START

PRICES = Prices(0.10, {"+1": 0.01, "+1876": 0.20, "+44": 0.04})
MIA = Person("mia", "Mia Okafor", "mia@example.com", "+12025550101")
SMS = Alert(
    name="2026#01#sms",
    case_ids=(CASE,),
    rung=1,
    reason=AlertReason.FIRST,
    channel=Channel.SMS,
    severity="high",
    correlation="x#1",
    text="HIGH, 48 min left: Jane",
    recipients=Recipients(1, ("mia",), addresses=(MIA.phone,)),
)
CRITICAL = replace(SMS, severity="critical")


@dataclass
class MemoryBudget:
    booked: int = 0
    told: set[str] = field(default_factory=set)
    is_forgetful: bool = False

    def book_within(self, cost: int, limit: int, now: datetime) -> bool:
        if self.booked + cost > limit:
            return False
        self.booked += cost
        return True

    def book_beyond_limit(self, cost: int, now: datetime) -> None:
        self.booked += cost

    def claim_notice(self, what: str, now: datetime) -> bool:
        is_new = what not in self.told
        self.told.add(what)
        return is_new

    def confirm_notice(self, what: str, now: datetime) -> None:
        assert what in self.told
        if self.is_forgetful:
            raise ConnectionError("the table is down")

    def release_notice(self, what: str, now: datetime) -> None:
        self.told.remove(what)


@dataclass
class Whom:
    needed: bool = False

    def needs_sms(self, recipients: Recipients, at: datetime) -> bool:
        return self.needed


class House:
    """Somebody who pays for texting: one part to the US costs a cent."""

    def __init__(self, limit: float = 0.1, **whom: Any) -> None:
        self.budget, self.whom, self.told, self.failures = MemoryBudget(), Whom(**whom), [], []
        self.gate = SmsGate(self.budget, self.whom, PRICES, limit, self.tell, self.fail)

    def tell(self, stop: SmsStop, now: datetime) -> None:
        self.told.append(stop)

    def fail(self, what: str, error: Exception) -> None:
        self.failures.append(what)

    def allowed(self, *alerts: Alert) -> list[bool]:
        return [self.gate.allows(alert, START) for alert in alerts]


def test_the_last_fifth_is_kept_for_critical_cases():
    house = House()
    assert house.allowed(*[SMS] * 9) == [True] * 8 + [False]
    assert house.allowed(*[CRITICAL] * 3) == [True, True, False]
    assert house.budget.booked == 100_000


def test_staff_get_one_notice_for_each_stop():
    house = House(limit=0.01)
    house.allowed(SMS, SMS, CRITICAL, CRITICAL, CRITICAL, SMS)
    assert house.told == [SmsStop.LESSER, SmsStop.ALL]


def test_a_notice_that_cannot_be_noted_is_sent_once():
    house = House(limit=0.001)
    house.budget.is_forgetful = True
    house.allowed(*[SMS] * 20)
    assert house.told == [SmsStop.LESSER]


def test_a_notice_whose_answer_was_lost_is_not_sent_with_every_message():
    house = House(limit=0.001)

    def sent_without_an_answer(stop, now):
        house.told.append(stop)
        raise ConnectionError("no answer")

    house.gate = replace(house.gate, notify_stop=sent_without_an_answer)
    house.allowed(*[SMS] * 20)
    assert house.told == [SmsStop.LESSER]


def test_an_sms_that_was_not_sent_is_not_booked():
    house = House()
    assert house.allowed(SMS, SMS) == [True, True]
    house.gate.refund(SMS, START)
    assert house.budget.booked == 10_000


def test_a_notice_that_failed_is_sent_with_the_next_message(monkeypatch):
    house = House(limit=0.001)

    def refuse(stop, now):
        raise AlertRefusedError("SNS is down")

    working = house.gate
    house.gate = replace(working, notify_stop=refuse)
    assert house.allowed(SMS) == [False]
    assert house.failures == ["the notice that text messages have stopped"]
    house.gate = working
    house.allowed(SMS)
    assert house.told == [SmsStop.LESSER]


def test_an_sms_that_somebody_needs_is_sent_whatever_it_costs():
    house = House(limit=0, needed=True)
    assert house.allowed(SMS, CRITICAL) == [True, True]
    assert house.budget.booked == 20_000
    assert house.told == []


def test_a_limit_of_zero_sends_no_notice():
    house = House(limit=0)
    assert house.allowed(SMS, CRITICAL) == [False, False]
    assert house.told == []


def test_an_sms_to_no_number_costs_nothing_and_is_allowed():
    house = House(limit=0)
    assert house.allowed(replace(SMS, recipients=Recipients(1, ()))) == [True]
    assert house.budget.booked == 0


def test_an_sms_to_two_numbers_costs_both():
    house = House(limit=1)
    house.allowed(replace(SMS, recipients=Recipients(1, addresses=(MIA.phone, "+447700900123"))))
    assert house.budget.booked == 50_000


def test_an_sms_whose_cost_is_unknown_is_sent(monkeypatch):
    house = House(limit=0)

    def broken(*given):
        raise ConnectionError("no answer")

    monkeypatch.setattr(house.budget, "book_within", broken)
    assert house.allowed(SMS) == [True]
    assert house.failures == ["the SMS budget"]


@given(
    st.lists(st.tuples(st.sampled_from(Severity), st.booleans(), st.integers(0, 400)), max_size=60),
    st.integers(0, 100).map(lambda cents: cents / 100),
)
def test_the_limit_is_exceeded_only_for_those_who_need_the_sms(alerts, limit):
    house, needed_cost = House(limit=limit), 0
    for severity, needed, length in alerts:
        house.whom.needed = needed
        alert = replace(SMS, severity=str(severity), text="a" * length)
        before = house.budget.booked
        assert house.allowed(alert) == [True] or not needed
        cost = house.budget.booked - before
        needed_cost += cost if needed else 0
        assert not cost or needed or house.budget.booked <= round(limit * 1e6)
    assert house.budget.booked - needed_cost <= round(limit * 1e6)
