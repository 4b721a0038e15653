"""What was heard of a time and what hearing costs, as responses have it. Amounts are in US dollars."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import Field

from earshot.api.schemas.base import DayOutput, Schema, Time
from earshot.api.schemas.health import Gap
from earshot.mentions.ledger.coverage import Coverage as Heard
from earshot.mentions.ledger.coverage import SourceCoverage as DomainCoverage
from earshot.mentions.sources.x.thinning import Thinning
from earshot.mentions.sources.youtube.units import LISTENING, LOOK_UPS, UNITS_OF_A_KEY, UsedUnits
from earshot.reports.listening.forecast import Cause as DomainCause
from earshot.reports.listening.forecast import Forecast as DomainForecast

_MILLION = 1_000_000


class SourceCoverage(Schema):
    """What one source heard of the days, and what its function did in them."""

    source: str
    coverage: Heard = Field(description="How much of the time was heard, as far as the ledger knows")
    known_from: Time | None = Field(description="When its ledger begins; null if it has never run")
    missing: list[Gap] = Field(description="When posts may have been missed that were not fetched since")
    missing_seconds: int
    filled: list[Gap] = Field(description="What `earshot backfill` fetched in these days")
    runs: int
    failed: dict[str, int] = Field(description="Runs that failed, by status")
    capped: int = Field(description="Runs that ended before all was read")
    read: int = Field(description="Posts that were served, those that were known included")
    delivered: int
    history: int = Field(description="Of the delivered: what was there before it was listened to; it alerts nobody")
    late: int = Field(description="Of the delivered: what came more than 15 minutes after it was written")
    shared: int = Field(description="Of the delivered: what another source had brought in the same run")
    skipped: dict[str, int] = Field(description="Posts that were not kept, by reason")
    cost_usd: float

    @classmethod
    def of(cls, found: DomainCoverage) -> "SourceCoverage":
        """The coverage of one source."""
        done = found.entry
        return cls(
            source=found.source,
            coverage=found.coverage,
            known_from=found.known_from,
            missing=[Gap.model_validate(gap) for gap in found.missing],
            missing_seconds=round(found.missing_for.total_seconds()),
            filled=[Gap.model_validate(gap) for gap in done.filled],
            runs=done.runs,
            failed=dict(done.failed),
            capped=done.capped,
            read=done.read,
            delivered=done.delivered,
            history=done.history,
            late=done.late,
            shared=done.shared,
            skipped=dict(done.skipped),
            cost_usd=done.cost / _MILLION,
        )


class Coverage(Schema):
    """What each source heard of the days from `from` to `to`, both included, as it is known `at` a moment."""

    first: DayOutput = Field(alias="from")
    last: DayOutput = Field(alias="to")
    at: Time
    sources: list[SourceCoverage]

    @classmethod
    def of(cls, first: date, last: date, at: datetime, found: Sequence[DomainCoverage]) -> "Coverage":
        """What the sources heard of these days."""
        sources = [SourceCoverage.of(one) for one in found]
        return cls.model_validate({"from": first, "to": last, "at": at, "sources": sources})


class CostCause(Schema):
    """What something costs: a day, by the last seven, and in the rest of the month."""

    cause: str
    a_day_usd: float
    rest_of_month_usd: float


class ServiceForecast(Schema):
    """What a service cost so far this month, and what it will have cost at its end."""

    service: str
    spent_usd: float
    a_day_usd: float
    month_usd: float
    limit_usd: float


class SourceYield(Schema):
    """What a source brought in the last seven days for its money. The dearest are first."""

    source: str
    posts: int
    alone: int = Field(description="Of the posts: those that no other source brought in the same run")
    cost_usd: float
    cost_of_a_post_usd: float | None = Field(description="What each cost that it alone brought; null if there is none")


class ThinningStep(Schema):
    """What waits first when the budget of X runs low, and from how much on."""

    step: str
    from_usd: float


class UnitsOfKey(Schema):
    """What was booked of the units that an API key of YouTube has in a day. What ended before it was used counts."""

    listening: int
    look_ups: int = Field(description="Whether what is stored is still there")
    of: int = Field(description="What the key has in a day")

    @classmethod
    def of_key(cls, used: UsedUnits) -> "UnitsOfKey":
        """The units of one key."""
        listening, look_ups = (used.by_share.get(share.name, 0) for share in (LISTENING, LOOK_UPS))
        return cls(listening=listening, look_ups=look_ups, of=UNITS_OF_A_KEY)


class Budget(Schema):
    """What the month will cost, by the last seven days, and what waits when the budget of X runs low."""

    at: Time
    month_usd: float
    services: list[ServiceForecast]
    causes: list[CostCause] = Field(description="What the cost of X is for")
    brought: list[SourceYield]
    complaints: int = Field(description="Complaints that were found in the last seven whole days")
    cost_of_a_complaint_usd: float | None
    thinning: list[ThinningStep]
    reserved_from_usd: float = Field(description="From then on X is asked for the newest mentions alone, and slowly")
    youtube_units: list[UnitsOfKey] = Field(description="Of today in California, by API key; empty where none was used")

    @classmethod
    def of(
        cls,
        found: DomainForecast,
        limits: dict[str, float],
        thinning: Thinning,
        reserved: float,
        at: datetime,
        units: Sequence[UsedUnits] = (),
    ) -> "Budget":
        """The forecast; ``limits`` are US dollars by service, ``reserved`` is the share of that of X."""
        usable = limits.get("x", 0.0) * (1 - reserved)
        return cls(
            at=at,
            month_usd=found.month / _MILLION,
            services=[_service(one, limits.get(one.service, 0.0)) for one in found.services],
            causes=[
                CostCause(cause=one.cause, a_day_usd=one.a_day / _MILLION, rest_of_month_usd=one.month / _MILLION)
                for one in found.causes
            ],
            brought=[
                SourceYield(
                    source=one.source,
                    posts=one.posts,
                    alone=one.alone,
                    cost_usd=one.cost / _MILLION,
                    cost_of_a_post_usd=_usd(one.cost_of_a_post),
                )
                for one in found.brought
            ],
            complaints=found.complaints,
            cost_of_a_complaint_usd=_usd(found.cost_of_a_complaint),
            thinning=[ThinningStep(step=step.value, from_usd=share * usable) for share, step in thinning.steps],
            reserved_from_usd=usable,
            youtube_units=[UnitsOfKey.of_key(one) for one in units],
        )


def _service(one: DomainCause, limit: float) -> ServiceForecast:
    return ServiceForecast(
        service=one.service,
        spent_usd=(one.spent or 0) / _MILLION,
        a_day_usd=one.a_day / _MILLION,
        month_usd=one.month / _MILLION,
        limit_usd=limit,
    )


def _usd(millionths: float | None) -> float | None:
    return None if millionths is None else millionths / _MILLION
