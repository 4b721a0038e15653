"""The shapes of a report, and of what staff may answer because they want to."""

from datetime import date
from typing import Any

from pydantic import Field

from earshot.api.schemas.cases import Case, Shape, Time
from earshot.api.schemas.health import Gap
from earshot.reports.period import report as reporting


class Praise(Shape):
    """Praise that nobody has answered yet."""

    case: Case
    former_complainer: bool = Field(description="Its author has complained before")
    complaints: int = Field(description="In how many other cases, of the latest ten, as it was known then")


class PraisePage(Shape):
    """Praise, and the cursor of the next page: null after the last one."""

    items: list[Praise]
    next_cursor: str | None


class PeriodTotals(Shape):
    """What was said, and how many cases opened. All but `mentions` and `cases_opened` count customers' posts alone."""

    mentions: int
    customers: int
    by_intent: dict[str, int]
    by_sentiment: dict[str, int]
    cases_opened: int


class DayTotals(PeriodTotals):
    """One day, from midnight to midnight in UTC."""

    day: date


class Response(Shape):
    """First answers to the cases that opened in the period. Percentiles are times that somebody did wait."""

    answered: int
    waiting: int
    overdue: int = Field(description="Of those who wait: their time is over")
    median_seconds: int | None
    p90_seconds: int | None
    within_target: int
    share_within_target: float | None = Field(description="Of the answered and the overdue")


class TopicFigures(Shape):
    """The cases about one thing: the stake that weighs most, or `other`."""

    topic: str
    cases: int
    answered: int
    median_seconds: int | None
    within_target: int
    turned_round: int = Field(description="Complaints whose author came back pleased")


class PersonFigures(Shape):
    """What one of the staff did last with these cases."""

    person: str
    acknowledged: int
    resolved: int
    median_seconds_to_acknowledge: int | None


class TurnedRound(Shape):
    """People who complained, each counted once."""

    complainers: int
    answered: int = Field(description="Those whom the brand answered, or whose case staff resolved")
    came_back_pleased: int
    relapsed: int
    silent: int = Field(description="Answered, and not heard of for 14 days")
    share: float | None = Field(description="Of all complainers: those who came back pleased")


class SourceReport(Shape):
    """A source as it fares now, and its latest gap, where that touches the period."""

    source: str
    status: str
    gaps: list[Gap]


class Spend(Shape):
    """What one service cost, and might have cost, in US dollars, in all months that the period touches."""

    spent: float
    limit: float


class Report(Shape):
    """A period, both days included. `complete` is false where more cases opened than were read."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    at: Time
    complete: bool
    days: list[DayTotals]
    totals: PeriodTotals
    response: Response
    by_topic: list[TopicFigures]
    by_person: list[PersonFigures]
    turned_round: TurnedRound
    sources: list[SourceReport]
    spend: dict[str, Spend]

    @classmethod
    def of(cls, report: reporting.Report) -> "Report":
        """A report as it was gathered."""
        return cls(
            first=report.first,
            last=report.last,
            at=report.at,
            complete=report.complete,
            days=[DayTotals(day=one.day, **_totals(one.tally, one.cases_opened)) for one in report.days],
            totals=PeriodTotals(**_totals(report.total, report.cases_opened)),
            response=Response.model_validate(report.response),
            by_topic=[TopicFigures.model_validate(one) for one in report.by_topic],
            by_person=[PersonFigures.model_validate(one) for one in report.by_person],
            turned_round=TurnedRound.model_validate(report.turned_round),
            sources=[SourceReport.model_validate(one) for one in report.sources],
            spend={service: Spend.model_validate(one) for service, one in report.spend.items()},
        )


def _totals(tally: Any, cases_opened: int) -> dict[str, Any]:
    counted = {name: getattr(tally, name) for name in ("mentions", "customers", "by_intent", "by_sentiment")}
    return counted | {"cases_opened": cases_opened}
