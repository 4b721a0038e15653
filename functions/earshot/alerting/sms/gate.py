"""Whether a text message may be sent: within the month's budget, or else only where nothing but it reaches somebody.

The last fifth of the limit is kept for critical cases, so that a month of many lesser ones does not silence the
worst. What cannot be afforded is told by email alone, and says so. Where somebody has no mailbox that takes alerts,
or where nobody can be reached at all, the message goes out beyond the limit: no alert is dropped for money.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from earshot.alerting.alert import Alert, Recipients
from earshot.alerting.sms.cost import Prices, costs_of
from earshot.mentions.budget import NEARLY
from earshot.triage.judgement import Severity

# What stands for a number that nobody could be asked for: it is priced as an unknown country's.
UNKNOWN = "+"


class SmsStop(StrEnum):
    """How far texting has stopped: ``LESSER`` for all but critical cases, ``ALL`` for these as well."""

    LESSER = "lesser"
    ALL = "all"


class Budget(Protocol):
    """What is asked of the month's budget."""

    def book_within(self, cost: int, limit: int, now: datetime) -> bool: ...
    def book_beyond(self, cost: int, now: datetime) -> None: ...
    def has_told(self, what: str, now: datetime) -> bool: ...
    def note_told(self, what: str, now: datetime) -> None: ...


class SmsRecipients(Protocol):
    """What is asked about those whom a message is for."""

    def phones_of(self, audience: Recipients, at: datetime) -> tuple[str, ...] | None: ...
    def needs_sms(self, audience: Recipients, at: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class SmsGate:
    """``limit`` is US dollars a month; 0 is no text message but those that somebody needs.

    ``tell`` sends staff the news that texting has stopped, once a month for each ``SmsStop``. ``on_failure`` learns
    what     could not be asked or told: no alert waits for it.
    """

    budget: Budget
    directory: SmsRecipients
    prices: Prices
    limit: float
    tell: Callable[[SmsStop, datetime], None]
    on_failure: Callable[[str, Exception], None]

    def costs(self, alert: Alert, now: datetime) -> Mapping[str, int]:
        """The estimate for each number that a message goes to, in millionths of a dollar; empty: to none."""
        phones = self.directory.phones_of(_audience(alert), now)
        return costs_of(alert.text, (UNKNOWN,) if phones is None else phones, self.prices)

    def affords(self, alert: Alert, now: datetime) -> bool:
        """Whether a text message may go out; if so, it is booked."""
        try:
            return self._affords(alert, sum(self.costs(alert, now).values()), now)
        except Exception as error:  # noqa: BLE001 - what cannot be reckoned must hold no alert up
            self.on_failure("the SMS budget", error)
            return True

    def _affords(self, alert: Alert, cost: int, now: datetime) -> bool:
        limit = round(self.limit * 1_000_000)
        is_critical = alert.severity == Severity.CRITICAL
        ceiling = limit if is_critical else round(NEARLY * limit)
        if cost == 0 or self.budget.book_within(cost, ceiling, now):
            return True
        if self.directory.needs_sms(_audience(alert), now):
            self.budget.book_beyond(cost, now)
            return True
        # Who sets no money aside knows that nobody is texted.
        if limit > 0:
            self._tell_once(SmsStop.ALL if is_critical else SmsStop.LESSER, now)
        return False

    def _tell_once(self, stop: SmsStop, now: datetime) -> None:
        try:
            if not self.budget.has_told(stop, now):
                # Told first and noted afterwards: twice is better than never.
                self.tell(stop, now)
                self.budget.note_told(stop, now)
        except Exception as error:  # noqa: BLE001 - the next message that is held back tries again
            self.on_failure("that texting has stopped", error)


def subject_of(stop: SmsStop) -> str:
    """The subject of the mail that tells it, as SNS asks for: fewer than 100 printable characters of ASCII."""
    return f"Earshot texts {'nobody' if stop is SmsStop.ALL else 'for critical cases alone'} until next month"


def text_of(stop: SmsStop, limit: float, now: datetime) -> str:
    """The mail that tells it, and the remedy."""
    if stop is SmsStop.ALL:
        what = f"The SMS budget of {now:%B %Y} (${limit:.2f}) is used up."
    else:
        what = (
            f"{NEARLY:.0%} of the SMS budget of {now:%B %Y} (${limit:.2f}) is used up. What is left of it is kept for "
            "critical cases."
        )
    whom = "Alerts" if stop is SmsStop.ALL else "Alerts for cases below critical"
    return (
        f"{what}\n\n{whom} come by email alone until the month is over (UTC), and each says so at its top. Who has "
        "no mailbox that takes alerts is still texted.\n\nTo text again now, raise SmsMonthlySpendLimit and deploy. "
        "You get this mail once a month.\n"
    )


def _audience(alert: Alert) -> Recipients:
    return alert.audience or Recipients(alert.rung)
