"""The month's SMS budget, on both stand-ins for DynamoDB."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from earshot.alerting.sms.budget_notice import SmsStop
from earshot.alerting.sms.budget_table import SmsBudgetTable
from tests.fakes import START, unused


@pytest.fixture
def budget(client_of: Callable[[str], Any]) -> SmsBudgetTable:
    client, name = client_of("dynamodb"), unused("cases")
    client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return SmsBudgetTable(client, name)


def test_the_budget_can_be_booked_up_to_the_limit_and_not_beyond(budget):
    assert budget.book_within(60, 100, START)
    assert not budget.book_within(41, 100, START)
    assert budget.book_within(40, 100, START)
    assert not budget.book_within(1, 100, START)
    assert budget.booked(START) == 100
    assert not budget.book_within(1, 0, START)


def test_a_message_that_costs_more_than_the_limit_is_not_booked(budget):
    assert not budget.book_within(101, 100, START)
    assert budget.booked(START) == 0


def test_a_message_that_must_be_sent_is_booked_beyond_the_limit(budget):
    budget.book_beyond_limit(500, START)
    budget.book_beyond_limit(500, START)
    assert budget.booked(START) == 1000
    assert not budget.book_within(1, 100, START)


def test_the_budget_is_by_month_in_utc(budget):
    end = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    budget.book_beyond_limit(100, end)
    assert budget.booked(end + timedelta(seconds=1)) == 0
    assert budget.book_within(100, 100, end + timedelta(seconds=1))


def test_a_notice_is_claimed_once_in_its_month(budget):
    assert [budget.claim_notice(SmsStop.ALL, START) for _ in range(2)] == [True, False]
    budget.confirm_notice(SmsStop.ALL, START)
    assert not budget.claim_notice(SmsStop.ALL, START + timedelta(hours=2))
    assert budget.claim_notice(SmsStop.LESSER, START)
    assert budget.claim_notice(SmsStop.ALL, START + timedelta(days=20))
    assert budget.book_within(100, 100, START), "a month that was told of is a month without spending all the same"


def test_a_notice_that_was_not_confirmed_is_claimed_again_in_later_hours_and_three_times_at_most(budget):
    minutes = (0, 30, 60, 90, 120, 180, 240)
    claimed = [budget.claim_notice(SmsStop.ALL, START + timedelta(minutes=minute)) for minute in minutes]
    assert claimed == [True, False, True, False, True, False, False]


def test_a_notice_that_was_certainly_not_sent_is_free_again(budget):
    for _ in range(5):
        assert budget.claim_notice(SmsStop.ALL, START)
        budget.release_notice(SmsStop.ALL, START)
