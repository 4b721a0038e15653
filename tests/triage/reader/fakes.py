"""A model that answers as a test says, and a budget that tests can look at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from earshot.triage.reader.answer import Silence
from earshot.triage.reader.bedrock import Reply
from earshot.triage.reader.budgeted import BudgetedReader
from earshot.triage.reader.price import Prices, Usage
from earshot.triage.reader.prompt import PostToRead
from infra.local.bedrock_api import Label, label_posts, posts_in
from tests.fakes import FakeClock

USAGE = Usage(1_000, 100)
Labels = list[dict[str, Any]]


@dataclass
class FakeModel:
    """Labels posts by their text, as the stand-in's model does; ``change`` has the last word on each answer."""

    labels: dict[str, Label] = field(default_factory=dict)
    change: Callable[[Labels], object] = lambda labels: {"labels": labels}
    usage: Usage | None = USAGE
    error: Exception | None = None
    model_id: str = "some.model-v1:0"
    attempts: int = 2
    sheets: list[str] = field(default_factory=list)

    def ask(self, text: str, posts: int) -> Reply:
        self.sheets.append(text)
        if self.error is not None:
            raise self.error
        labels = label_posts(posts_in(text), self.labels)
        assert len(labels) == posts
        return Reply(self.change(labels), self.usage)


@dataclass
class Spending:
    """The bookings of one month, in order."""

    booked: list[int] = field(default_factory=list)
    error: Exception | None = None

    def spend(self, service: str, month: str, millionths: int) -> int:
        assert (service, month) == ("reader", "2026-11")
        if self.error is not None:
            raise self.error
        self.booked.append(millionths)
        return sum(self.booked)

    @property
    def spent(self) -> int:
        return sum(self.booked)


@dataclass
class Desk:
    """A reader on a fake model, with its bookings and reports."""

    model: FakeModel = field(default_factory=FakeModel)
    spending: Spending = field(default_factory=Spending)
    limit: int = 10_000_000
    reports: list[tuple[int, Silence | None]] = field(default_factory=list)

    @property
    def reader(self) -> BudgetedReader:
        marks = iter(f"{number:016x}" for number in range(0xC0FFEE, 0xC0FFEE + 1_000))
        return BudgetedReader(
            self.model, self.spending, self.limit, Prices(1, 5), FakeClock(), lambda: next(marks), self._report
        )

    def _report(self, posts: int, silence: Silence | None, detail: str) -> None:
        self.reports.append((posts, silence))

    def answers(self, *texts: str, seconds: float = 5) -> list[Any]:
        return [one.answer for one in self.reader.read([PostToRead(text) for text in texts], seconds)]
