"""Saved beginnings of replies: yours, and the team's. Earshot never posts them: a person copies, changes and posts."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from earshot.api.auth.roles import Role
from earshot.api.people.snippet_table import TEAM
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.schemas.people.snippets import SnippetList, Snippets


@app.get(
    "/snippets",
    role=Role.AGENT,
    operation_id="list_snippets",
    summary="Saved beginnings of replies",
    tags=["snippets"],
    responses=json_responses(Snippets),
)
def list_snippets() -> Snippets:
    """Yours and the team's. Customers notice a canned reply, and dislike it: begin with one, and change it."""
    table = app.deps.snippets
    mine, team = table.snippets(_me()), table.snippets(TEAM)
    return Snippets(mine=SnippetList.model_validate(mine), team=SnippetList.model_validate(team))


@app.put(
    "/snippets/mine",
    role=Role.AGENT,
    operation_id="put_my_snippets",
    summary="Replace your snippets",
    tags=["snippets"],
    responses=json_responses(SnippetList, 400, 409, 415),
)
def put_my_snippets(snippets: Annotated[SnippetList, Body()]) -> SnippetList:
    """All of them, as they shall be."""
    return _put(_me(), snippets)


@app.put(
    "/snippets/team",
    role=Role.LEAD,
    operation_id="put_team_snippets",
    summary="Replace the team's snippets",
    tags=["snippets"],
    responses=json_responses(SnippetList, 400, 409, 415),
)
def put_team_snippets(snippets: Annotated[SnippetList, Body()]) -> SnippetList:
    """All of them, as they shall be: everybody sees them."""
    return _put(TEAM, snippets)


def _put(owner: str, snippets: SnippetList) -> SnippetList:
    return SnippetList.model_validate(app.deps.snippets.save_snippets(owner, snippets.stored()))


def _me() -> str:
    return f"person#{app.identity.name.casefold()}"
