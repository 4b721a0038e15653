"""The email that says that text messages have stopped."""

import pytest

from earshot.alerting.sms.budget_notice import SmsStop, budget_notice, budget_notice_subject
from tests.fakes import START


@pytest.mark.parametrize("stop", SmsStop)
def test_the_notice_says_what_stopped_until_when_and_what_to_do(stop):
    assert len(budget_notice_subject(stop)) < 100
    assert budget_notice_subject(stop).isascii()
    told = budget_notice(stop, 20, START)
    assert "November 2026 ($20.00)" in told
    assert "raise SmsMonthlySpendLimit" in told
    assert ("critical cases" in told) == (stop is SmsStop.LESSER)
