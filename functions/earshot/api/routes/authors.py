"""Reading what is stored of an author."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from earshot.api.auth.roles import Role
from earshot.api.parameters import Cursor, Limit
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.schemas.cases import AuthorPage


@app.get(
    "/authors/<source>/<author_id>",
    role=Role.VIEWER,
    operation_id="show_author",
    summary="An author's history",
    tags=["authors"],
    responses=json_responses(AuthorPage, 400, 404),
)
def show_author(
    source: Annotated[str, Path(max_length=20, description="`x`")],
    author_id: Annotated[str, Path(max_length=400, description="`author.id` of a case or a mention")],
    limit: Limit = 25,
    cursor: Cursor = None,
) -> AuthorPage:
    """The author's posts and the cases they opened, newest first."""
    return AuthorPage.of(app.deps.queries.author(source, author_id, limit=limit, cursor=cursor))
