"""Sentiment within a monthly budget: from Comprehend until the budget is spent, from the lexicon after that."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from earshot.mentions.budget import month_of
from earshot.triage.judgement import Sentiment
from earshot.triage.sentiment.comprehend import UNIT_PRICE, Comprehend
from earshot.triage.sentiment.measure import measure_all

SERVICE = "comprehend"


class MonthlySpending(Protocol):
    """The spending on each service by month (``2026-11``), in millionths of a dollar."""

    def spent(self, service: str, month: str) -> int: ...
    def spend(self, service: str, month: str, millionths: int) -> int: ...


class BudgetedSentiment:
    """Measures sentiment for at most ``limit`` millionths of a dollar a month.

    Where ``limit`` is 0 it is not asked at all. ``on_over_budget`` is called for each batch that the lexicon measures
    because the month's budget is spent, ``on_refused`` if Comprehend raises an error that an operator must look at, and
    ``on_unserved`` with how many posts it gave no sentiment for, by error, or because its budget could not be read.
    """

    def __init__(
        self,
        comprehend: Comprehend,
        spending: MonthlySpending,
        limit: int,
        clock: Callable[[], datetime],
        on_over_budget: Callable[[], None],
        on_refused: Callable[[], None],
        on_unserved: Callable[[Mapping[str, int]], None],
    ) -> None:
        self._comprehend = comprehend
        self._spending = spending
        self._limit = limit
        self._clock = clock
        self._on_over_budget = on_over_budget
        self._on_refused = on_refused
        self._on_unserved = on_unserved
        self._month = ""
        self._spent = 0

    def measure(self, items: Sequence[tuple[str, str | None]]) -> list[Sentiment | None]:
        """The sentiment of each (text, language), in order; None where neither can measure it."""
        if self._limit <= 0 or not self._has_budget(len(items)):
            return measure_all(items, None)
        used, unserved = self._comprehend.units_used, self._comprehend.unserved.copy()
        try:
            return measure_all(items, self._comprehend.measure)
        except (ClientError, BotoCoreError):
            # Not a temporary failure, which the adapter handles: an operator must look. Complaints do not wait for
            # that: the lexicon measures them in the meantime.
            self._on_refused()
            return measure_all(items, None)
        finally:
            if missing := self._comprehend.unserved - unserved:
                self._on_unserved(missing)
            if units := self._comprehend.units_used - used:
                self._book(units * UNIT_PRICE)

    def _has_budget(self, posts: int) -> bool:
        """Whether the month has something left. What cannot be booked is not spent: not where that cannot be read."""
        month = month_of(self._clock())
        if month != self._month:
            # Read once: after that, each booking returns the new total of all functions.
            try:
                self._spent = self._spending.spent(SERVICE, month)
            except (ClientError, BotoCoreError) as error:
                self._on_unserved({f"budget unread: {type(error).__name__}": posts})
                return False
            self._month = month
        if self._spent >= self._limit:
            self._on_over_budget()
            return False
        return True

    def _book(self, millionths: int) -> None:
        """Book what was spent. Where that fails, this process counts it; the sentiment is there, and is used."""
        try:
            self._spent = self._spending.spend(SERVICE, self._month, millionths)
        except (ClientError, BotoCoreError):
            self._spent += millionths
