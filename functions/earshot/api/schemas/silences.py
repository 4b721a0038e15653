"""Silences as requests and responses have them."""

from datetime import datetime

from pydantic import Field

from earshot.api.schemas.base import Schema, Time, TimeInput
from earshot.cases.policy import quiet_hours as domain


class NewSilence(Schema):
    """Which cases alert nobody, until when, and why. An empty list matches everything; not all three may be empty.

    A case matches if it has one of the severities, one of the topics and one of the authors.
    """

    severities: list[str] = Field([], max_length=10, description="`high`. Critical cases ignore silences")
    topics: list[str] = Field([], max_length=50, description="`topic` of a case: `outage`")
    authors: list[str] = Field([], max_length=100, description="Handles or ids, 50 at most")
    ends: TimeInput = Field(description="At most 30 days ahead")
    why: str = Field(description="1 to 200 characters")


class Silence(Schema):
    """Nobody is alerted about matching cases from `begins` until `ends`. An empty list matches everything."""

    id: str
    severities: list[str]
    topics: list[str]
    authors: list[str] = Field(description="Handles in lower case without `@`, or ids")
    begins: Time
    ends: Time
    by: str = Field(description="Who created it")
    why: str
    ended_by: str | None = Field(description="Who ended it early")
    in_force: bool

    @classmethod
    def of(cls, silence: domain.Silence, now: datetime) -> "Silence":
        """A silence, and whether it is in force ``now``."""
        scope = silence.scope
        return cls(
            id=silence.id,
            severities=list(scope.severities),
            topics=list(scope.topics),
            authors=list(scope.authors),
            begins=silence.begins,
            ends=silence.ends,
            by=silence.by,
            why=silence.why,
            ended_by=silence.ended_by,
            in_force=silence.is_in_force(now),
        )


class Silences(Schema):
    """Silences, latest first."""

    items: list[Silence]
