"""Whom an alert reaches, asked at the moment of sending: the roster as it is stored, and SNS's word on addresses."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol

from earshot.alerting.alert import Channel, Recipients
from earshot.alerting.recipients.filter_policy import Subscription
from earshot.alerting.recipients.resolution import Directory, IsFailing, is_told_by_email, phones_of, recipients_of
from earshot.alerting.roster.roster import Roster

# Somebody who has just confirmed waits no longer than this; a burst of alerts asks SNS once.
FRESH = timedelta(seconds=60)


class SubscriptionReader(Protocol):
    """What is asked of the topic's subscriptions."""

    def subscribed(self) -> tuple[Subscription, ...]: ...
    def is_opted_out(self, phone: str) -> bool: ...


class RecipientFinder:
    """Finds audiences. ``on_failure`` is told what could not be asked: no alert waits for it.

    Without a roster an alert goes by the template's parameters, and SNS is not asked whom it reaches. ``is_failing``
    says whether the last text message to a number did not arrive.
    """

    def __init__(
        self,
        read_roster: Callable[[], Roster],
        book: SubscriptionReader,
        on_failure: Callable[[str, Exception], None],
        is_failing: IsFailing = lambda phone: False,
    ) -> None:
        self._read_roster = read_roster
        self._book = book
        self._on_failure = on_failure
        self._is_failing = is_failing
        self._directory: Directory | None = None
        self._asked_at: datetime | None = None

    def recipients_of(self, rung: int, channel: Channel, at: datetime) -> Recipients:
        """Who gets what ``rung`` is to get on ``channel`` now."""
        try:
            roster = self._read_roster()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the roster, the parameters name somebody
            self._on_failure("the roster", error)
            return Recipients(rung)
        if not roster.rotations and not roster.overrides:
            return Recipients(rung)
        return recipients_of(roster, rung, channel, at, self._current(at))

    def phones_of(self, audience: Recipients, at: datetime) -> tuple[str, ...] | None:
        """The numbers that a text message for this audience goes to; None where SNS does not say."""
        directory = self._current(at)
        return None if directory is None else phones_of(self._roster_for(audience), audience, directory)

    def needs_sms(self, audience: Recipients, at: datetime) -> bool:
        """Whether a text message alone reaches somebody of this audience; so it is where SNS does not say."""
        directory = self._current(at)
        return directory is None or not is_told_by_email(self._roster_for(audience), audience, directory)

    def _roster_for(self, audience: Recipients) -> Roster:
        """The roster, where the audience names people of it."""
        return Roster() if audience.to is None else self._read_roster()

    def _current(self, at: datetime) -> Directory | None:
        if self._asked_at is None or at - self._asked_at >= FRESH:
            try:
                subscriptions = self._book.subscribed()
                self._directory = Directory(subscriptions, cache(self._book.is_opted_out), cache(self._is_failing))
            except Exception as error:  # noqa: BLE001 - who cannot be asked counts as reachable
                self._on_failure("the subscriptions", error)
                self._directory = None
            self._asked_at = at
        return self._directory
