"""The parameters that several routes take, with their limits and their descriptions in the document."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query

from earshot.api.schemas.base import Day

# Longer than any cursor or list of entity tags that Earshot gives out.
_MAX_OPAQUE = 4096

CaseId = Annotated[str, Path(description="`id` of a case, as lists and alerts give it: `x-1234567890`")]
Limit = Annotated[int, Query(ge=1, le=100, description="The largest number of items on a page")]
Cursor = Annotated[
    str | None,
    Query(max_length=_MAX_OPAQUE, description="`next_cursor` of the previous page, with the same filters"),
]
FirstDay = Annotated[Day, Query(alias="from", description="The first day, in UTC")]
LastDay = Annotated[Day, Query(alias="to", description="The last day, in UTC and included; 31 days at most")]
CaseIfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=_MAX_OPAQUE,
        description="`etag` of the case as you read it: 412 if the case has changed",
    ),
]
RosterIfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=_MAX_OPAQUE,
        description="`etag` of the roster as you read it: 412 if the roster has changed",
    ),
]
IfNoneMatch = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        max_length=_MAX_OPAQUE,
        description="`ETag` of the page as you read it: 304 if it has not changed",
    ),
]
