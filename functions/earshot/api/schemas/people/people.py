"""Colleagues, what an act would do, and who looks at a case."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from earshot.api.people.colleagues import ColleagueState
from earshot.api.schemas.base import DayOutput, Schema
from earshot.api.schemas.case_file import LogEntry

ColleagueName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Colleague(Schema):
    """Somebody who works with the cases: from the roster, or who has signed in within 60 days."""

    id: str = Field(description="Stays the same: their id on the roster, else the name with which they sign in")
    name: str
    holds_as: str = Field(description="`acknowledged_by` of the cases that are theirs")
    you: bool
    may_hold: bool = Field(description="Whether a case can be assigned to them: not to a viewer")
    told_by: Literal["sms", "email"] | None = Field(description="How an assignment reaches them; null: it does not")
    on_call: list[int] = Field(description="The rungs for which they are on call now")
    away_until: DayOutput | None = Field(description="The last day of an absence; null: they are not away")
    warnings: list[str] = Field(description="What speaks against giving them a case now, to be said before it is done")

    @classmethod
    def of(cls, state: ColleagueState, me: str) -> "Colleague":
        """A colleague as ``me`` sees them."""
        one = state.colleague
        return cls(
            id=one.id,
            name=one.name,
            holds_as=one.signs_as,
            you=me.casefold() in one.names,
            may_hold=one.may_hold,
            told_by=None if state.told_by is None else state.told_by.value,
            on_call=list(state.on_call),
            away_until=state.away_until,
            warnings=list(state.warnings),
        )


class Colleagues(Schema):
    """Everybody, those on the roster first."""

    items: list[Colleague]


class Assignment(Schema):
    """Who gets the case: `id`, or any other name of a colleague. `me` takes it over."""

    to: ColleagueName = "me"


class Preview(Schema):
    """What an act would do now."""

    text: str = Field(description="Whom it tells, how and when, with times in UTC")
    warnings: list[str] = Field(description="What should be known before")


class Viewers(Schema):
    """Who else has the case open now."""

    others: list[str]
    heartbeat_seconds: int = Field(description="Repeat the request so often while the case is open and visible")


class NoteResult(LogEntry):
    """The log entry of a note, and what became of the colleagues whom it mentions."""

    told: list[str] = Field(description="Names of colleagues who are told of it")
    pending: list[str] = Field(description="Names of colleagues who will be told: SNS does not answer now")
    not_told: list[str] = Field(description="Names of colleagues whom Earshot cannot tell: they have no address")
    unknown: list[str] = Field(description="Words after an `@` that are no colleague, nor the customer or your brand")
