"""The inbox as responses have it."""

from pydantic import Field

from earshot.api.schemas.base import Schema, Time
from earshot.api.schemas.cases import Case, StateOf
from earshot.cases.inbox.entry import InboxEntry
from earshot.cases.inbox.inbox import InboxPage as DomainPage
from earshot.cases.inbox.inbox import Live as DomainLive
from earshot.cases.inbox.view import Due
from earshot.triage.judgement import Severity

IS_CUT = (
    "More than 10,000 wait with a status that was asked for. The 10,000 most urgent of it are known: `total` and the "
    "other numbers count those, and the others are neither listed nor found, except by the link of a post"
)


class Choice(Schema):
    """A value that cases of the inbox have, and how many have it."""

    value: str
    count: int


class Choices(Schema):
    """The values of what the inbox can be filtered by, the most frequent first, at most 30 of each."""

    brand: list[Choice]
    source: list[Choice]
    topic: list[Choice]
    language: list[Choice]


class InboxPage(Schema):
    """A page of the inbox. `total`, `late` and `due_soon` count all that the filters let through."""

    items: list[Case]
    total: int
    late: int = Field(description="Of those who wait, how many have waited longer than their target")
    due_soon: int = Field(description="Of those who wait, how many have waited 80 % of their target")
    first: int = Field(description="The number of the first item among all")
    next_cursor: str | None
    choices: Choices = Field(description="Of all cases with the status, whatever the other filters are")
    known_since: Time | None = Field(
        description="Of answered and resolved cases the newest 2,500 each are looked at: cases that opened before this "
        "are listed, counted and found only where they ended just now, or by the link of a post. Null: all are"
    )
    is_cut: bool = Field(description=IS_CUT)

    @classmethod
    def of(cls, page: DomainPage, next_cursor: str | None, state_of: StateOf) -> "InboxPage":
        """A page of the inbox. ``state_of`` gives the state of each case's alerts."""
        return cls(
            items=[Case.listed(case, state_of) for case in page.cases],
            total=page.counts.total,
            late=page.counts.late,
            due_soon=page.counts.due_soon,
            first=page.first,
            next_cursor=next_cursor,
            choices=Choices.model_validate(page.choices, from_attributes=True),
            known_since=page.known_since,
            is_cut=page.is_cut,
        )


class InboxIds(Schema):
    """The ids of all cases that the filters let through, in their order."""

    ids: list[str]
    is_cut: bool = Field(description=IS_CUT)


class UrgentCase(Schema):
    """An open case that is severe enough to alert."""

    id: str
    severity: Severity
    author: str
    topic: str
    opened_at: Time


class OwnCase(Schema):
    """A case that the reader has acknowledged. `due` says whether its answer is late, or soon will be."""

    id: str
    author: str
    due: Due | None


class Live(Schema):
    """What is waiting now. `revision` is the same as long as nothing of it has changed."""

    revision: str
    open: int
    acknowledged: int
    late: int
    due_soon: int
    urgent: int = Field(description="Open cases that are severe enough to alert")
    newest_urgent: list[UrgentCase] = Field(description="The 20 that opened last")
    mine: list[OwnCase] = Field(description="The 20 with the nearest deadline")
    is_cut: bool = Field(description=IS_CUT)

    @classmethod
    def of(cls, live: DomainLive) -> "Live":
        """What is waiting now, as the inbox gives it."""
        return cls(
            revision=live.revision,
            open=live.open,
            acknowledged=live.acknowledged,
            late=live.late,
            due_soon=live.due_soon,
            urgent=live.urgent,
            newest_urgent=[UrgentCase.model_validate(one) for one in live.named_urgent],
            mine=[_own(one, due) for one, due in live.mine],
            is_cut=live.is_cut,
        )


def _own(one: InboxEntry, due: Due | None) -> OwnCase:
    return OwnCase(id=one.id, author=one.author, due=due)
