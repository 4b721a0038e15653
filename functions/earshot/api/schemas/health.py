"""The shapes of what is counted and watched: a period's mentions, the sources, the spending."""

from datetime import date
from typing import Literal

from pydantic import Field

from earshot.api.schemas.cases import Shape, Time


class Tally(Shape):
    """How many mentions, and what they were. All but `own` and `mentions` count those of customers alone."""

    mentions: int
    own: int
    customers: int
    by_intent: dict[str, int]
    by_severity: dict[str, int]
    by_sentiment: dict[str, int]
    by_source: dict[str, int]


class DayTally(Tally):
    """One day, from midnight to midnight in UTC."""

    day: date


class Counts(Shape):
    """A period, both days included."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    total: Tally
    days: list[DayTally]


class Gap(Shape):
    """A stretch of time in which posts may have been missed; `start` is null where nobody knows."""

    start: Time | None
    end: Time
    why: str


class Source(Shape):
    """How one source fares. `status` is `never_run` until it was first read."""

    source: str
    status: str
    message: str
    silent: bool = Field(description="No success for 15 minutes")
    since: Time | None
    checked_at: Time | None
    last_success_at: Time | None
    until: Time | None = Field(description="It is not asked before then")
    gap: Gap | None
    notes: list[str]


class Spending(Shape):
    """What one service has cost this month, and may cost, in US dollars."""

    service: str
    month: str
    spent_usd: float
    limit_usd: float


class Health(Shape):
    """`ok` where every source is heard and no budget is spent."""

    status: Literal["ok", "degraded"]
    at: Time
    sources: list[Source]
    spending: list[Spending]
