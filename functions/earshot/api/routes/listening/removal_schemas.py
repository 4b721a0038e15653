"""What was removed because it is gone at its source, or because somebody asked, as responses have it."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from earshot.api.schemas.base import DayOutput, Schema, Time
from earshot.cases.removal.receipt import Receipt
from earshot.mentions.mention import MAX_ID_LENGTH
from earshot.mentions.source_state import SourceState, SourceStatus
from earshot.mentions.sources.submission import RESERVED, SOURCE_PATTERN


class Removal(Schema):
    """The receipt of a post that had to go. It says nothing of its content or author."""

    source: str
    digest: str = Field(
        description="Of network and id: whoever knows these can compute it, as `earshot removals --post`"
    )
    reason: str = Field(description="What its source says of it, or that somebody asked")
    noticed_at: Time = Field(description="When its source first said so, or somebody asked")
    removed_at: Time | None = Field(description="Null while it is not done")
    by: str
    items: dict[str, int] = Field(description="How many stored items were emptied, by what they are")

    @classmethod
    def of(cls, receipt: Receipt) -> "Removal":
        """One receipt."""
        return cls.model_validate(receipt)


class Sweep(Schema):
    """How the last look at what is stored of a network ended."""

    source: str
    status: SourceStatus
    message: str
    checked_at: Time
    last_success_at: Time | None

    @classmethod
    def of(cls, state: SourceState) -> "Sweep":
        """One sweep."""
        return cls(
            source=state.source.removeprefix("sweep#"),
            status=state.status,
            message=state.message,
            checked_at=state.checked_at,
            last_success_at=state.last_success_at,
        )


class Removals(Schema):
    """What was noticed in the days from `from` to `to`, both included, the latest first; 1,000 at most."""

    first: DayOutput = Field(alias="from")
    last: DayOutput = Field(alias="to")
    at: Time
    sweeps: list[Sweep] = Field(description="The networks that are looked at each hour")
    items: list[Removal]

    @classmethod
    def of(
        cls, first: date, last: date, at: datetime, states: tuple[SourceState, ...], found: list[Receipt]
    ) -> "Removals":
        """Sweeps and receipts."""
        sweeps, items = [Sweep.of(one) for one in states], [Removal.of(one) for one in found]
        return cls.model_validate({"from": first, "to": last, "at": at, "sweeps": sweeps, "items": items})


def _brought(source: str) -> str:
    if source in RESERVED:
        raise ValueError("Earshot reads it itself: an operator removes a post of it with `earshot forget post`")
    return source


class WantedRemoval(Schema):
    """A post that you brought with `POST /mentions`, and that is gone where it came from."""

    source: Annotated[str, StringConstraints(pattern=SOURCE_PATTERN), AfterValidator(_brought)]
    id: Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID_LENGTH)]


class AskedRemoval(Schema):
    """It is removed within the hour, whether it is stored or not."""

    source: str
    id: str
    status: Literal["asked"] = "asked"
