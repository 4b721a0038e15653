"""Sentiment within its budget, where the budget itself fails: no post waits for bookkeeping."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from earshot.aws.guard import CircuitOpenError
from earshot.triage.judgement import Analyzer
from earshot.triage.sentiment.budgeted import BudgetedSentiment
from earshot.triage.sentiment.comprehend import Comprehend
from tests.fakes import FakeClock

TEXT = ("this is awful", "en")
DOWN = ClientError({"Error": {"Code": "InternalServerError", "Message": "no"}}, "UpdateItem")
HALF = {"Positive": 0.1, "Negative": 0.8, "Neutral": 0.1, "Mixed": 0.0}


@dataclass
class Desk:
    """The budget, Comprehend, and what was reported."""

    limit: int = 1_000
    fails: str = ""
    error: Exception | None = None
    booked: int = 0
    calls: int = 0
    reports: list[Any] = field(default_factory=list)

    def spent(self, service: str, month: str) -> int:
        if self.fails == "read":
            raise DOWN
        return self.booked

    def spend(self, service: str, month: str, millionths: int) -> int:
        if self.fails == "book":
            raise DOWN
        self.booked += millionths
        return self.booked

    def batch_detect_sentiment(self, *, TextList: list[str], LanguageCode: str) -> dict[str, Any]:
        self.calls += 1
        if self.error is not None:
            raise self.error
        return {"ResultList": [{"Index": n, "SentimentScore": HALF} for n in range(len(TextList))], "ErrorList": []}

    def silent(self, unserved: Mapping[str, int]) -> None:
        self.reports.append(dict(unserved))

    def make(self) -> BudgetedSentiment:
        client: Any = self
        return BudgetedSentiment(
            Comprehend(client),
            self,
            self.limit,
            FakeClock(),
            lambda: self.reports.append("over budget"),
            lambda: self.reports.append("refused"),
            self.silent,
        )


def analyzers(sentiment: BudgetedSentiment, times: int = 1) -> list[Analyzer | None]:
    found = [one for _ in range(times) for one in sentiment.measure([TEXT])]
    return [one and one.analyzer for one in found]


def test_a_budget_that_cannot_be_read_is_not_spent_and_is_read_again_for_the_next_batch() -> None:
    desk = Desk(fails="read")
    sentiment = desk.make()
    assert analyzers(sentiment) == [Analyzer.LEXICON]
    assert (desk.calls, desk.reports) == (0, [{"budget unread: ClientError": 1}])
    desk.fails = ""
    assert analyzers(sentiment) == [Analyzer.COMPREHEND]


def test_what_cannot_be_booked_is_counted_here_and_the_sentiment_is_used() -> None:
    desk = Desk(limit=500, fails="book")
    assert analyzers(desk.make(), times=3) == [Analyzer.COMPREHEND, Analyzer.COMPREHEND, Analyzer.LEXICON]
    assert desk.reports == ["over budget"]


def test_a_limit_of_zero_asks_nobody_and_reports_nothing() -> None:
    desk = Desk(limit=0)
    assert analyzers(desk.make()) == [Analyzer.LEXICON]
    assert (desk.calls, desk.reports) == (0, [])


@pytest.mark.parametrize("error", [CircuitOpenError(service="comprehend"), ReadTimeoutError(endpoint_url="x")])
def test_what_comprehend_did_not_serve_is_told(error: Exception) -> None:
    desk = Desk(error=error)
    assert analyzers(desk.make()) == [Analyzer.LEXICON]
    assert desk.reports == [{type(error).__name__: 1}]
