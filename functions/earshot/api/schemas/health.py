"""The state of the sources, and spending, as responses have them."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from earshot.api.schemas.base import Schema, Time
from earshot.mentions.source_state import Hearing
from earshot.reports.doctor.finding import Finding as DomainFinding
from earshot.reports.doctor.finding import Level
from earshot.reports.health import Health as DomainHealth


class Gap(Schema):
    """A period in which posts may have been missed; `start` is null if it is unknown."""

    start: Time | None
    end: Time
    why: str


class SourceHealth(Schema):
    """The state of one source. `status` is `never_run` until it has been read for the first time."""

    source: str
    status: str
    message: str
    silent: bool = Field(description="Whether no read has succeeded for 15 minutes")
    hearing: Hearing = Field(
        description="`waiting`: a failure that usually passes, for less than 15 minutes. `silent`: nothing is known to "
        "fail, but nobody has read it for 15 minutes"
    )
    deaf: bool = Field(description="Whether customers may be waiting of whom Earshot does not know")
    what_to_do: str = Field(description="The remedy; empty if it is heard. `message` says what is wrong")
    since: Time | None
    checked_at: Time | None
    last_success_at: Time | None
    until: Time | None = Field(description="It is not read before then")
    gap: Gap | None
    notes: list[str]
    suspected_since: Time | None = Field(
        description="Nothing came since then, which is not usual for the hour, though nothing is known to fail"
    )


class Spending(Schema):
    """What one service has cost this month, and its limit, in US dollars."""

    service: str
    month: str
    spent_usd: float
    limit_usd: float
    parameter: str = Field(description="The stack's parameter that sets the limit")


class Finding(Schema):
    """One thing that must be true before somebody relies on Earshot, and whether it is."""

    check: str
    level: Level = Field(description="`failure`: a customer can go unheard, or an alert reach nobody")
    what: str
    remedy: str = Field(description="What to do; empty where nothing is to be done")


class Health(Schema):
    """`ok` if every source is read, no budget is used up, every setting can be used and alerts reach somebody."""

    status: Literal["ok", "degraded"]
    at: Time
    sources: list[SourceHealth]
    spending: list[Spending]
    problems: list[str] = Field(description="Settings that cannot be used, each with what is in force and the remedy")
    findings: list[Finding] = Field(
        description="What else must be looked at, the worst first: alerts that reach nobody, a voice that is out, a "
        "budget of which 80 % is used"
    )

    @classmethod
    def of(cls, health: DomainHealth, findings: Sequence[DomainFinding]) -> "Health":
        """The health of the sources, with what else must be looked at."""
        is_ok = health.status == "ok" and not any(one.level is Level.FAILURE for one in findings)
        return cls(
            status="ok" if is_ok else "degraded",
            at=health.at,
            sources=[SourceHealth.model_validate(one) for one in health.sources],
            spending=[Spending.model_validate(one) for one in health.spending],
            problems=list(health.problems),
            findings=[Finding.model_validate(one) for one in findings],
        )


class Doctor(Schema):
    """What the API sees of what must be true. `status` is the worst level; `unseen` is what it may not look at."""

    status: Level
    at: Time
    findings: list[Finding]
    unseen: list[str]
