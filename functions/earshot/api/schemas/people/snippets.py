"""Saved beginnings of replies."""

from typing import Annotated

from pydantic import Field, StringConstraints

from earshot.api.people import snippet_table as domain
from earshot.api.schemas.base import Schema


class Snippet(Schema):
    """A text to begin a reply with, under a name."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=domain.MOST_CHARACTERS)]


class SnippetList(Schema):
    """A list of snippets: it replaces the list that has this `version`."""

    items: list[Snippet] = Field(max_length=domain.MOST_SNIPPETS)
    version: int = Field(ge=0, description="As you read it: 409 if the list has changed since")

    def stored(self) -> domain.SnippetList:
        """The list as the table keeps it."""
        return domain.SnippetList(tuple(domain.Snippet(one.name, one.text) for one in self.items), self.version)


class Snippets(Schema):
    """Yours and the team's."""

    mine: SnippetList
    team: SnippetList
