"""Counts and the report on a period, as responses have them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, Self, get_args

from pydantic import Field

from earshot.api.schemas.base import DayOutput, Schema, Time
from earshot.api.schemas.health import Gap
from earshot.mentions.ledger.coverage import Coverage
from earshot.reports import counts
from earshot.reports.period import report as domain

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class MentionVolume(Schema):
    """How many mentions, and how they were judged. All but `own` and `mentions` count customers' posts only."""

    mentions: int
    own: int
    customers: int
    by_intent: dict[str, int]
    by_severity: dict[str, int]
    by_sentiment: dict[str, int]
    by_source: dict[str, int]


class DayVolume(MentionVolume):
    """One day, from midnight to midnight UTC."""

    day: date

    @classmethod
    def of(cls, day: date, volume: counts.MentionVolume) -> "DayVolume":
        """The mentions of ``day``."""
        return cls(day=day, **MentionVolume.model_validate(volume).model_dump())


class Counts(Schema):
    """The mentions of a period, both days included. There was no time to count the days in `uncounted`: neither `total`
    nor `days` has them."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    uncounted: list[DayOutput] = Field([], description="Empty if every day was counted")
    total: MentionVolume
    days: list[DayVolume]

    @classmethod
    def of(cls, days: Sequence[date], counted: Mapping[date, counts.MentionVolume]) -> "Counts":
        """The mentions of consecutive days, as far as they were ``counted``."""
        return cls.model_validate(
            {
                "from": days[0],
                "to": days[-1],
                "uncounted": [day for day in days if day not in counted],
                "total": MentionVolume.model_validate(counts.MentionVolume.total(counted.values())),
                "days": [DayVolume.of(day, volume) for day, volume in counted.items()],
            }
        )


class PeriodTotals(Schema):
    """Mentions and opened cases. All but `mentions` and `cases_opened` count customers' posts only."""

    mentions: int
    customers: int
    by_intent: dict[str, int]
    by_sentiment: dict[str, int]
    cases_opened: int

    @classmethod
    def of(cls, volume: counts.MentionVolume, cases_opened: int) -> "PeriodTotals":
        """The mentions and the number of opened cases."""
        return cls(
            mentions=volume.mentions,
            customers=volume.customers,
            by_intent=volume.by_intent,
            by_sentiment=volume.by_sentiment,
            cases_opened=cases_opened,
        )


class DayTotals(PeriodTotals):
    """One day, from midnight to midnight UTC."""

    day: date

    @classmethod
    def of_day(cls, figures: domain.DayFigures) -> "DayTotals":
        """The figures of one day."""
        totals = PeriodTotals.of(figures.volume, figures.cases_opened)
        return cls(day=figures.day, **totals.model_dump())


class ResponseTimes(Schema):
    """First responses to the cases that opened in the period. Percentiles are by nearest rank."""

    answered: int
    waiting: int
    overdue: int = Field(description="How many of the waiting cases are past their response target")
    median_seconds: int | None
    p90_seconds: int | None
    within_target: int
    share_within_target: float | None = Field(description="Of the answered and the overdue cases")


class GroupFigures(Schema):
    """The cases of a group."""

    cases: int
    answered: int
    median_seconds: int | None
    within_target: int
    turned_round: int = Field(description="Complaints whose author came back pleased")

    @classmethod
    def of(cls, field: str, figures: domain.GroupFigures) -> Self:
        """The figures of a group, whose name is in ``field``."""
        return cls.model_validate(
            {
                field: figures.name,
                "cases": figures.cases,
                "answered": figures.answered,
                "median_seconds": figures.median_seconds,
                "within_target": figures.within_target,
                "turned_round": figures.recovered,
            }
        )


class TopicFigures(GroupFigures):
    """The cases about one topic: the most serious stake of a case, or `other`."""

    topic: str


class BrandFigures(GroupFigures):
    """The cases of one brand."""

    brand: str


class NetworkFigures(GroupFigures):
    """The cases of one network."""

    network: str


