"""Posts that somebody else brings, as requests and responses have them."""

from typing import Annotated, Any, Literal, cast

from pydantic import Field, WithJsonSchema

from earshot.api.schemas.base import Schema
from earshot.mentions.sources.submission import MAX_ITEMS, SCHEMA, Submitted

# Each is checked by itself, so that one that is wrong refuses no other. Pydantic would refuse them all.
Submission = Annotated[Any, WithJsonSchema(SCHEMA)]


class Submissions(Schema):
    """Posts for Earshot to judge, at most 100."""

    mentions: list[Submission] = Field(min_length=1, max_length=MAX_ITEMS)


class SubmittedItem(Schema):
    """What became of one post, in the order of the request."""

    source: str | None
    id: str | None
    status: Literal["queued", "refused"]
    field: str | None = Field(description="Which field is at fault; null where none is")
    message: str | None = Field(description="What it must be")

    @classmethod
    def of(cls, submitted: Submitted) -> "SubmittedItem":
        """One item with its mention or its error."""
        error, mention = submitted.error, submitted.mention
        given = cast("dict[str, object]", submitted.item) if isinstance(submitted.item, dict) else {}
        source, id = (str(given[name])[:100] if given.get(name) else None for name in ("source", "id"))
        if mention is not None:
            source, id = mention.source, mention.id
        return cls(
            source=source,
            id=id,
            status="refused" if mention is None else "queued",
            field=error and error.field,
            message=error and str(error),
        )


class SubmissionResult(Schema):
    """How many posts were queued and refused, and each of them. Correct those that were refused and send them again."""

    queued: int
    refused: int
    items: list[SubmittedItem]
