"""The bodies of the requests that act on a case."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from earshot.api.bulk_actions import MOST_AT_ONCE
from earshot.api.schemas.base import OptionalText, Schema, Text
from earshot.api.schemas.people.people import ColleagueName
from earshot.cases.case.status import Outcome
from earshot.cases.holders.note import mentioned_in
from earshot.triage.judgement import Intent, Severity


class NewNote(Schema):
    """A note for colleagues."""

    text: Text


class Why(Schema):
    """The reason for an action, for the log."""

    why: OptionalText = ""


class Resolution(Why):
    """How a case ended, and why, for the log. "Not a complaint" has a route of its own."""

    outcome: (
        Literal[
            Outcome.ANSWERED,
            Outcome.FIXED,
            Outcome.COMPENSATED,
            Outcome.NO_ANSWER_NEEDED,
            Outcome.THANKED,
            Outcome.NOT_REACHABLE,
        ]
        | None
    ) = None


class Correction(Why):
    """What the case should have been judged to be; a field that is left out was right."""

    intent: Intent | None = None
    severity: Severity | None = None

    @model_validator(mode="after")
    def _has_a_value(self) -> "Correction":
        if self.intent is None and self.severity is None:
            raise ValueError("give an intent, a severity, or both")
        return self


class Everybody(Schema):
    """Where to go on with an act for many customers: `next` of the last response."""

    after: str | None = Field(None, max_length=500)


class Statement(Everybody):
    """Which post of the brand answers everybody in its conversation."""

    post_id: str = Field(min_length=1, max_length=250)


class BulkResult(Schema):
    """What an act for many customers did. Repeat it with `after` until `next` is null."""

    changed: list[str] = Field(description="The ids of the cases that changed")
    next: str | None


class Snooze(Schema):
    """For how many minutes nobody is alerted."""

    minutes: Literal[30, 60] = 30


class SelectedCases(Schema):
    """Cases to which the same is done."""

    cases: list[Annotated[str, Field(min_length=1, max_length=500)]] = Field(min_length=1, max_length=MOST_AT_ONCE)


class ResolveAll(SelectedCases, Resolution):
    """Resolve them, with one outcome and one reason."""

    act: Literal["resolve"]


class NoteAll(SelectedCases, NewNote):
    """Add the same note to each. It mentions nobody, who would be told as often."""

    act: Literal["note"]

    @field_validator("text")
    @classmethod
    def _mentions_nobody(cls, text: str) -> str:
        if mentioned_in(text):
            raise ValueError("A note on many cases tells nobody: leave out the @, or write it in one case.")
        return text


class SnoozeAll(SelectedCases, Snooze):
    """Snooze them."""

    act: Literal["snooze"]


class AssignAll(SelectedCases):
    """Give them to one colleague."""

    act: Literal["assign"]
    to: ColleagueName = "me"


class DismissAll(SelectedCases):
    """Resolve them as "not a complaint"."""

    act: Literal["not-a-complaint"]


class ToldAll(SelectedCases):
    """Resolve them: somebody told all of these customers."""

    act: Literal["told"]


BulkAct = Annotated[ResolveAll | AssignAll | NoteAll | SnoozeAll | DismissAll | ToldAll, Field(discriminator="act")]


class Refusal(Schema):
    """A case to which nothing was done, and why not."""

    case_id: str
    why: str


class EachResult(Schema):
    """What became of each case. One that was already so is in neither list."""

    changed: list[str] = Field(description="The ids of the cases that changed")
    refused: list[Refusal]
