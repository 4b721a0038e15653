"""Whether a text message may be sent: if the month's budget has room, or if nothing else reaches its recipients.

The last fifth of the limit is reserved for critical cases, so that many lesser ones do not use up the budget of the
worst. What the budget does not allow is sent by email only, and the email says so. If a recipient has no confirmed
mailbox, or if nobody can be reached at all, the SMS is sent beyond the limit: no alert is lost for money.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from earshot.alerting.alert import Alert, Recipients
from earshot.alerting.sms.cost import Prices, alert_costs
from earshot.errors import AlertRefusedError
from earshot.mentions.budget import WARNING_SHARE
from earshot.triage.judgement import Severity


class SmsStop(StrEnum):
    """Which text messages have stopped: ``LESSER`` those about cases below critical, ``ALL`` all of them."""

    LESSER = "lesser"
    ALL = "all"


class SmsBudget(Protocol):
    """The month's SMS budget. Amounts are in millionths of a US dollar."""

    def book_within(self, cost: int, limit: int, now: datetime) -> bool: ...
    def book_beyond_limit(self, cost: int, now: datetime) -> None: ...
    def claim_notice(self, stop: str, now: datetime) -> bool: ...
    def confirm_notice(self, stop: str, now: datetime) -> None: ...
    def release_notice(self, stop: str, now: datetime) -> None: ...


class SmsRecipients(Protocol):
    """What must be known of a message's recipients."""

    def needs_sms(self, recipients: Recipients, at: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class SmsGate:
    """``limit`` is in US dollars a month. 0 allows only those text messages that somebody needs.

    ``notify_stop`` sends staff the notice that text messages have stopped, once a month for each ``SmsStop``.
    ``on_failure`` gets the errors of all that an SMS does not wait for.
    """

    budget: SmsBudget
    recipients: SmsRecipients
    prices: Prices
    limit: float
    notify_stop: Callable[[SmsStop, datetime], None]
    on_failure: Callable[[str, Exception], None]

    def allows(self, alert: Alert, now: datetime) -> bool:
        """Whether an SMS may be sent; if so, its cost is booked. True where that cannot be decided."""
        try:
            return self._allows(alert, sum(alert_costs(alert, self.prices).values()), now)
        except Exception as error:  # noqa: BLE001 - an alert does not wait for bookkeeping
            self.on_failure("the SMS budget", error)
            return True

    def refund(self, alert: Alert, now: datetime) -> None:
        """Take back what ``allows`` booked for an SMS that was certainly not sent."""
        try:
            if (cost := sum(alert_costs(alert, self.prices).values())) > 0:
                self.budget.book_beyond_limit(-cost, now)
        except Exception as error:  # noqa: BLE001 - the limit is reached a little early
            self.on_failure("the SMS budget", error)

    def _allows(self, alert: Alert, cost: int, now: datetime) -> bool:
        limit = round(self.limit * 1_000_000)
        is_critical = alert.severity == Severity.CRITICAL
        available = limit if is_critical else round(WARNING_SHARE * limit)
        if cost == 0 or self.budget.book_within(cost, available, now):
            return True
        if self.recipients.needs_sms(_recipients(alert), now):
            self.budget.book_beyond_limit(cost, now)
            return True
        # Without a budget, text messages were never meant to be sent: that is no news.
        if limit > 0:
            self._notify_once(SmsStop.ALL if is_critical else SmsStop.LESSER, now)
        return False

    def _notify_once(self, stop: SmsStop, now: datetime) -> None:
        try:
            # Claimed first: a table that refuses to note what was sent must not make a mail of every SMS.
            if self.budget.claim_notice(stop, now):
                self._notify(stop, now)
                self.budget.confirm_notice(stop, now)
        except Exception as error:  # noqa: BLE001 - an SMS that the budget refuses later tries again
            self.on_failure("the notice that text messages have stopped", error)

    def _notify(self, stop: SmsStop, now: datetime) -> None:
        try:
            self.notify_stop(stop, now)
        except AlertRefusedError:
            self.budget.release_notice(stop, now)
            raise


def _recipients(alert: Alert) -> Recipients:
    return alert.recipients or Recipients(alert.rung)