class PersonFigures(Schema):
    """What one person of staff did last with these cases."""

    person: str
    acknowledged: int
    resolved: int
    median_seconds_to_acknowledge: int | None


class RecoveryFigures(Schema):
    """People who complained, each counted once."""

    complainers: int
    answered: int = Field(description="Those whom the brand answered, or whose case staff resolved")
    came_back_pleased: int
    relapsed: int
    silent: int = Field(description="Answered, and not heard from for 14 days")
    share: float | None = Field(description="`came_back_pleased` divided by `complainers`")
    median_seconds_to_pleased: int | None = Field(description="From their complaint until they came back pleased")


class SpeedFigures(Schema):
    """The complaints that were answered as fast: does a quick answer bring customers back?"""

    speed: str = Field(description="Such as `within_15_minutes`; `later` than a day; `not_answered`")
    complaints: int
    came_back_pleased: int
    relapsed: int
    share: float | None = Field(description="`came_back_pleased` divided by `complaints`")


class CompetitorFigures(Schema):
    """The cases in whose posts a competitor of the terms is named, and what these customers want of the brand."""

    competitor: str
    cases: int
    share: float = Field(description="Of all cases that opened in the period")
    complaints: int
    praise: int
    opportunities: int = Field(description="Whoever might come over from the competitor")


class SourceReport(Schema):
    """The current state of a source, and its latest gap if it overlaps the period."""

    source: str
    status: str
    gaps: list[Gap]
    coverage: Coverage = Field(description="How much of the period was heard, as far as the ledger knows")


class Spend(Schema):
    """What one service cost in the months that the period touches, and its limit, in US dollars."""

    spent: float
    limit: float


class Report(Schema):
    """A period, both days included. `complete` is false if more cases opened than were read, or if there was no time to
    count the posts of the days in `uncounted`: then `days` has none of these, and no figure of posts has them."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    at: Time
    complete: bool
    uncounted: list[DayOutput] = Field([], description="Days whose posts there was no time to count")
    days: list[DayTotals]
    totals: PeriodTotals
    response: ResponseTimes
    by_topic: list[TopicFigures]
    by_brand: list[BrandFigures]
    by_network: list[NetworkFigures]
    by_person: list[PersonFigures]
    turned_round: RecoveryFigures
    by_speed: list[SpeedFigures]
    by_competitor: list[CompetitorFigures] = Field(description="Share of voice: who is named, the most frequent first")
    opened_by_hour: dict[Weekday, list[int]] = Field(description="Opened cases by weekday and hour (0 to 23), in UTC")
    sources: list[SourceReport]
    spend: dict[str, Spend]

    @classmethod
    def of(cls, report: domain.Report) -> "Report":
        """A gathered report."""
        fields: dict[str, Any] = {
            "from": report.first,
            "to": report.last,
            "at": report.at,
            "complete": report.complete and not report.uncounted,
            "uncounted": report.uncounted,
            "days": [DayTotals.of_day(one) for one in report.days],
            "totals": PeriodTotals.of(report.total, report.cases_opened),
            "response": ResponseTimes.model_validate(report.response),
            "by_topic": [TopicFigures.of("topic", one) for one in report.by_topic],
            "by_brand": [BrandFigures.of("brand", one) for one in report.by_brand],
            "by_network": [NetworkFigures.of("network", one) for one in report.by_network],
            "by_person": [PersonFigures.model_validate(one) for one in report.by_person],
            "turned_round": RecoveryFigures.model_validate(report.recovery),
            "by_speed": [SpeedFigures.model_validate(one) for one in report.by_speed],
            "by_competitor": [CompetitorFigures.model_validate(one) for one in report.by_competitor],
            "opened_by_hour": dict(zip(get_args(Weekday), report.opened_by_hour, strict=True)),
            "sources": [SourceReport.model_validate(one) for one in report.sources],
            "spend": {service: Spend.model_validate(one) for service, one in report.spend.items()},
        }
        return cls.model_validate(fields)
