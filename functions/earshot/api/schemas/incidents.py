"""An incident and its members as responses have them."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import Field

from earshot.api.schemas.base import Schema, Time
from earshot.api.schemas.cases import Case
from earshot.api.schemas.mentions import Author
from earshot.cases.case.case import Case as DomainCase
from earshot.cases.case.status import Status
from earshot.cases.incidents import incident as domain
from earshot.reports.incident_members import incident_of, is_waiting
from earshot.triage.judgement import Severity


class Incident(Schema):
    """What many customers complain about at once. Staff acknowledge and resolve its `case` like any other case."""

    id: str
    case_id: str = Field(description="The same as `id`")
    label: str = Field(description="What it is about, in a word or two")
    topic: str = Field(description="The `topic` of its case, which is its label")
    status: domain.IncidentStatus = Field(description="`over` after an hour without another complaint")
    severity: Severity
    began_at: Time = Field(description="When the first complaint was posted")
    latest_at: Time = Field(description="When the latest complaint was posted")
    ended_at: Time | None = Field(description="When it was found to be over")
    count: int = Field(description="How many customers it affects")
    usual: float = Field(description="How many customers an hour were usual when it was detected")
    reach: int = Field(description="Followers of everybody who complained")
    held_by: str | None = Field(description="Who has acknowledged its case")
    case: Case

    @classmethod
    def of_case(cls, case: DomainCase) -> "Incident":
        """The incident that a case stands for."""
        return cls(**_facts(case))


class IncidentPage(Schema):
    """A page of incidents, newest first; `next_cursor` is null on the last page."""

    items: list[Incident]
    next_cursor: str | None

    @classmethod
    def of(cls, cases: Iterable[DomainCase], next_cursor: str | None) -> "IncidentPage":
        """The incidents that these cases stand for."""
        return cls(items=[Incident.of_case(case) for case in cases], next_cursor=next_cursor)


class IncidentMember(Schema):
    """A customer whom the incident affects, and the state of their own case."""

    case_id: str
    author: Author
    link: str | None
    opened_at: Time
    status: Status
    severity: Severity


class IncidentFile(Incident):
    """An incident and its members: first those without an answer, and of these first who has waited longest."""

    members: list[IncidentMember]
    waiting: int = Field(description="How many of `members` have had no answer")
    complete: bool = Field(description="False if there are more members than fit into one answer, 5,000 at most")

    @classmethod
    def of(cls, case: DomainCase, members: Sequence[domain.Member], is_complete: bool) -> "IncidentFile":
        """The incident that ``case`` stands for; ``is_complete`` says whether these are all of its members."""
        return cls(
            **_facts(case),
            members=[IncidentMember.model_validate(member) for member in members],
            waiting=sum(map(is_waiting, members)),
            complete=is_complete,
        )


def _facts(case: DomainCase) -> dict[str, Any]:
    """The fields of ``Incident``."""
    incident = incident_of(case)
    return {
        "id": incident.id,
        "case_id": case.id,
        "label": incident.label,
        "topic": case.topic,
        "status": incident.status,
        "severity": case.assessment.severity,
        "began_at": incident.began_at,
        "latest_at": incident.latest_at,
        "ended_at": incident.ended_at,
        "count": incident.count,
        "usual": incident.usual,
        "reach": case.posts.spread.reach,
        "held_by": case.acknowledgement.by if case.status is Status.ACKNOWLEDGED else None,
        "case": Case.listed(case),
    }
