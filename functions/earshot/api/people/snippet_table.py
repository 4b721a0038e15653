"""Saved beginnings of replies: one list for each person, and one for the team, each an item of the case table."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from earshot.aws.dynamodb import from_item, to_item
from earshot.cases.store.codec import plain, restore
from earshot.cases.store.formats.steps import FORMATS
from earshot.errors import ConflictError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

TEAM = "team"
# More than anybody chooses from; a list is read with each case that is opened.
MOST_SNIPPETS, MOST_CHARACTERS = 30, 600


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text to begin a reply with, under a name."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class SnippetList:
    """The snippets of one owner. ``version`` counts the changes."""

    items: tuple[Snippet, ...] = ()
    version: int = 0


class SnippetTable:
    """The lists of snippets. They do not expire."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def snippets(self, owner: str) -> SnippetList:
        """The list of an owner: ``TEAM``, or ``person#`` and their name; an empty one where there is none."""
        item = self._client.get_item(TableName=self._table, Key=to_item(_key(owner)), ConsistentRead=True).get("Item")
        return SnippetList() if item is None else restore(SnippetList, FORMATS.current(from_item(item))["snippets"])

    def save_snippets(self, owner: str, snippets: SnippetList) -> SnippetList:
        """Replace the list that had this ``version``; returns it with its new one. ConflictError: it has another."""
        written = replace(snippets, version=snippets.version + 1)
        record = {**_key(owner), "version": written.version, "snippets": plain(written)}
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_item(FORMATS.stamped(record)),
                ConditionExpression="(:version = :none AND attribute_not_exists(pk)) OR version = :version",
                ExpressionAttributeValues=to_item({":version": snippets.version, ":none": 0}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            raise ConflictError("Somebody else has changed these snippets meanwhile: read them again.") from None
        return written


def _key(owner: str) -> dict[str, str]:
    return {"pk": f"SNIPPETS#{owner}", "sk": "SNIPPETS"}
