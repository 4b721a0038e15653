"""The table that stores a deployed brand's terms: one item of the source table, changed without a deployment."""

from typing import TYPE_CHECKING

from earshot.aws.settings.stored_text import StoredText

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_KEY = {"pk": {"S": "terms"}}


class TermsTable(StoredText):
    """Stores the text of the terms file."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        super().__init__(client, table, _KEY)
